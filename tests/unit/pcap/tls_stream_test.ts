import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Dissector, FlowContext } from "../../../src/pcap/dissector.ts";
import type { CaptureEvent } from "../../../src/pcap/events.ts";
import { PacketStream } from "../../../src/pcap/packet_stream.ts";
import { tlsLink } from "../../../src/pcap/tls_stream.ts";
import { SecureConnection } from "../../../src/tls/handshake.ts";
import { type Bytes, concat, framed, problemsOf, toBytes } from "../../support/pcap_builder.ts";
import {
  allSecrets,
  briefly,
  clientHello,
  flowContext,
  message,
  sealedTls12,
  serverHello,
  tlsRecord,
  TYPE,
} from "../../support/secure_records.ts";

type Step = Bytes | { readonly gap: number } | { readonly end: string };

function context(fields: Partial<FlowContext> = {}): FlowContext {
  const secrets = allSecrets();
  const connection = new SecureConnection(secrets);
  connection.observe("server side", 2, serverHello(), false);
  const conversation = { secure: connection };
  return flowContext({ secrets, conversation, framing: "packet-stream", ...fields });
}

/** What a stream gives; step i is frame i + 1. The other side answers the hello at once. */
function run(steps: readonly Step[], fields: Partial<FlowContext> = {}): CaptureEvent[] {
  const flow = context(fields);
  const stream = tlsLink.open(flow, (next) => new PacketStream(next));
  const events = steps.flatMap((step, i) => {
    const found = take(stream, step, i + 1);
    if (i === 0) flow.conversation.secure?.observe("server side", 2, serverHello(), false);
    return found;
  });
  assert(stream.retained < 64 * 1024, `${stream.retained} bytes`);
  return events;
}

function take(stream: Dissector, step: Step, frame: number): CaptureEvent[] {
  if (isGap(step)) stream.interrupt({ type: "gap", size: step.gap, frame });
  else if (isEnd(step)) stream.end(step.end);
  else stream.push({ type: "bytes", bytes: toBytes(step), frame, time: BigInt(frame), notes: [] });
  const events: CaptureEvent[] = [];
  for (let event = stream.next(); event !== null; event = stream.next()) events.push(event);
  return events;
}

function isGap(step: Step): step is { readonly gap: number } {
  return typeof step === "object" && "gap" in step;
}

function isEnd(step: Step): step is { readonly end: string } {
  return typeof step === "object" && "end" in step;
}

const HELLO = tlsRecord(TYPE.handshake, message(1, clientHello()));
const CHANGE = tlsRecord(TYPE.changeCipherSpec, [1]);
const END = { end: "ended" };
const OPENING = ["TLS 1.2 ClientHello (1 cipher suite)", "TLS 1.2 ChangeCipherSpec"];

function sealed(content: Bytes, sequence: number): Uint8Array {
  return sealedTls12(content, { role: "client", sequence });
}

Deno.test("TLS: packets come out of the records, however packets and records lie", () => {
  const packets = ["one", "", "two".repeat(50), "three"];
  const plain = concat(...packets.map(framed));
  const size = fc.integer({ min: 1, max: 90 });
  fc.assert(fc.property(fc.array(size, { minLength: 1 }), fc.array(size), (cuts, pieces) => {
    const records: Uint8Array[] = [];
    for (let at = 0, i = 0; at < plain.length; i++) {
      const end = at + (cuts[i % cuts.length] ?? 1);
      records.push(sealed(plain.subarray(at, end), i));
      at = end;
    }
    const bytes = concat(CHANGE, ...records);
    const steps: Step[] = [HELLO];
    let at = 0;
    for (const piece of pieces) steps.push(bytes.subarray(at, at += piece));
    steps.push(bytes.subarray(at), END);
    const present = steps.filter((step) => !(step instanceof Uint8Array) || step.length > 0);
    assertEquals(briefly(run(present)), [...OPENING, ...packets]);
  }));
});

