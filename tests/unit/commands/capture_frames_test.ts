import { assert, assertEquals, assertRejects } from "@std/assert";
import { readCaptureFrames } from "../../../src/commands/capture_frames.ts";
import type { Framing, InputFrame } from "../../../src/commands/input_frame.ts";
import { UsageError } from "../../../src/errors.ts";
import { GODOT4 } from "../../support/frames.ts";
import { type MemoryIo, memoryIo } from "../../support/memory_io.ts";
import {
  concat,
  ethernet,
  framed,
  intVariant,
  pcap,
  tcp,
  udp,
} from "../../support/pcap_builder.ts";

const SEVEN = intVariant(7);
const DATAGRAM = ethernet(udp("127.0.0.1:5000", "127.0.0.1:4242", SEVEN));
const SEGMENT = ethernet(tcp("127.0.0.1:5000", "127.0.0.1:4242", {
  sequence: 1,
  payload: concat(framed(SEVEN), framed(SEVEN)),
}));

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const middle = bytes.length >> 1;
  yield bytes.slice(0, middle);
  yield bytes.slice(middle);
}

async function frames(
  capture: Uint8Array,
  framing: Framing | null = null,
  io: MemoryIo = memoryIo(),
): Promise<InputFrame[]> {
  const found: InputFrame[] = [];
  const reading = { format: "pcap", framing, decoding: GODOT4 } as const;
  for await (const batch of readCaptureFrames(chunks(capture), reading, io)) found.push(...batch);
  return found;
}

function hex(found: readonly InputFrame[]): string[] {
  return found.map((frame) => frame.kind === "packet" ? frame.bytes.toHex() : frame.kind);
}

Deno.test("readCaptureFrames() gives packets with where and when they were captured", async () => {
  const capture = pcap([{ bytes: DATAGRAM, seconds: 1_700_000_000, fraction: 5 }]);
  const [frame] = await frames(capture);
  assert(frame?.kind === "packet" && frame.origin !== null);
  assertEquals(frame.bytes.toHex(), SEVEN.toHex());
  const { source, destination, transport, time } = frame.origin;
  assertEquals([frame.origin.frame, source, destination, transport, time], [
    1,
    "127.0.0.1:5000",
    "127.0.0.1:4242",
    "udp",
    1_700_000_000_000_005_000n,
  ]);
});

Deno.test("readCaptureFrames() looks for packet streams on TCP, unless told otherwise", async () => {
  const capture = pcap([SEGMENT, DATAGRAM]);
  assertEquals(hex(await frames(capture)).sort(), Array(3).fill(SEVEN.toHex()));
  assertEquals(hex(await frames(capture, "auto")).length, 3);
  const whole = concat(framed(SEVEN), framed(SEVEN)).toHex();
  assert(hex(await frames(capture, "none")).includes(whole));
});

Deno.test("readCaptureFrames() says on stderr what is wrong with the capture", async () => {
  const io = memoryIo();
  const capture = pcap([DATAGRAM, DATAGRAM]);
  assertEquals(hex(await frames(capture.slice(0, -4), null, io)), [SEVEN.toHex()]);
  assert(io.stderrText().startsWith("packetpeer: capture: "), io.stderrText());
});

Deno.test("readCaptureFrames() refuses what is no capture", async () => {
  await assertRejects(() => frames(new Uint8Array(64)), UsageError, "capture");
});
