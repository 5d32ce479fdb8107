import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { collectNotes, type Dissection, leavesOf } from "../../src/bytes/dissection.ts";
import { DecodeError, formatPath } from "../../src/errors.ts";
import { type DecodeOptions, decodeVariant, VariantDecoder } from "../../src/variant/decode.ts";
import { dissectVariant } from "../../src/variant/dissect.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantEquals } from "../../src/variant/equals.ts";
import { variantToJson } from "../../src/variant/json.ts";
import { variantToNative } from "../../src/variant/native.ts";
import { scanVariant } from "../../src/variant/scan.ts";
import { variantFromText, variantToText } from "../../src/variant/text.ts";
import {
  EncodedObject,
  type Variant,
  VariantArray,
  VariantDictionary,
  variantTypeOf,
} from "../../src/variant/types.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import { mutateBytes, seededRandom } from "../support/mutate.ts";
import { loadMalformedVectors, loadVariantVectors } from "../support/vectors.ts";

const READINGS: readonly Required<DecodeOptions>[] = [
  { godot: 4, allowObjects: true },
  { godot: 4, allowObjects: false },
  { godot: 3, allowObjects: true },
  { godot: 3, allowObjects: false },
];

/** Packets with damage, and words at random that often look like headers and counts. */
function arbitraryGarbage(): fc.Arbitrary<Uint8Array> {
  const seed = fc.integer();
  const value = arbitraryVariant({ objects: true, maxDepth: 3 });
  const godot3Value = arbitraryVariant({ godot: 3, objects: true, maxDepth: 2 });
  return fc.oneof(
    {
      arbitrary: fc.tuple(value, seed).map(([original, at]) =>
        mutateBytes(encodeVariant(original, { fullObjects: true }), at)
      ),
      weight: 6,
    },
    {
      arbitrary: fc.tuple(godot3Value, seed).map(([original, at]) =>
        mutateBytes(encodeVariant(original, { godot: 3, fullObjects: true }), at)
      ),
      weight: 2,
    },
    { arbitrary: seed.map(randomWords), weight: 3 },
    { arbitrary: fc.uint8Array({ maxLength: 64 }), weight: 1 },
  );
}

function randomWords(seed: number): Uint8Array {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const words = Uint32Array.from({ length: 1 + below(40) }, () => {
    const kind = random();
    if (kind < 0.5) return below(40) | (random() < 0.3 ? below(16) << 16 : 0);
    return kind < 0.9 ? below(5) : below(0x100000000);
  });
  return new Uint8Array(words.buffer);
}

/** What decoding comes to. */
type Outcome = { readonly value: Variant } | { readonly error: DecodeError };

/** Anything but a DecodeError passes through. */
function attempt(decode: () => Variant): Outcome {
  try {
    return { value: decode() };
  } catch (error) {
    if (error instanceof DecodeError) return { error };
    throw error;
  }
}

function describe(error: DecodeError): string {
  return `${error.code} ${error.reason} at ${error.offset}, ${
    formatPath(error.path)
  }: ${error.message}`;
}

/** Checks all that must hold for any bytes, read that way. */
function checkReading(bytes: Uint8Array, options: Required<DecodeOptions>): void {
  const decoder = new VariantDecoder(options);
  const outcome = attempt(() => decoder.decode(bytes));
  const root = dissectVariant(bytes, options);
  checkDissection(root, bytes);
  const errors = collectNotes(root).filter((note) => note.severity === "error");
  if ("error" in outcome) {
    checkScanRefuses(bytes, options, outcome.error);
    const offset = Math.min(outcome.error.offset, bytes.length);
    assertEquals(errors.map((note) => [note.code, note.offset]), [[outcome.error.code, offset]]);
    return;
  }
  assertEquals(errors, []);
  const summary = scanVariant(bytes, options);
  assertEquals(summary.type, variantTypeOf(outcome.value));
  assertEquals(summary.size, decoder.end);
  assertEquals([summary.valueCount, summary.maxDepth], measure(outcome.value));
  if (!summary.mayHaveNotes) {
    assertEquals(collectNotes(root), []);
    const canonical = encodeVariant(outcome.value, { godot: options.godot, fullObjects: true });
    assertEquals(quietHex(bytes), quietHex(canonical));
  }
  checkValue(outcome.value, options);
}

/**
 * In hex, with all signalling NaN of 32 and 64 bits made quiet: JavaScript does not keep them in
 * numbers, which components are on their way.
 */
function quietHex(bytes: Uint8Array): string {
  const words = new Uint32Array(bytes.slice().buffer); // whole words, or there would be a note
  const quiet = words.map((word) => (word & 0x7fffffff) > 0x7f800000 ? word | QUIET_BITS : word);
  return new Uint8Array(quiet.buffer).toHex();
}

/** Bit 22 of 32-bit floats, and bit 19 in the high word of 64-bit ones. */
const QUIET_BITS = 0x480000;

function checkScanRefuses(
  bytes: Uint8Array,
  options: DecodeOptions,
  expected: DecodeError,
): void {
  const outcome = attempt(() => {
    scanVariant(bytes, options);
    return null;
  });
  assertEquals("error" in outcome ? describe(outcome.error) : "accepted", describe(expected));
}

