import { assertEquals, assertRejects } from "@std/assert";
import { readFile, readStdin } from "../../../../src/commands/decode/frame_inputs.ts";
import type {
  FrameBatches,
  FrameFormat,
  FrameReading,
  Framing,
} from "../../../../src/commands/decode/input_frame.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo, type MemorySettings } from "../../../support/memory_io.ts";
import { ethernet, pcap, udp } from "../../../support/pcap_builder.ts";

const SEVEN = Uint8Array.fromHex("0200000007000000");
const FRAMED = Uint8Array.fromHex("080000000200000007000000");
const CAPTURE = pcap([ethernet(udp("127.0.0.1:5000", "127.0.0.1:4242", SEVEN))]);

function reading(format: FrameFormat, framing: Framing | null = null): FrameReading {
  return { format, framing, decoding: { godot: 4, allowObjects: false } };
}

async function collect(batches: FrameBatches): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of batches) {
    for (const frame of batch) {
      found.push(frame.kind === "packet" ? frame.bytes.toHex() : frame.kind);
    }
  }
  return found;
}

function stdin(
  content: NonNullable<MemorySettings["stdin"]>,
  format: FrameFormat = "auto",
  framing: Framing | null = null,
): Promise<string[]> {
  const split = (
    bytes: Uint8Array,
  ) => [{ kind: "packet", bytes, offset: 0, origin: null } as const];
  return collect(readStdin(reading(format, framing), split, memoryIo({ stdin: content })));
}

Deno.test("readStdin() finds out how the input is written", async () => {
  assertEquals(await stdin("02\n\nzz\n03"), ["02", "blank", "broken", "03"]);
  assertEquals(await stdin("AgA=\nAwA=\n"), ["0200", "0300"]);
  assertEquals(await stdin(`{"event":"listening"}\n{"hex":"02"}\n`), ["02"]);
  assertEquals(await stdin(SEVEN), [SEVEN.toHex()]);
  assertEquals(await stdin(CAPTURE), [SEVEN.toHex()]);
  assertEquals(await stdin(""), []);
});

Deno.test("readStdin() finds out the same wherever the chunks end", async () => {
  for (const content of [new TextEncoder().encode("0200\n0300\n"), SEVEN, CAPTURE]) {
    const bytewise = [...content].map((byte) => new Uint8Array([byte]));
    assertEquals(await stdin(bytewise), await stdin(content));
  }
});

Deno.test("readStdin() takes the word of --from", async () => {
  assertEquals(await stdin("00", "raw"), ["3030"]);
  assertEquals(await stdin("AAAA", "base64"), ["000000"]);
  assertEquals(await stdin("AAAA", "hex"), ["aaaa"]);
  assertEquals(await stdin(CAPTURE, "pcap"), [SEVEN.toHex()]);
  assertEquals(await stdin("02\n", "ndjson"), ["broken"]);
  await assertRejects(() => stdin("02\n", "pcap"), UsageError, "capture");
});

Deno.test("readStdin() takes raw bytes as one packet, or as a packet stream", async () => {
  const two = [FRAMED, FRAMED];
  assertEquals(await stdin(two), [FRAMED.toHex().repeat(2)]);
  assertEquals(await stdin(two, "auto", "none"), [FRAMED.toHex().repeat(2)]);
  assertEquals(await stdin(two, "auto", "packet-stream"), [SEVEN.toHex(), SEVEN.toHex()]);
  assertEquals(await stdin(two, "auto", "auto"), [SEVEN.toHex(), SEVEN.toHex()]);
  assertEquals(await stdin(SEVEN, "raw", "auto"), [SEVEN.toHex()]);
});

Deno.test("readStdin() tells how many lines held no packet, if all, or with --verbose", async () => {
  const told = async (stdin: string, isVerbose: boolean): Promise<string> => {
    const io = memoryIo({ stdin, isVerbose });
    await collect(readStdin(reading("ndjson"), () => [], io));
    return io.stderrText();
  };
  const rest = `have no "hex", "base64" or "bytes" and were passed over\n`;
  assertEquals(await told(`{}\n{"hex":"02"}\n{}\n`, true), `packetpeer: 2 of 3 lines ${rest}`);
  assertEquals(await told(`{}\n{"hex":"02"}\n{}\n`, false), "");
  assertEquals(await told("{}\n\n{}\n", false), `packetpeer: 2 of 2 lines ${rest}`);
  assertEquals(await told("", true), "");
});

Deno.test("readFile() reads a file, and says why it cannot", async () => {
  const io = memoryIo({ files: { "a.pcap": CAPTURE } });
  assertEquals(await collect(readFile("a.pcap", reading("auto"), () => [], io)), [SEVEN.toHex()]);
  const missing = readFile("b", reading("auto"), () => [], io);
  await assertRejects(() => collect(missing), UsageError, "cannot read b: no such file");
});
