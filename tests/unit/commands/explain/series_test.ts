import { assert, assertEquals } from "@std/assert";
import { explainSeries } from "../../../../src/commands/explain/series.ts";
import { framed, join, variant } from "../../explain/cases.ts";

const OPTIONS = { receiver: 4 } as const;
const MOVE = framed(variant('{"cmd": "move", "id": 7}'));

Deno.test("explainSeries() gives the verdict of a lone packet", async () => {
  const { parts, whole, verdict, isExplained } = await explainSeries([MOVE], OPTIONS);
  assertEquals([parts.length, whole, isExplained], [1, null, true]);
  assertEquals(verdict, parts[0]?.explanation.verdict);
});

Deno.test("explainSeries() puts pieces of a stream together", async () => {
  const pieces = [MOVE.subarray(0, 3), MOVE.subarray(3, 21), MOVE.subarray(21)];
  const { whole, verdict, isExplained } = await explainSeries(pieces, OPTIONS);
  assertEquals(whole?.bytes.toHex(), MOVE.toHex());
  assert(
    isExplained &&
      verdict.startsWith("the 3 pieces together are a valid Godot 4 Variant (Dictionary)"),
  );
});

Deno.test("explainSeries() does not put together what stands by itself", async () => {
  const { whole, verdict } = await explainSeries([MOVE, MOVE], OPTIONS);
  assertEquals(whole, null);
  assert(verdict.startsWith("all 2 packets alike: a valid Godot 4 Variant"));
});

Deno.test("explainSeries() counts kinds, the most frequent first", async () => {
  const packets = [variant('"hello"'), MOVE, MOVE, join("plain text here")];
  const { verdict, isExplained } = await explainSeries(packets, OPTIONS);
  assertEquals(
    verdict,
    "4 packets: 2 times a Godot 4 Variant (Dictionary) behind a 4-byte little-endian length, " +
      "a Godot Variant (String), a plain text",
  );
  assert(isExplained);
});

Deno.test("explainSeries() says when a packet is not explained", async () => {
  const { verdict, isExplained } = await explainSeries(
    [MOVE, join([0xff, 0, 0xff, 0, 0x12])],
    OPTIONS,
  );
  assert(!isExplained && verdict.endsWith("not explained"), verdict);
});

Deno.test("explainSeries() looks inside of what is compressed", async () => {
  const { deflateSync, brotliCompressSync } = await import("node:zlib");
  const value = variant('"hello again and again and again"');
  for (
    const [compress, mode] of [[deflateSync, "DEFLATE"], [brotliCompressSync, "BROTLI"]] as const
  ) {
    const { parts } = await explainSeries([new Uint8Array(compress(value))], OPTIONS);
    const what = parts[0]?.explanation.best?.what ?? "";
    assert(what.startsWith(`a Godot Variant (String) compressed with ${mode}`), what);
  }
});
