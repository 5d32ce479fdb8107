import { assertEquals } from "@std/assert";
import { KeyLog } from "../../../src/tls/key_log.ts";

const RANDOM = "ab".repeat(32);
const SECRET = "0123456789abcdef".repeat(6);

function randomBytes(): Uint8Array {
  return Uint8Array.fromHex(RANDOM);
}

Deno.test("KeyLog reads secrets by label and client random, in either case of hex", () => {
  const keyLog = new KeyLog();
  const text = `# a comment\r\n\r\nCLIENT_RANDOM ${RANDOM.toUpperCase()} ${SECRET}\r\n` +
    `SERVER_TRAFFIC_SECRET_0 ${RANDOM} ${"11".repeat(32)}`;
  assertEquals(keyLog.add(text), { secrets: 2, badLines: 0 });
  assertEquals(keyLog.size, 2);
  assertEquals(keyLog.secret("CLIENT_RANDOM", randomBytes())?.toHex(), SECRET);
  assertEquals(keyLog.secret("SERVER_TRAFFIC_SECRET_0", randomBytes())?.length, 32);
  assertEquals(keyLog.secret("CLIENT_TRAFFIC_SECRET_0", randomBytes()), null);
  assertEquals(keyLog.secret("CLIENT_RANDOM", new Uint8Array(32)), null);
});

Deno.test("KeyLog counts lines that are none, and reads on", () => {
  const keyLog = new KeyLog();
  const bad = [
    "nonsense",
    `CLIENT_RANDOM ${RANDOM}`,
    `CLIENT_RANDOM ${RANDOM.slice(2)} ${SECRET}`,
    `CLIENT_RANDOM ${RANDOM} ${SECRET}0`,
    `CLIENT_RANDOM ${RANDOM} ${"00".repeat(200)}`,
    `RSA 0123456789abcdef ${SECRET}`,
  ];
  const text = [...bad, `CLIENT_RANDOM ${RANDOM} ${SECRET}`].join("\n");
  assertEquals(keyLog.add(text), { secrets: 1, badLines: bad.length });
});

Deno.test("KeyLog keeps the latest secret of a connection", () => {
  const keyLog = new KeyLog();
  keyLog.add(`CLIENT_RANDOM ${RANDOM} ${SECRET}\nCLIENT_RANDOM ${RANDOM} ff`);
  assertEquals(keyLog.size, 1);
  assertEquals(keyLog.secret("CLIENT_RANDOM", randomBytes())?.toHex(), "ff");
});
