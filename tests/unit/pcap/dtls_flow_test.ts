import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatagramPackets } from "../../../src/pcap/datagram_packets.ts";
import { DtlsFlow, looksLikeDtls } from "../../../src/pcap/dtls_flow.ts";
import type { CaptureEvent } from "../../../src/pcap/events.ts";
import { type Bytes, concat, packetsOf, problemsOf, toBytes } from "../../support/pcap_builder.ts";
import {
  allSecrets,
  briefly,
  clientHello,
  DTLS12,
  dtlsMessage,
  dtlsRecord,
  flowContext,
  sealedDtls,
  serverHello,
  TYPE,
} from "../../support/secure_records.ts";

const HELLO = dtlsRecord(
  TYPE.handshake,
  dtlsMessage(1, 0, clientHello({ version: DTLS12, cookie: "" })),
);
const NOTE = { severity: "info", code: "x", message: "y" } as const;

function run(...datagrams: readonly Bytes[]): CaptureEvent[] {
  const context = flowContext({ transport: "udp", secrets: allSecrets() });
  const flow = new DtlsFlow(context, (next) => new DatagramPackets(next));
  const events = datagrams.flatMap((datagram, i) => {
    const bytes = toBytes(datagram);
    flow.push({ type: "bytes", bytes, frame: i + 1, time: 0n, notes: [NOTE] });
    const found: CaptureEvent[] = [];
    for (let event = flow.next(); event !== null; event = flow.next()) found.push(event);
    const { secure } = context.conversation;
    if (i === 0) secure?.observe("server side", 2, serverHello({ version: DTLS12 }), true);
    return found;
  });
  flow.end("ended");
  return events;
}

const sealed = (text: string, sequence: number) => sealedDtls(text, { role: "client", sequence });

Deno.test("looksLikeDtls() takes content type, version and size for an answer", () => {
  const looks = (bytes: Uint8Array, start = 0) => looksLikeDtls(bytes, start, bytes.length);
  assertEquals([looks(HELLO), looks(concat("abc", HELLO), 3)], [true, true]);
  assertEquals(looks(HELLO.subarray(0, 12)), false);
  const other = (at: number, byte: number) => looks(HELLO.slice().fill(byte, at, at + 1));
  assertEquals([other(0, 19), other(0, 24), other(1, 3), other(2, 0xfb)], Array(4).fill(false));
  assertEquals([other(2, 0xff), other(0, 20), other(0, 23)], [true, true, true]);
  assertEquals(looks(new Uint8Array(20)), false);
});

Deno.test("DtlsFlow gives a packet for each record of application data", () => {
  const events = run(HELLO, concat(sealed("one", 1), sealed("two", 2)), sealed("three", 3));
  assertEquals(briefly(events), ["DTLS 1.2 ClientHello (1 cipher suite)", "one", "two", "three"]);
  assertEquals(events.map(({ frame }) => frame), [1, 2, 2, 3]);
  const [packet] = packetsOf(events);
  assertEquals([packet?.protocol, packet?.transport], [["tcp", "dtls"], "udp"]);
  assertEquals(packet?.notes, [NOTE]);
});

Deno.test("DtlsFlow notes packets that are replayed", () => {
  const packets = packetsOf(run(HELLO, sealed("one", 1), sealed("one", 1)));
  const codes = packets.map(({ notes }) => notes.map(({ code }) => code));
  assertEquals(codes, [["x"], ["x", "replayed-record"]]);
});

Deno.test("DtlsFlow tells bytes that are no record", () => {
  const cut = concat(sealed("one", 1), sealed("two", 2).subarray(0, -1));
  const events = run(HELLO, cut, sealed("three", 3));
  assertEquals(briefly(events).slice(1), ["one", "bad-record", "three"]);
  const rest = sealed("two", 2).length - 1;
  const message = problemsOf(events)[0]?.message ?? "";
  assertStringIncludes(message, `Frame 2: the datagram from a to b has ${rest} bytes at byte`);
  assert(message.endsWith("that are no DTLS record"));
});
