import { assert, assertEquals } from "@std/assert";
import type { FlowContext } from "../../../src/pcap/dissector.ts";
import type { CaptureEvent } from "../../../src/pcap/events.ts";
import { StreamChain } from "../../../src/pcap/stream_chain.ts";
import { type Bytes, framed, intVariant, toBytes } from "../../support/pcap_builder.ts";
import {
  briefly,
  clientHello,
  flowContext,
  message,
  serverHello,
  tlsRecord,
  TYPE,
} from "../../support/secure_records.ts";

const HELLO = tlsRecord(TYPE.handshake, message(1, clientHello()));
const SERVER_HELLO = tlsRecord(TYPE.handshake, message(2, serverHello()));
const DATA = tlsRecord(TYPE.data, new Uint8Array(40));

/** The layers on top of each event, for pieces of a stream. */
function layers(pieces: readonly Bytes[], fields: Partial<FlowContext> = {}): string[] {
  const chain = new StreamChain(flowContext(fields));
  const events: CaptureEvent[] = [];
  const drain = (): void => {
    for (let event = chain.next(); event !== null; event = chain.next()) events.push(event);
  };
  pieces.forEach((piece, i) => {
    chain.push({ type: "bytes", bytes: toBytes(piece), frame: i + 1, time: 0n, notes: [] });
    drain();
  });
  chain.end("ended");
  drain();
  assertEquals(chain.retained, 0);
  return events.map((event) => "protocol" in event ? event.protocol.at(-1) ?? "" : event.type);
}

Deno.test("StreamChain recognises TLS by its first record", () => {
  assertEquals(layers([HELLO]), ["tls"]);
  assertEquals(layers([SERVER_HELLO]), ["tls"]);
  assertEquals(layers([tlsRecord(TYPE.alert, [2, 70])]), ["tls"]);
  assertEquals(layers([...HELLO].map((byte) => [byte])), ["tls"]);
});

Deno.test("StreamChain takes everything else for packets", () => {
  assertEquals(layers([framed(intVariant(1))], { framing: "auto" }), ["packet-stream"]);
  assertEquals(layers(["GET / HTTP/1.1"]), ["tcp"]);
  // A packet of 22 bytes in a frame begins with the type of a handshake record.
  const packet = framed("x".repeat(22));
  assertEquals(layers([packet.subarray(0, 1), packet.subarray(1)], { framing: "packet-stream" }), [
    "packet-stream",
  ]);
  assertEquals(layers([[22], [3], [3]]), ["tcp"]);
  const noHello = tlsRecord(TYPE.handshake, message(11, "certificate"));
  for (const bytes of [DATA, noHello, [22, 3, 3, 0, 0, 1], [22, 3, 3, 0xff, 0xff, 1]]) {
    assertEquals(layers([bytes]), ["tcp"]);
  }
});

Deno.test("StreamChain recognises TLS from the middle of a stream on", () => {
  assertEquals(layers([DATA, DATA], { hasStart: false }), ["tls", "tls"]);
  assertEquals(layers(["nothing of the kind"], { hasStart: false }), ["tcp"]);
});

Deno.test("StreamChain takes the other direction of TLS for TLS", () => {
  const conversation = flowContext().conversation;
  layers([HELLO], { conversation });
  assert(conversation.secure !== null);
  const fields = { conversation, hasStart: false };
  assertEquals(layers([`rest of a record`, DATA, DATA], fields), ["tls", "tls"]);
});

Deno.test("StreamChain gives bytes that it held back", () => {
  const chain = new StreamChain(flowContext({ framing: "none" }));
  const bytes = Uint8Array.of(22, 3);
  chain.push({ type: "bytes", bytes, frame: 1, time: 0n, notes: [] });
  bytes.fill(0);
  assertEquals(chain.next(), null);
  assert(chain.retained > 0);
  chain.interrupt({ type: "gap", size: 10, frame: 2 });
  assertEquals(briefly([chain.next()].filter((event) => event !== null)), ["\x16\x03"]);
  assertEquals(briefly([chain.next()].filter((event) => event !== null)), ["gap"]);
});
