import { assert, assertEquals, assertThrows } from "@std/assert";
import { FrameCapture, openFrameCapture } from "../../../../src/commands/decode/frame_capture.ts";
import type { InputFrame, PacketOrigin } from "../../../../src/commands/decode/input_frame.ts";
import { DecodeError, UsageError } from "../../../../src/errors.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";
import { udpOrigin } from "../../../support/frames.ts";
import {
  bytesVariant,
  codesOf,
  intVariant,
  packetsOf,
  readAll,
} from "../../../support/pcap_builder.ts";

const DECODING = { godot: 4, allowObjects: false } as const;

function packet(bytes: Uint8Array, origin: Partial<PacketOrigin> | null = null): InputFrame {
  const whole = origin === null ? null : udpOrigin({ time: 5n, ...origin });
  return { kind: "packet", bytes, offset: 0, origin: whole };
}

const TCP = { transport: "tcp", protocol: ["eth", "ip", "tcp", "packet-stream"] } as const;
const BACK = { source: "192.0.2.9:2", destination: "192.0.2.1:1" } as const;

/** The packets of what is written for frames. */
function roundTrip(frames: readonly InputFrame[]): string[] {
  const io = memoryIo();
  const capture = new FrameCapture(io.output, DECODING);
  frames.forEach((frame, index) => assert(capture.print(frame, index)));
  capture.finish();
  return linesOf(io);
}

function linesOf(io: MemoryIo): string[] {
  const events = readAll(io.stdoutBytes());
  assertEquals(codesOf(events), []);
  return packetsOf(events).map((packet) => {
    const { time, source, destination, transport, payload, protocol } = packet;
    const framing = protocol.at(-1) === "packet-stream" ? " framed" : "";
    const content = payload.length > 20 ? `${payload.length} bytes` : payload.toHex();
    return `${time} ${transport}${framing} ${source} > ${destination} ${content}`;
  });
}

Deno.test("FrameCapture keeps addresses, times and transports", () => {
  const lines = roundTrip([
    packet(intVariant(1), {}),
    packet(intVariant(2), { ...TCP, time: 6n }),
    packet(new Uint8Array(0), { time: 7n, source: "[::1]:1", destination: "[2001:db8::1]:2" }),
    packet(intVariant(3), { ...TCP, ...BACK, time: 1_790_000_000_123_456_789n }),
  ]);
  assertEquals(lines, [
    "5 udp 192.0.2.1:1 > 192.0.2.9:2 0200000001000000",
    "6 tcp framed 192.0.2.1:1 > 192.0.2.9:2 0200000002000000",
    "7 udp [::1]:1 > [2001:db8::1]:2 ",
    "1790000000123456789 tcp framed 192.0.2.9:2 > 192.0.2.1:1 0200000003000000",
  ]);
});

Deno.test("FrameCapture writes streams without framing as they were", () => {
  const protocol = ["raw", "ip", "tcp"];
  assertEquals(roundTrip([packet(Uint8Array.of(9, 9), { ...TCP, protocol })]), [
    "5 tcp 192.0.2.1:1 > 192.0.2.9:2 0909",
  ]);
});

Deno.test("FrameCapture has addresses for packets that no capture had", () => {
  const frames = [
    packet(intVariant(1)),
    packet(bytesVariant(70_000)),
    packet(bytesVariant(80_000)),
  ];
  assertEquals(roundTrip(frames), [
    "0 udp 192.0.2.1:4242 > 192.0.2.2:4242 0200000001000000",
    "0 tcp framed 192.0.2.1:4242 > 192.0.2.2:4242 70008 bytes",
    "0 tcp framed 192.0.2.1:4242 > 192.0.2.2:4242 80008 bytes",
  ]);
});

Deno.test("FrameCapture passes over empty lines and says what is broken", () => {
  const io = memoryIo();
  const capture = new FrameCapture(io.output, DECODING);
  assert(capture.print({ kind: "blank" }, 0));
  const error = new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-notation",
    offset: 0,
    what: "hex",
    why: "it is none",
  });
  assertEquals(capture.print({ kind: "broken", error, offset: 0, size: 2 }, 1), false);
  capture.finish();
  assertEquals(linesOf(io), []);
  assert(io.stderrText().startsWith("packetpeer: frame 2: Cannot decode hex"), io.stderrText());
});

Deno.test("FrameCapture ends the longest silent of too many connections", () => {
  const io = memoryIo();
  const capture = new FrameCapture(io.output, DECODING);
  for (let i = 0; i < 8200; i++) {
    const source = `192.0.2.1:${i + 1}`;
    capture.print(packet(intVariant(i), { ...TCP, source }), i);
  }
  const sizeBefore = io.stdoutBytes().length;
  // The first one begins anew, with a handshake; the last one goes on.
  capture.print(packet(intVariant(1), { ...TCP, source: "192.0.2.1:1" }), 8200);
  const sizeAnew = io.stdoutBytes().length - sizeBefore;
  capture.print(packet(intVariant(2), { ...TCP, source: "192.0.2.1:8200" }), 8201);
  const sizeKnown = io.stdoutBytes().length - sizeBefore - sizeAnew;
  assert(sizeAnew > 3 * sizeKnown, `${sizeAnew} and ${sizeKnown}`);
  capture.finish();
  assertEquals(linesOf(io).length, 8202);
});

Deno.test("openFrameCapture() refuses terminals and figures", () => {
  const terminal = memoryIo({ isTerminal: true }).output;
  const open = (isStats: boolean) => () =>
    openFrameCapture(terminal, { decoding: DECODING, isStats });
  assertEquals(
    assertThrows(open(false), UsageError).message,
    "-o pcapng would garble the terminal; redirect stdout to a file",
  );
  assertEquals(
    assertThrows(open(true), UsageError).message,
    "--stats prints figures, not packets; leave out -o pcapng",
  );
});
