import { assertEquals } from "@std/assert";
import { FrameEvents } from "../../../../src/commands/decode/frame_events.ts";
import { DatagramEvents } from "../../../../src/commands/decode/datagram_events.ts";
import { FrameTimes } from "../../../../src/commands/decode/frame_times.ts";
import { CaptureReader } from "../../../../src/pcap/capture.ts";
import { encodeVariant } from "../../../../src/variant/encode.ts";
import { readText } from "../../../../src/variant/text_reader.ts";
import { GODOT4 } from "../../../support/frames.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { ethernet, LINK, linuxCooked, pcap, pcapng, udp } from "../../../support/pcap_builder.ts";

const VALUES = [
  "1",
  '{"cmd": "move", "pos": Vector2(0.1, 2)}',
  "[true, null]",
  '"é"',
  "Callable()",
];

/** One packet after the other, at times that need all kinds of digits. */
function frames(): { bytes: Uint8Array; seconds: number; fraction: number }[] {
  const times = [[5, 0], [5, 1], [5, 999_999_999], [7, 120_000_000], [7, 500], [3, 0], [1e6, 1]];
  return times.map(([seconds = 0, fraction = 0], i) => {
    const value = readText(VALUES[i % VALUES.length] ?? "null");
    const [from, to] = i % 2 === 0 ? ["10.0.0.1:1", "10.0.0.2:2"] : ["10.0.0.2:2", "10.0.0.1:1"];
    return { bytes: udp(from, to, encodeVariant(value)), seconds, fraction };
  });
}

/** The lines of the short way where it leads, and of the other one. */
async function lines(file: Uint8Array): Promise<[short: string[], long: string[]]> {
  const short = memoryIo({ mode: "json" }), long = memoryIo({ mode: "json" });
  const reader = new CaptureReader(), other = new CaptureReader();
  const times = new FrameTimes(), otherTimes = new FrameTimes();
  const events = new FrameEvents(short.output, "json", GODOT4, times);
  const plain = new FrameEvents(long.output, "json", GODOT4, otherTimes);
  for (const each of [reader, other]) each.push(file);
  for (let index = 0;; index++) {
    const datagram = reader.nextDatagram(), event = other.next();
    if (datagram === null || event?.type !== "packet") break;
    times.note(datagram);
    otherTimes.note(event);
    events.printDatagram(datagram, reader, index);
    plain.print({ kind: "packet", bytes: event.payload, offset: 0, origin: event }, index);
  }
  events.flush();
  for (const io of [short, long]) await io.output.flush();
  return [short.stdoutLines() as string[], long.stdoutLines() as string[]];
}

Deno.test("DatagramEvents writes the lines that FrameEvents writes, in their order", async () => {
  const spec = frames();
  const ethernets = spec.map((frame) => ({ ...frame, bytes: ethernet(frame.bytes) }));
  const cooked = spec.map((frame) => ({ ...frame, bytes: linuxCooked(frame.bytes) }));
  const files = [
    pcap(ethernets, { isNano: true }),
    pcap(cooked, { isNano: true, linkType: LINK.sll }),
    pcapng(ethernets.map(({ bytes }) => bytes)), // at time 0: not known
  ];
  for (const file of files) {
    const [short, long] = await lines(file);
    assertEquals(short, long);
    assertEquals(short.length, spec.length);
  }
});

Deno.test("DatagramEvents writes nothing of a packet that it leaves to others", () => {
  const io = memoryIo({ mode: "json" });
  const reader = new CaptureReader();
  reader.push(pcap([ethernet(udp("10.0.0.1:1", "10.0.0.2:2", encodeVariant("é")))]));
  const datagram = reader.nextDatagram();
  const events = new DatagramEvents(io.output, new FrameTimes());
  assertEquals(datagram !== null && events.print(datagram, reader, 0), false);
  events.flush();
  assertEquals(io.stdoutText(), "");
});