Deno.test("TLS: packets have the frame that completed their record, and the whole path", () => {
  const record = sealed(framed("one"), 0);
  const events = run([concat(HELLO), concat(CHANGE, record.subarray(0, 9)), record.subarray(9)]);
  assertEquals(events.map(({ frame }) => frame), [1, 2, 3]);
  const packet = events[2];
  assert(packet?.type === "packet");
  assertEquals(packet.protocol, ["tcp", "tls", "packet-stream"]);
  assertEquals(packet.time, 3n);
});

Deno.test("TLS: a gap inside a record costs that record and its packets", () => {
  const record = sealed(framed("lost"), 1);
  const events = run([
    HELLO,
    concat(CHANGE, sealed(framed("first"), 0), record.subarray(0, 20)),
    { gap: 5 },
    concat(record.subarray(25), sealed(framed("second"), 2), sealed(framed("third"), 3)),
    END,
  ], { framing: "none" });
  assertEquals(briefly(events).slice(2).map((text) => text.slice(4) || text), [
    "first",
    "gap",
    "second",
    "third",
  ]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "misses 5 bytes in the capture");
});

Deno.test("TLS: behind a gap over several records, the next record is found and decrypts", () => {
  const lost = concat(...[1, 2, 3].map((i) => sealed(framed("lost"), i)));
  const tail = sealed(framed("cut"), 4);
  const events = run([
    HELLO,
    concat(CHANGE, sealed(framed("first"), 0), lost.subarray(0, 3)),
    { gap: lost.length + 4 },
    concat(tail.subarray(7), sealed(framed("found"), 5)),
    END,
  ], { framing: "none" });
  assertEquals(briefly(events).slice(2).map((text) => text.slice(4) || text), [
    "first",
    "gap",
    "found",
  ]);
});

Deno.test("TLS: a record that does not decrypt is a hole for the layer above", () => {
  const bad = sealed("bad", 1);
  bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 1;
  const halves = framed("cut in two");
  const events = run([
    HELLO,
    concat(CHANGE, sealed(concat(framed("one"), halves.subarray(0, 6)), 0), bad),
    concat(...[2, 3, 4, 5].map((i) => sealed(framed(intPacket(i)), i))),
    END,
  ]);
  const texts = briefly(events).slice(2);
  assertEquals(texts.slice(0, 3), [
    "one",
    "TLS 1.2 ApplicationData, 27 bytes, encrypted; it does not decrypt with the key in the key log",
    "gap",
  ]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "has a TLS record that does not");
  assertEquals(texts.length, 3 + 4);
});

function intPacket(value: number): Uint8Array {
  return Uint8Array.of(2, 0, 0, 0, value, 0, 0, 0);
}

Deno.test("TLS: bytes that are no record are told, and the next record is found", () => {
  const bytes = concat(CHANGE, "not a record", sealed("one", 0));
  const events = run([HELLO, bytes, END], { framing: "none" });
  assertEquals(briefly(events).slice(2), ["bad-record", "one"]);
});

Deno.test("TLS: a stream that ends inside a record", () => {
  const events = run([HELLO, HELLO.subarray(0, 20), END]);
  const [problem] = problemsOf(events);
  assertEquals(problem?.code, "cut-packet");
  assertStringIncludes(problem?.message ?? "", `inside a TLS record: 20 of ${HELLO.length} bytes`);
  assertEquals(problemsOf(run([HELLO, END])), []);
});

Deno.test("TLS: any bytes are read to their end, in bounded memory", () => {
  const chunk = fc.uint8Array({ maxLength: 60 });
  const header = fc.constantFrom(HELLO, CHANGE, sealed("x", 0), [23, 3, 3, 0x40, 0], [22, 3, 1]);
  const gap = fc.integer({ min: 1, max: 100_000 }).map((size) => ({ gap: size }));
  const steps = fc.array(fc.oneof(chunk, header, gap), { maxLength: 20 });
  fc.assert(fc.property(steps, fc.boolean(), (list, hasStart) => {
    run([...list.filter((step) => !("length" in step) || step.length > 0), END], { hasStart });
  }));
});
