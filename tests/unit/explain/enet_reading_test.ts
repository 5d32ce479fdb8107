import { assert, assertEquals } from "@std/assert";
import { loadDecompress } from "../../../src/commands/explain/decompress.ts";
import { readEnet } from "../../../src/explain/enet_reading.ts";
import { join } from "./cases.ts";
import { cluesFor, hex, insideReading } from "./clues.ts";

const PING = "85ff0005";
const RELIABLE = "86000001" + "0003" + "616263";

Deno.test("readEnet() reads commands to the last byte, with and without a time", () => {
  const [timed] = readEnet(cluesFor(hex(`80011234 ${RELIABLE} ${PING}`)));
  assertEquals(timed?.what, "an ENet datagram (send reliable, ping)");
  assertEquals([timed?.at, timed?.text()], [10, "send reliable on channel 0, 3 bytes; ping"]);
  const [bare] = readEnet(cluesFor(hex(`0001 ${RELIABLE}`)));
  assertEquals(bare?.what, "an ENet datagram (send reliable)");
});

Deno.test("readEnet() believes what carries something, and doubts control on data channels", () => {
  const scoreOf = (text: string, inside = insideReading()): number =>
    readEnet(cluesFor(hex(text), { inside: () => inside }))[0]?.score ?? 0;
  assert(scoreOf(`80011234 ${RELIABLE}`) > 0.75);
  assert(scoreOf("80011234 85000005") < 0.5);
});

Deno.test("readEnet() finds commands behind a checksum", () => {
  const [reading] = readEnet(cluesFor(hex(`80011234 deadbeef ${RELIABLE}`)));
  assert(reading?.verdict.includes("with a checksum"));
});

Deno.test("readEnet() undoes compression of the commands", async () => {
  const { deflateSync } = await import("node:zlib");
  const body = new Uint8Array(deflateSync(hex(`${RELIABLE} ${PING}`)));
  const decompress = await loadDecompress();
  const [reading] = readEnet(cluesFor(join(hex("c0011234"), body), { decompress }));
  assertEquals(reading?.what, "an ENet datagram compressed with ZLIB (send reliable, ping)");
  const [unseen] = readEnet(cluesFor(join(hex("c0011234"), body)));
  assertEquals(unseen?.what, "an ENet datagram compressed with the range coder");
  assertEquals(readEnet(cluesFor(join(hex("c9991234"), body))), []);
});

Deno.test("readEnet() makes nothing of commands that do not come out even", () => {
  for (
    const text of [
      "80011234",
      "8001123485ff00",
      `80011234${RELIABLE}00`,
      "800112348fff0005",
      "80011234860000010009616263",
    ]
  ) {
    assertEquals(readEnet(cluesFor(hex(text))), []);
  }
});
