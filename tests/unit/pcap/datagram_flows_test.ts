import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CaptureReader } from "../../../src/pcap/capture.ts";
import { nodeCrypto } from "../../../src/commands/decode/node_crypto.ts";
import {
  concat,
  ethernet,
  packetsOf,
  pcap,
  pcapHeader,
  pcapRecord,
  readAll,
  udp,
} from "../../support/pcap_builder.ts";
import {
  briefly,
  clientHello,
  DTLS12,
  dtlsMessage,
  dtlsRecord,
  keyLogOf,
  MASTER_SECRET,
  sealedDtls,
  serverHello,
  TYPE,
} from "../../support/secure_records.ts";

const HELLO = dtlsRecord(
  TYPE.handshake,
  dtlsMessage(1, 0, clientHello({ version: DTLS12, cookie: "" })),
);
const SERVER_HELLO = dtlsRecord(
  TYPE.handshake,
  dtlsMessage(2, 0, serverHello({ version: DTLS12 })),
);

const up = (payload: Uint8Array, port = 1) =>
  ethernet(udp(`10.0.0.1:${port}`, "10.0.0.2:4242", payload));
const down = (payload: Uint8Array, port = 1) =>
  ethernet(udp("10.0.0.2:4242", `10.0.0.1:${port}`, payload));
const sealed = (text: string) => sealedDtls(text, { role: "client", sequence: 1 });

function decrypting(): { keyLog: ReturnType<typeof keyLogOf>; crypto: typeof nodeCrypto } {
  return { keyLog: keyLogOf(MASTER_SECRET), crypto: nodeCrypto };
}

Deno.test("DatagramFlows joins both directions, and keeps conversations apart", () => {
  const frames = [up(HELLO), down(SERVER_HELLO), up(sealed("first")), up(sealed("second"), 2)];
  const events = readAll(pcap(frames), decrypting());
  assertEquals(briefly(events), [
    "DTLS 1.2 ClientHello (1 cipher suite)",
    "DTLS 1.2 ServerHello TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "first",
    "DTLS 1.2 ApplicationData, 30 bytes, encrypted; the capture does not have its handshake",
  ]);
  assertEquals(packetsOf(events)[0]?.protocol, ["eth", "ip", "udp", "dtls"]);
});

Deno.test("DatagramFlows forgets the conversation that was quiet for longest", () => {
  const others = [2, 3].flatMap((port) => [up(HELLO, port), down(SERVER_HELLO, port)]);
  const frames = [up(HELLO), down(SERVER_HELLO), ...others, up(sealed("late"))];
  const limited = (streams: number) =>
    packetsOf(readAll(pcap(frames), { ...decrypting(), limits: { streams } })).length;
  assertEquals([limited(6), limited(5)], [1, 0]);
});

Deno.test("DatagramFlows bounds what a million conversations leave behind", () => {
  const limits = { streams: 1000, totalStreamBytes: 1 << 18 };
  const reader = new CaptureReader({ ...decrypting(), limits });
  reader.push(pcapHeader());
  let most = 0;
  const fragment = dtlsMessage(11, 1, new Uint8Array(9000), [0, 600]);
  for (let i = 0; i < 5000; i++) {
    const bytes = concat(HELLO, dtlsRecord(TYPE.handshake, fragment, 0, 1));
    reader.push(pcapRecord(up(bytes, i + 1)));
    while (reader.next() !== null);
    most = Math.max(most, reader.retained);
  }
  assert(most > 1 << 17 && most < (1 << 18) + 4096, `${most} bytes`);
});

Deno.test("DatagramFlows reads any datagram that looks like DTLS", () => {
  const start = fc.tuple(fc.constantFrom(20, 21, 22, 23), fc.constantFrom(0xfd, 0xff));
  fc.assert(fc.property(start, fc.uint8Array({ maxLength: 80 }), ([type, minor], rest) => {
    const bytes = concat([type, 0xfe, minor], rest);
    const known = rest.length > 10 ? concat(dtlsRecord(type, rest), bytes) : bytes;
    readAll(pcap([up(HELLO), down(SERVER_HELLO), up(bytes), up(known)]), decrypting());
  }));
});
