/** `explain()` on whatever bytes: it never fails, always answers the same, and in bounded time. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { explainSeries } from "../../src/commands/explain/series.ts";
import { explain } from "../../src/explain/explain.ts";
import { EXPLAINS } from "../../src/explain/reading.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import { mutateBytes } from "../support/mutate.ts";
import { CASES, framed } from "../unit/explain/cases.ts";

/** Noise, and cases and values with damage. */
const ARBITRARY_BYTES: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.array(fc.constantFrom(0, 1, 2, 3, 4, 8, 0x1b, 0x28, 0x78, 0x80, 0x81, 0xff), { maxLength: 60 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc.tuple(fc.constantFrom(...CASES), fc.integer()).map(([{ bytes }, seed]) =>
    mutateBytes(bytes.subarray(0, 4096), seed)
  ),
  fc.tuple(arbitraryVariant({ objects: true, maxDepth: 3 }), fc.integer()).map(([value, seed]) =>
    mutateBytes(encodeVariant(value, { fullObjects: true }), seed)
  ),
);

Deno.test("property: whatever the bytes, explain() gives ranked readings and one sentence", () => {
  fc.assert(
    fc.property(ARBITRARY_BYTES, fc.constantFrom(3 as const, 4 as const), (bytes, receiver) => {
      const { readings, best, verdict } = explain(bytes, { receiver });
      assert(verdict !== "" && !verdict.includes("\n"), verdict);
      assertEquals(best !== null, (readings[0]?.score ?? 0) >= EXPLAINS);
      for (const { score, at, why, what, text } of readings) {
        assert(score >= 0 && score <= 1 && what !== "" && why.length > 0);
        assert(at === null || (at >= 0 && at <= bytes.length), `${what} at ${at}`);
        assertEquals(typeof text(), "string");
      }
    }),
    { numRuns: 1500 },
  );
});

Deno.test("property: the same bytes always get the same answer, wherever they lie in memory", async () => {
  await fc.assert(
    fc.asyncProperty(ARBITRARY_BYTES, async (bytes) => {
      const shifted = new Uint8Array(bytes.length + 7).fill(0xa5);
      shifted.set(bytes, 3);
      const first = await explainSeries([bytes], { receiver: 4 });
      const second = await explainSeries([shifted.subarray(3, 3 + bytes.length)], { receiver: 4 });
      assertEquals(summary(second), summary(first));
    }),
    { numRuns: 300 },
  );
});

function summary({ parts, verdict }: Awaited<ReturnType<typeof explainSeries>>): unknown {
  const readings = parts.flatMap(({ explanation }) => explanation.readings);
  return [verdict, ...readings.map((reading) => ({ ...reading, text: reading.text() }))];
}

Deno.test("property: what put_var writes is explained, with and without a length in front", () => {
  const isVariant = (what: string | undefined): boolean =>
    /^a (?:Godot|Godot 4) Variant \(/.test(what ?? "");
  let total = 0, bare = 0, behind = 0;
  fc.assert(
    fc.property(arbitraryVariant({ maxDepth: 3 }), (value) => {
      const bytes = encodeVariant(value);
      if (bytes.length === 4) return; // Nil and Callable: four bytes say little
      total++;
      if (isVariant(explain(bytes).best?.what)) bare++;
      const what = explain(framed(bytes)).best?.what;
      if (isVariant(what) && what?.endsWith("behind a 4-byte little-endian length")) behind++;
    }),
    { numRuns: 600, seed: 7 },
  );
  // Arbitrary values are not what games send: some are as odd as other bytes.
  assert(bare / total > 0.97, `${bare} of ${total}`);
  assert(behind / total > 0.97, `${behind} of ${total}`);
});

Deno.test("property: noise is hardly ever explained", () => {
  let explained = 0;
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 200 }), (bytes) => {
      if ((explain(bytes).best?.score ?? 0) >= 0.7) explained++;
    }),
    { numRuns: 1000, seed: 11 },
  );
  assert(explained <= 20, `${explained} of 1000`);
});
