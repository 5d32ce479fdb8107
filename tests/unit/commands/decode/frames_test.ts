import { assertEquals, assertRejects } from "@std/assert";
import { readFrames } from "../../../../src/commands/decode/frames.ts";
import type { FrameFormat, Framing } from "../../../../src/commands/decode/input_frame.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo, type MemorySettings } from "../../../support/memory_io.ts";

const SEVEN = "0200000007000000";

interface Wish {
  readonly format?: FrameFormat;
  readonly framing?: Framing;
}

async function frames(
  argument: string,
  wish: Wish = {},
  settings: MemorySettings = {},
): Promise<string[]> {
  const reading = {
    format: wish.format ?? "auto",
    framing: wish.framing ?? null,
    decoding: { godot: 4, allowObjects: false },
  } as const;
  const found: string[] = [];
  for await (const batch of readFrames(argument, reading, memoryIo(settings))) {
    for (const frame of batch) {
      found.push(frame.kind === "packet" ? frame.bytes.toHex() : frame.kind);
    }
  }
  return found;
}

Deno.test("readFrames() reads an argument as hex, or as the format says", async () => {
  assertEquals(await frames("0x02 00"), ["0200"]);
  assertEquals(await frames(""), [""]);
  assertEquals(await frames("AgA="), ["broken"]);
  assertEquals(await frames("AgA=", { format: "base64" }), ["0200"]);
  assertEquals(await frames(`{"hex":"02"}`, { format: "ndjson" }), ["02"]);
  assertEquals(await frames("AgA=", { format: "hex" }), ["broken"]);
});

Deno.test("readFrames() reads raw bytes and captures only from files and stdin", async () => {
  await assertRejects(() => frames("00", { format: "raw" }), UsageError, "@file or -");
  await assertRejects(() => frames("00", { format: "pcap" }), UsageError, "@file or -");
});

Deno.test("readFrames() cuts an argument that is a packet stream", async () => {
  const stream = `08000000${SEVEN}`.repeat(2);
  assertEquals(await frames(stream), [stream]);
  assertEquals(await frames(stream, { framing: "none" }), [stream]);
  assertEquals(await frames(stream, { framing: "packet-stream" }), [SEVEN, SEVEN]);
  assertEquals(await frames(stream, { framing: "auto" }), [SEVEN, SEVEN]);
  assertEquals(await frames(SEVEN, { framing: "auto" }), [SEVEN]);
  assertEquals(await frames("0000", { framing: "packet-stream" }), ["broken"]);
});

Deno.test("readFrames() reads @file and stdin", async () => {
  const files = { "a.hex": "02\n03\n", "b.bin": new Uint8Array([2, 0, 0, 0]) };
  assertEquals(await frames("@a.hex", {}, { files }), ["02", "03"]);
  assertEquals(await frames("@b.bin", {}, { files }), ["02000000"]);
  assertEquals(await frames("-", {}, { stdin: "02" }), ["02"]);
  await assertRejects(() => frames("@c", {}, { files }), UsageError, "cannot read c: no such file");
});
