/** Captures that are written are read back to the same packets, whatever was said in whatever order. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { CaptureFile } from "../../src/commands/session/capture_file.ts";
import { FrameCapture } from "../../src/commands/decode/frame_capture.ts";
import type { ConnectionTap, WireDirection } from "../../src/net/wire_tap.ts";
import { type Address, formatAddress } from "../../src/packet/peer.ts";
import { memoryIo } from "../support/memory_io.ts";
import { codesOf, concat, framed, packetsOf, readAll } from "../support/pcap_builder.ts";

const HERE: readonly Address[] = [
  { hostname: "192.0.2.1", port: 4242 },
  { hostname: "2001:db8::1", port: 4242 },
];
const THERE: readonly Address[] = [
  { hostname: "192.0.2.200", port: 50000 },
  { hostname: "2001:db8::ffff:200", port: 50001 },
];
const TIME = 1_790_000_000_000_000;

interface Event {
  readonly kind: "datagram" | "bytes" | "end" | "reset" | "open";
  readonly family: 0 | 1;
  readonly direction: WireDirection;
  readonly bytes: Uint8Array;
}

const eventArbitrary: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom("datagram", "datagram", "bytes", "bytes", "bytes", "end", "reset", "open"),
  family: fc.constantFrom(0, 1),
  direction: fc.constantFrom("in", "out"),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.integer({ min: 1000, max: 200_000 }).map((size) => new Uint8Array(size).fill(size)),
  ),
});

/** What a reader should make of the events: datagrams in their order, and the bytes of each stream. */
class Expected {
  readonly datagrams: string[] = [];
  readonly streams: Map<string, string> = new Map();

  addDatagram(from: string, to: string, bytes: Uint8Array): void {
    this.datagrams.push(`${from} ${to} ${bytes.toHex()}`);
  }

  addBytes(from: string, to: string, bytes: Uint8Array): void {
    const key = `${from} ${to}`;
    const all = (this.streams.get(key) ?? "") + bytes.toHex();
    if (all !== "") this.streams.set(key, all);
  }
}

/** Whether a direction of the one connection of a family still takes bytes. */
interface Line {
  tap: ConnectionTap;
  readonly ended: Set<WireDirection>;
  isReset: boolean;
}

Deno.test("CaptureFile is read back to the datagrams and streams that it was told", () => {
  fc.assert(fc.property(fc.array(eventArbitrary, { maxLength: 25 }), (events) => {
    const io = memoryIo();
    using capture = new CaptureFile("a", { endpoint: "udp://[::]:4242", hasKeys: false }, io);
    const expected = new Expected();
    const lines: (Line | null)[] = [null, null];
    for (const [i, event] of events.entries()) {
      const { kind, family, direction } = event;
      const [local, remote] = [HERE[family], THERE[family]];
      if (local === undefined || remote === undefined) {
        throw new TypeError("both families are there");
      }
      const ends = [formatAddress(local), formatAddress(remote)] as const;
      const [from, to] = direction === "out" ? ends : [ends[1], ends[0]];
      if (kind === "datagram") {
        const bytes = event.bytes.subarray(0, 65507);
        capture.datagram({ direction, local, remote, bytes, time: TIME + i });
        expected.addDatagram(from, to, bytes);
        continue;
      }
      const line = lines[family];
      if (kind === "open" || line === null || line === undefined) {
        const tap = capture.connection(direction, local, remote);
        lines[family] = { tap, ended: new Set(), isReset: false };
        continue;
      }
      if (kind === "bytes") {
        line.tap.bytes(direction, event.bytes);
        if (!line.isReset && !line.ended.has(direction)) expected.addBytes(from, to, event.bytes);
      } else if (kind === "end") {
        line.tap.end(direction);
        line.ended.add(direction);
      } else {
        line.tap.reset(direction);
        line.isReset ||= line.ended.size < 2;
      }
    }
    capture.close();
    assertRead(io.system.created.get("a")?.content ?? new Uint8Array(0), expected);
  }));
});

function assertRead(file: Uint8Array, expected: Expected): void {
  const events = readAll(file, { framing: "none" });
  assertEquals(codesOf(events), []);
  const read = new Expected();
  for (const { transport, source, destination, payload, notes } of packetsOf(events)) {
    assertEquals(notes, []);
    if (transport === "udp") read.addDatagram(source, destination, payload);
    else read.addBytes(source, destination, payload);
  }
  assertEquals(read.datagrams, expected.datagrams);
  assertEquals(read.streams, expected.streams);
}

Deno.test("the packets of a stream are cut up again, however the bytes were written", () => {
  const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
  fc.assert(fc.property(packets, fc.integer({ min: 1, max: 500 }), (payloads, size) => {
    const io = memoryIo();
    using capture = new CaptureFile("a", { endpoint: "tcp://[::]:4242", hasKeys: false }, io);
    const [local, remote] = [{ hostname: "::1", port: 1 }, { hostname: "::1", port: 2 }];
    const tap = capture.connection("in", local, remote);
    const stream = concat(...payloads.map(framed));
    for (let at = 0; at < stream.length; at += size) {
      tap.bytes("in", stream.subarray(at, at + size));
    }
    tap.end("in");
    capture.close();
    const content = io.system.created.get("a")?.content ?? new Uint8Array(0);
    const events = readAll(content, { framing: "packet-stream" });
    assertEquals(codesOf(events), []);
    assertEquals(packetsOf(events).map(({ payload }) => payload.toHex()), payloads.map(hexOf));
  }));
});

Deno.test("decode -o pcapng of any capture reads back to the same packets", () => {
  const packet = fc.record({
    transport: fc.constantFrom("udp", "tcp"),
    family: fc.constantFrom(0, 1),
    direction: fc.constantFrom("in", "out"),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }),
    time: fc.bigInt({ min: 0n, max: 1n << 62n }),
  });
  fc.assert(fc.property(fc.array(packet, { maxLength: 30 }), (packets) => {
    const io = memoryIo();
    const writer = new FrameCapture(io.output, { godot: 4, allowObjects: false });
    const wanted = packets.map(({ transport, family, direction, bytes, time }, index) => {
      const ends = [HERE[family], THERE[family]].map((end) => end ? formatAddress(end) : "");
      const [source = "", destination = ""] = direction === "out" ? ends : ends.toReversed();
      const protocol = transport === "udp" ? ["udp"] : ["tcp", "packet-stream"];
      const origin = { frame: 1, time, source, destination, transport, protocol, notes: [] };
      writer.print({ kind: "packet", bytes, offset: 0, origin }, index);
      return `${time} ${transport} ${source} ${destination} ${bytes.toHex()}`;
    });
    writer.finish();
    const events = readAll(io.stdoutBytes(), { framing: "packet-stream" });
    assertEquals(codesOf(events), []);
    const read = packetsOf(events).map(({ time, transport, source, destination, payload }) =>
      `${time} ${transport} ${source} ${destination} ${payload.toHex()}`
    );
    assertEquals(read, wanted);
  }));
});

function hexOf(bytes: Uint8Array): string {
  return bytes.toHex();
}
