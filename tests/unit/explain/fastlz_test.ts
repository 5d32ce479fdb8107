import { assertEquals } from "@std/assert";
import { decompressFastLz } from "../../../src/explain/fastlz.ts";
import { hex } from "./clues.ts";

function textOf(block: string, limit = 1000): string | null {
  const bytes = decompressFastLz(hex(block), limit);
  return bytes && new TextDecoder().decode(bytes);
}

Deno.test("decompressFastLz() copies literals and overlapping matches", () => {
  assertEquals(
    textOf("05 68656c6c6f20 e0 1d 05 02 6c6c6f"),
    `${"hello ".repeat(7)}hello`,
  );
});

Deno.test("decompressFastLz() reads long matches of level 2", () => {
  // One literal, a match of 9 + 255 + 1 at distance 1.
  assertEquals(textOf("20 61 e0 ff 01 00"), "a".repeat(1 + 9 + 255 + 1));
});

Deno.test("decompressFastLz() reads far matches of level 2", () => {
  const far = new Uint8Array(9000).fill(0x78);
  far[0] = 0x61;
  const blocks: number[] = [];
  for (let at = 0; at < far.length; at += 30) blocks.push(29, ...far.subarray(at, at + 30));
  blocks[0] = 29 | 0x20;
  const distance = 9000 - 8191 - 1;
  const output = decompressFastLz(
    Uint8Array.from([...blocks, 0x3f, 0xff, distance >> 8, distance & 255]),
    20_000,
  );
  assertEquals(output?.length, 9003);
  assertEquals(output?.subarray(9000).toHex(), "617878");
});

Deno.test("decompressFastLz() refuses what is no block", () => {
  assertEquals(decompressFastLz(new Uint8Array(0), 100), null);
  assertEquals(textOf("40 61"), null); // level 3
  assertEquals(textOf("05 6162"), null); // literals cut off
  assertEquals(textOf("00 61 20"), null); // match cut off
  assertEquals(textOf("00 61 20 05"), null); // match from before the beginning
  assertEquals(textOf("20 61 e0 ff"), null); // length cut off
});

Deno.test("decompressFastLz() gives no more than the limit", () => {
  assertEquals(textOf("20 61 e0 ff ff ff 01 00", 100), null);
});
