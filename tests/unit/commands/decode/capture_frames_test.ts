import { assert, assertEquals, assertRejects } from "@std/assert";
import { readCaptureFrames } from "../../../../src/commands/decode/capture_frames.ts";
import type {
  FrameReading,
  Framing,
  InputFrame,
} from "../../../../src/commands/decode/input_frame.ts";
import { UsageError } from "../../../../src/errors.ts";
import { GODOT4 } from "../../../support/frames.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";
import {
  block,
  concat,
  enhancedPacket,
  ethernet,
  framed,
  interfaceBlock,
  intVariant,
  pcap,
  sectionHeader,
  tcp,
  u32,
  udp,
} from "../../../support/pcap_builder.ts";

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
  return await framesOf(capture, { format: "pcap", framing, decoding: GODOT4 }, io);
}

async function framesOf(
  capture: Uint8Array,
  reading: FrameReading,
  io: MemoryIo,
): Promise<InputFrame[]> {
  const found: InputFrame[] = [];
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

const FIXTURES = new URL("../../../../fixtures/pcap/", import.meta.url);

function fixture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, FIXTURES));
}

Deno.test("readCaptureFrames() decrypts with a key log, and tells the other records", async () => {
  const capture = fixture("openssl_tls13.pcap");
  const reading = { format: "pcap", framing: null, decoding: GODOT4 } as const;
  const io = memoryIo({ files: { "k.txt": fixture("openssl_tls13.keylog") } });
  const found = await framesOf(capture, { ...reading, keylog: "k.txt" }, io);
  assertEquals(hex(found).map((text) => Number.parseInt(text.slice(8, 10), 16)), [
    ...[1, 2, 3, 100, 101, 102, 4, 5, 6],
  ]);
  assertEquals(io.stderrText().match(/KeyUpdate/g)?.length, 2);
  assertEquals(io.stderrText().includes("encrypted"), false);
});

Deno.test("readCaptureFrames() gives no frames of what is encrypted, and says what helps", async () => {
  const io = memoryIo();
  assertEquals(await frames(fixture("openssl_tls13.pcap"), null, io), []);
  assert(io.stderrText().includes("encrypted; --keylog FILE decrypts it"), io.stderrText());
});

Deno.test("readCaptureFrames() tells no records of a selection, but how many are encrypted", async () => {
  const reading = { format: "pcap", framing: null, decoding: GODOT4, isSelective: true } as const;
  const io = memoryIo();
  assertEquals(await framesOf(fixture("godot_dtls_client.pcap"), reading, io), []);
  assertEquals(
    io.stderrText(),
    "packetpeer: capture: records of application data that stay encrypted: 6; " +
      "--keylog FILE decrypts them\n",
  );
});

Deno.test("readCaptureFrames() decrypts with keys that stand in the capture", async () => {
  const keys = fixture("godot_dtls_client.keylog");
  const padding = new Uint8Array(-keys.length & 3);
  const secrets = block(10, concat(u32(0x544c534b, true), u32(keys.length, true), keys, padding));
  const packets = pcapRecords(fixture("godot_dtls_client.pcap"));
  const before = concat(sectionHeader(), interfaceBlock(), secrets, ...packets);
  assertEquals((await frames(before)).length, 6);
  const io = memoryIo();
  const middle = concat(sectionHeader(), interfaceBlock(), ...packets.slice(0, 7), secrets);
  assertEquals((await frames(concat(middle, ...packets.slice(7)), null, io)).length, 5);
  assertEquals(io.stderrText().match(/ApplicationData/g)?.length, 1);
});

/** The packets of a pcap file as blocks of pcapng. */
function pcapRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = 24; at < file.length;) {
    const size = view.getUint32(at + 8, true);
    blocks.push(enhancedPacket(file.slice(at + 16, at + 16 + size)));
    at += 16 + size;
  }
  return blocks;
}

Deno.test("readCaptureFrames() tells so many problems of a kind, and how many more there were", async () => {
  const cut = { bytes: DATAGRAM.subarray(0, 44), original: DATAGRAM.length };
  const capture = pcap(new Array(25).fill(cut));
  const io = memoryIo(), verbose = memoryIo({ isVerbose: true });
  await frames(capture, null, io);
  const lines = io.stderrText().trimEnd().split("\n");
  assertEquals(lines.length, 21);
  assert(lines[19]?.startsWith("packetpeer: capture: Frame 20: the UDP datagram"), lines[19]);
  assertEquals(
    lines[20],
    "packetpeer: capture: 5 more problems of the kind cut-frame; --verbose tells each",
  );
  await frames(capture, null, verbose);
  assertEquals(verbose.stderrText().trimEnd().split("\n").length, 25);
});