/** Children in order inside their parent; leaves that cover every byte exactly once. */
function checkDissection(root: Dissection, bytes: Uint8Array): void {
  assertEquals([root.offset, root.length], [0, bytes.length]);
  let covered = 0;
  for (const leaf of leavesOf(root)) {
    assertEquals(leaf.offset, covered);
    covered += leaf.length;
  }
  assertEquals(covered, bytes.length);
  checkChildren(root);
}

function checkChildren(node: Dissection): void {
  if (node.children.length === 0) return;
  assertEquals(node.value, undefined);
  let at = node.offset;
  for (const child of node.children) {
    assertEquals(child.offset, at);
    at += child.length;
    checkChildren(child);
  }
  assertEquals(at, node.offset + node.length);
}

/** Number of values at all levels, and the level of the innermost one. */
function measure(value: Variant): [count: number, depth: number] {
  const measured = childrenOf(value).map(measure);
  return [
    measured.reduce((sum, [count]) => sum + count, 1),
    measured.reduce((max, [, depth]) => Math.max(max, depth + 1), 0),
  ];
}

function childrenOf(value: Variant): readonly Variant[] {
  if (value instanceof VariantArray) return value.items;
  if (value instanceof VariantDictionary) return [...value.keys, ...value.values];
  if (value instanceof EncodedObject) return value.properties.map((property) => property.value);
  return [];
}

/** Whatever decodes can be written, and is then as Godot writes it. */
function checkValue(value: Variant, { godot, allowObjects }: Required<DecodeOptions>): void {
  const canonical = encodeVariant(value, { godot, fullObjects: true });
  const again = decodeVariant(canonical, { godot, allowObjects });
  assertEquals(encodeVariant(again, { godot, fullObjects: true }).toHex(), canonical.toHex());
  JSON.parse(variantToJson(value));
  JSON.parse(variantToNative(value));
  const read = variantFromText(variantToText(value, { godot }), { godot });
  assertEquals(encodeVariant(read, { godot, fullObjects: true }).toHex(), canonical.toHex());
}

Deno.test("decode, scan and dissect agree on any bytes, and what decodes can be written", () => {
  const property = fc.property(arbitraryGarbage(), (bytes) => {
    for (const options of READINGS) checkReading(bytes, options);
  });
  fc.assert(property, { numRuns: 600 });
});

Deno.test("decode, scan and dissect agree on golden vectors with seeded damage", () => {
  const vectors = [
    ...loadVariantVectors(4),
    ...loadVariantVectors(3),
    ...loadMalformedVectors(),
  ].filter(({ bytes }) => bytes.length <= 4096);
  vectors.forEach(({ name, bytes }, index) => {
    for (let seed = index; seed < index + 3000; seed += 1000) {
      const damaged = mutateBytes(bytes, seed);
      for (const options of READINGS) {
        try {
          checkReading(damaged, options);
        } catch (cause) {
          throw new Error(`${name}: ${damaged.toHex()} ${JSON.stringify(options)}`, { cause });
        }
      }
    }
  });
});

Deno.test("VariantDecoder gives the same after any garbage as a new one", () => {
  const decoders = READINGS.map((options) => new VariantDecoder(options));
  const property = fc.property(arbitraryGarbage(), (bytes) => {
    READINGS.forEach((options, index) => {
      const used = attempt(() => decoders[index]?.decode(bytes) ?? null);
      const fresh = attempt(() => decodeVariant(bytes, options));
      if ("error" in used || "error" in fresh) {
        assertEquals(
          "error" in used && describe(used.error),
          "error" in fresh && describe(fresh.error),
        );
      } else {
        assert(variantEquals(used.value, fresh.value));
      }
    });
  });
  fc.assert(property, { numRuns: 400 });
});

/** A packet of that size that begins with these words, over and over. */
function repeated(words: readonly number[], times: number, sizeBytes: number): Uint8Array {
  const packet = new Uint32Array(sizeBytes / 4);
  for (let i = 0; i < times; i++) packet.set(words, i * words.length);
  return new Uint8Array(packet.buffer);
}

/** Small packets that announce much: nothing may be allocated by what they say. */
const HOSTILE: readonly (readonly [string, Uint8Array])[] = [
  ["arrays of arrays of 2^31 elements", repeated([0x1c, 0x7fffffff], 1020, 1 << 18)],
  ["dictionaries of 2^31 entries as keys", repeated([0x1b, 0x7fffffff], 1020, 1 << 18)],
  ["arrays of all elements that there could be", repeated([0x1c, 1 << 16], 1020, 1 << 18)],
  ["a NodePath of 2^31 names", repeated([0x16, 0xffffffff, 0, 0], 1, 1 << 18)],
  ["a PackedStringArray of 2^31 strings", repeated([0x22, 0x7fffffff], 1, 1 << 18)],
];

for (const [what, packet] of HOSTILE) {
  Deno.test(`decodeVariant() takes memory and time by the bytes there are: ${what}`, () => {
    const before = Deno.memoryUsage().rss;
    const started = performance.now();
    const outcome = attempt(() => decodeVariant(packet));
    const scanned = attempt(() => (scanVariant(packet), null));
    assert(performance.now() - started < 2000);
    assert(Deno.memoryUsage().rss - before < 128e6);
    assert("error" in outcome && "error" in scanned);
    assertEquals(describe(scanned.error), describe(outcome.error));
  });
}
