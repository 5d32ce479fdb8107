/**
 * What holds for any bytes: the tree covers them, and the three readers of the wire format agree.
 * Seeds are fixed: a failure comes back until it is mended.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { collectNotes, type Dissection, leavesOf } from "../../src/bytes/dissection.ts";
import { DecodeError } from "../../src/errors.ts";
import { VariantDecoder } from "../../src/variant/decode.ts";
import type { DecodeOptions } from "../../src/variant/decoding.ts";
import { dissectVariant } from "../../src/variant/dissect.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { scanVariant, type VariantSummary } from "../../src/variant/scan.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import { mutateBytes } from "../support/mutate.ts";
import { loadMalformedVectors, loadVariantVectors } from "../support/vectors.ts";

const SEED = 20260131;

/** Children lie in order inside their parent, without gaps. */
function assertCovered(node: Dissection): void {
  if (node.children.length === 0) {
    assert(node.value !== undefined, `leaf ${node.name} has a value`);
    return;
  }
  let at = node.offset;
  for (const child of node.children) {
    assertEquals(child.offset, at, `${child.name} begins where its neighbour ends`);
    assertCovered(child);
    at += child.length;
  }
  assertEquals(at, node.offset + node.length, `${node.name} ends with its last child`);
}

/** Bytes of a leaf, from the bytes of the packet, joined to what they came from. */
function assertLeavesCover(root: Dissection, bytes: Uint8Array): void {
  assertEquals([root.offset, root.length], [0, bytes.length]);
  assertCovered(root);
  assertEquals(leavesOf(root).reduce((sum, { length }) => sum + length, 0), bytes.length);
}

/** What a reader says, as one comparable value: an error, or how many bytes it took. */
function outcomeOf(read: () => number): unknown[] {
  try {
    return [read()];
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [error.code, error.reason, error.offset, error.path, error.message];
  }
}

function assertReadersAgree(bytes: Uint8Array, options: DecodeOptions): void {
  const decoder = new VariantDecoder(options);
  const decoded = outcomeOf(() => {
    decoder.decode(bytes);
    return decoder.end;
  });
  let summary: VariantSummary | null = null;
  const scanned = outcomeOf(() => {
    summary = scanVariant(bytes, options);
    return summary.size;
  });
  assertEquals(scanned, decoded);

  const root = dissectVariant(bytes, options);
  assertLeavesCover(root, bytes);
  const notes = collectNotes(root);
  const errors = notes.filter(({ severity }) => severity === "error");
  const [code, , offset] = decoded;
  const expected = decoded.length === 1 ? [] : [[code, Math.min(Number(offset), bytes.length)]];
  assertEquals(errors.map((error) => [error.code, error.offset]), expected);
  assertScanIsRight(summary, notes.length);
}

/** No note where the scan promises none. */
function assertScanIsRight(summary: VariantSummary | null, noteCount: number): void {
  if (summary !== null && !summary.mayHaveNotes) assertEquals(noteCount, 0);
}

const OPTIONS: readonly DecodeOptions[] = [
  { godot: 4 },
  { godot: 4, allowObjects: true },
  { godot: 3 },
  { godot: 3, allowObjects: true },
];

function describe({ godot, allowObjects = false }: DecodeOptions): string {
  return `Godot ${godot}${allowObjects ? " with objects" : ""}`;
}

Deno.test("decode, scan and dissect agree on random bytes", async (t) => {
  const header = fc.integer({ min: 0, max: 40 }).map((type) => [type, 0, 0, 0]);
  const bytes = fc.tuple(header, fc.uint8Array({ maxLength: 64 })).map(([head, tail]) =>
    Uint8Array.from([...head, ...tail])
  );
  for (const options of OPTIONS) {
    await t.step(describe(options), () => {
      fc.assert(
        fc.property(bytes, (packet) => assertReadersAgree(packet, options)),
        { seed: SEED, numRuns: 2000 },
      );
    });
  }
});

Deno.test("decode, scan and dissect agree on damaged vectors", async (t) => {
  for (const options of OPTIONS) {
    const vectors = loadVariantVectors(options.godot);
    const small = vectors.filter(({ bytes }) => bytes.length <= 2000);
    await t.step(describe(options), () => {
      for (const [index, { bytes }] of small.entries()) {
        for (let round = 0; round < 30; round++) {
          assertReadersAgree(mutateBytes(bytes, index * 1000 + round), options);
        }
      }
    });
  }
});

Deno.test("decode, scan and dissect agree on damaged malformed vectors", () => {
  for (const [index, { bytes, allowObjects }] of loadMalformedVectors().entries()) {
    if (bytes.length > 2000) continue;
    for (let round = 0; round < 30; round++) {
      assertReadersAgree(mutateBytes(bytes, index * 1000 + round), { allowObjects });
    }
  }
});

Deno.test("decode, scan and dissect agree on encoded values", async (t) => {
  for (const godot of [4, 3] as const) {
    const options = { godot, allowObjects: true };
    await t.step(describe(options), () => {
      fc.assert(
        fc.property(arbitraryVariant({ godot, objects: true }), (value) => {
          assertReadersAgree(encodeVariant(value, { godot, fullObjects: true }), options);
        }),
        { seed: SEED, numRuns: 500 },
      );
    });
  }
});

Deno.test("leaves show the values that are on the wire", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      fc.pre(!text.includes("\0"));
      const leaves = leavesOf(dissectVariant(encodeVariant(text)));
      assertEquals(leaves.find(({ name }) => name === "text")?.value, text);
    }),
    { seed: SEED },
  );
});
