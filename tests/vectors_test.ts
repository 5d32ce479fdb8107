/**
 * Every golden vector, in every direction: what Godot 4.6 and 3.6 wrote is decoded, written again,
 * scanned, dissected and turned into text and JSON; what Godot 4.6 said to broken and unusual bytes
 * is said here, too. `tests/unit/variant/native_test.ts` compares the JSON form of the engine.
 */

import { assert, assertEquals } from "@std/assert";
import { collectNotes, leavesOf } from "../src/bytes/dissection.ts";
import { DecodeError } from "../src/errors.ts";
import { type DecodeOptions, decodeVariant } from "../src/variant/decode.ts";
import { dissectVariant } from "../src/variant/dissect.ts";
import { encodeVariant } from "../src/variant/encode.ts";
import { variantEquals } from "../src/variant/equals.ts";
import { variantFromJson, variantToJson } from "../src/variant/json.ts";
import { typeName } from "../src/variant/layout.ts";
import { variantFromNative, variantToNative } from "../src/variant/native.ts";
import { scanVariant } from "../src/variant/scan.ts";
import { variantFromText, variantToText } from "../src/variant/text.ts";
import { type Variant, variantTypeOf } from "../src/variant/types.ts";
import {
  loadMalformedVectors,
  loadVariantVectors,
  type MalformedVector,
  type VariantVector,
} from "./support/vectors.ts";

const VECTORS = [...loadVariantVectors(4), ...loadVariantVectors(3)];
const MALFORMED = loadMalformedVectors();

/** Runs a check on every vector, and fails with the names of all that it fails on. */
function forEach<T extends { readonly name: string }>(
  vectors: readonly T[],
  check: (vector: T) => void,
): void {
  const failures = vectors.flatMap((vector) => {
    try {
      check(vector);
      return [];
    } catch (error) {
      return [`${vector.name}: ${error instanceof Error ? error.message : error}`];
    }
  });
  assert(failures.length === 0, `${failures.length} vectors\n${failures.join("\n")}`);
}

function readingOf(vector: VariantVector | MalformedVector): Required<DecodeOptions> {
  return "godot" in vector
    ? { godot: vector.godot, allowObjects: vector.hasFullObjects }
    : { godot: 4, allowObjects: vector.allowObjects };
}

function decode(vector: VariantVector | MalformedVector): Variant {
  return decodeVariant(vector.bytes, readingOf(vector));
}

/** What is written for a value by the means that a vector was written with. */
function hexOf(value: Variant, vector: VariantVector | MalformedVector): string {
  const { godot, allowObjects } = readingOf(vector);
  return encodeVariant(value, { godot, fullObjects: allowObjects }).toHex();
}

/** The verdict on bytes, as one line; null when they decode. */
function verdictOf(decodeBytes: () => unknown): string | null {
  try {
    decodeBytes();
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return `${error.code} at ${error.offset}: ${error.message}`;
    throw error;
  }
}

Deno.test("there are vectors of every type", () => {
  assertEquals(new Set(loadVariantVectors(4).map((vector) => vector.hex.slice(0, 2))).size, 39);
  assertEquals(new Set(loadVariantVectors(3).map((vector) => vector.hex.slice(0, 2))).size, 27);
  assertEquals(MALFORMED.length, 320);
});

Deno.test("decodeVariant() gives the type that the engine encoded", () => {
  forEach(VECTORS, (vector) => {
    // The engine calls a freed object an Object, and writes Nil.
    const type = vector.hex === "00000000" ? "Nil" : vector.type;
    assertEquals(typeName(variantTypeOf(decode(vector)), vector.godot), type);
  });
});

Deno.test("encodeVariant() writes the bytes of the engine", () => {
  forEach(VECTORS, (vector) => assertEquals(hexOf(decode(vector), vector), vector.hex));
});

Deno.test("decodeVariant() does not mind where the bytes are and what comes after them", () => {
  forEach([...VECTORS, ...MALFORMED.filter((vector) => vector.isAccepted)], (vector) => {
    const value = decode(vector);
    const { length } = vector.bytes;
    for (const offset of [1, 2, 3, 4, 5, 8]) {
      const frame = new Uint8Array(offset + length + 7).fill(0xa5);
      frame.set(vector.bytes, offset);
      const alone = frame.subarray(offset, offset + length);
      assert(variantEquals(decodeVariant(alone, readingOf(vector)), value));
      const followed = frame.subarray(offset);
      assert(variantEquals(decodeVariant(followed, readingOf(vector)), value));
    }
  });
});

/** All lengths of a short packet, and some of a longer one, of all residues. */
function prefixesOf(bytes: Uint8Array): Uint8Array[] {
  const step = bytes.length <= 64 ? 1 : bytes.length <= 1024 ? 3 : 509;
  const count = Math.ceil(bytes.length / step);
  return Array.from({ length: count }, (_, i) => bytes.subarray(0, i * step));
}

Deno.test("decode, scan and dissect refuse every vector that is cut off, in the same words", () => {
  forEach([...VECTORS, ...MALFORMED], (vector) => {
    const options = readingOf(vector);
    const isWholeValid = decodeErrorOf(vector.bytes, options) === null;
    const size = isWholeValid ? scanVariant(vector.bytes, options).size : Infinity;
    for (const prefix of prefixesOf(vector.bytes)) {
      const verdict = verdictOf(() => decodeVariant(prefix, options));
      assertEquals(verdictOf(() => scanVariant(prefix, options)), verdict);
      assertEquals(firstErrorOf(prefix, options), verdict);
      if (verdict !== null || !isWholeValid) continue;
      assert(prefix.length > size - 4, `${prefix.length} bytes decode`); // a final padding is cut
      assert(variantEquals(decodeVariant(prefix, options), decode(vector)));
    }
  });
});

/** The first error note of a dissection, as a verdict. */
function firstErrorOf(bytes: Uint8Array, options: DecodeOptions): string | null {
  const note = collectNotes(dissectVariant(bytes, options)).find(isError);
  if (note === undefined) return null;
  const error = decodeErrorOf(bytes, options);
  assertEquals(note.offset, Math.min(error?.offset ?? -1, bytes.length));
  return error === null ? null : `${note.code} at ${error.offset}: ${error.message}`;
}

function isError(note: { readonly severity: string }): boolean {
  return note.severity === "error";
}

function decodeErrorOf(bytes: Uint8Array, options: DecodeOptions): DecodeError | null {
  try {
    decodeVariant(bytes, options);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

Deno.test("scanVariant() finds type and size", () => {
  forEach(VECTORS, (vector) => {
    const summary = scanVariant(vector.bytes, readingOf(vector));
    assertEquals(summary.type, variantTypeOf(decode(vector)));
    assertEquals(summary.size, vector.bytes.length);
  });
});

/** Vectors that the engine itself would not read back as it wrote them, or may not. */
function isRemarkable({ name, hasFullObjects }: VariantVector): boolean {
  return name === "string-bom" || hasFullObjects;
}

Deno.test("dissectVariant() covers every byte, and remarks on nothing that the engine writes", () => {
  forEach(VECTORS, (vector) => {
    const root = dissectVariant(vector.bytes, readingOf(vector));
    const size = leavesOf(root).reduce((sum, leaf) => sum + leaf.length, 0);
    assertEquals(size, vector.bytes.length);
    if (isRemarkable(vector)) return;
    assertEquals(collectNotes(root), []);
    assert(!scanVariant(vector.bytes, readingOf(vector)).mayHaveNotes);
  });
});

Deno.test("variantFromText() makes the engine's bytes of variantToText()", () => {
  forEach(VECTORS, (vector) => {
    const { godot } = vector;
    const text = variantToText(decode(vector), { godot });
    assertEquals(hexOf(variantFromText(text, { godot }), vector), vector.hex);
  });
});

Deno.test("variantToJson() writes JSON that variantFromJson() reads", () => {
  forEach(VECTORS, (vector) => {
    const json = variantToJson(decode(vector));
    JSON.parse(json);
    assertEquals(variantToJson(variantFromJson(json)), json);
  });
});

Deno.test("variantFromNative() makes the engine's bytes of variantToNative()", () => {
  forEach(VECTORS, (vector) => {
    const text = variantToNative(decode(vector));
    if (text === `"f:nan"`) return; // alone, a NaN has no payload in this form
    assertEquals(hexOf(variantFromNative(text), vector), vector.hex);
  });
});

/**
 * Refused by the engine after a look at its ClassDB or the files of the project. They decode here,
 * with a note.
 */
const NEEDS_ENGINE: ReadonlyMap<string, string> = new Map([
  ["object-full-unknown-class", "no such class in the ClassDB"],
  ["object-full-abstract-class", "a class that cannot be instantiated"],
  ["tarray-script-missing", "no such file in the project"],
]);

Deno.test("decode, scan and dissect refuse what the engine refuses, with its error", () => {
  const refused = MALFORMED.filter((vector) => !vector.isAccepted);
  forEach(refused, (vector) => {
    const options = readingOf(vector);
    const error = decodeErrorOf(vector.bytes, options);
    assertEquals(firstErrorOf(vector.bytes, options), verdictOf(() => decode(vector)));
    assertEquals(
      verdictOf(() => scanVariant(vector.bytes, options)),
      verdictOf(() => decode(vector)),
    );
    if (NEEDS_ENGINE.has(vector.name)) {
      assertEquals(error, null);
      assert(collectNotes(dissectVariant(vector.bytes, options)).length > 0);
    } else {
      assertEquals(error?.code, vector.error);
    }
  });
});

Deno.test("decode, scan and dissect accept what the engine accepts", () => {
  const accepted = MALFORMED.filter((vector) => vector.isAccepted);
  forEach(accepted, (vector) => {
    const options = readingOf(vector);
    const value = decode(vector);
    assertEquals(typeName(variantTypeOf(value)), vector.type);
    assertEquals(scanVariant(vector.bytes, options).type, variantTypeOf(value));
    assertEquals(firstErrorOf(vector.bytes, options), null);
  });
});

/** Read as it is; only writing it again gives something else. */
const REWRAPPED = /^tarray-builtin-object-allowed-id$/;

/** What the engine does not keep as it is on the wire, by names of vectors. The value here does. */
const CHANGED_BY_ENGINE: ReadonlyMap<RegExp, string> = new Map([
  [/^string(?:name)?-nul|^rich-flip-29-/, "a string ends at its first NUL"],
  [/^string-bom$/, "a byte order mark is dropped"],
  [/^object-id-0$|^valid-junkbits-object$/, "an object with id 0 is null, and written as Nil"],
  [/^object-full-(?!empty)/, "an instance has all properties of its class, and no others"],
  [/^dict-dup-(?!keys-int-float)|^dict-key-64int-dup$/, "of equal keys, the last value stays"],
  [/^tarray-(?:float-in-int|str-in-sn)$/, "elements are converted to the type of the array"],
  [/^tarray-class-wrong-elem-allowed$|^tdict-wrong-key$/, "elements that do not fit are dropped"],
  [REWRAPPED, "an id becomes an EncodedObjectAsID, which is sent in full"],
]);

function isChangedByEngine(vector: MalformedVector): boolean {
  return [...CHANGED_BY_ENGINE.keys()].some((name) => name.test(vector.name));
}

Deno.test("encodeVariant() writes what the engine makes of unusual bytes", () => {
  const accepted = MALFORMED.filter((vector) => vector.isAccepted);
  forEach(accepted, (vector) => {
    if (vector.reencoded === null) return; // ids of objects, which differ each time
    const hex = hexOf(decode(vector), vector);
    assertEquals(hex !== vector.reencoded, isChangedByEngine(vector), `${hex} ${vector.reencoded}`);
  });
});

Deno.test("dissectVariant() remarks on all bytes that the engine would write otherwise", () => {
  const unusual = MALFORMED.filter(({ name, hex, reencoded }) =>
    reencoded !== null && reencoded !== hex && !REWRAPPED.test(name)
  );
  assert(unusual.length > 100);
  forEach(unusual, (vector) => {
    const options = readingOf(vector);
    assert(collectNotes(dissectVariant(vector.bytes, options)).length > 0);
    assert(scanVariant(vector.bytes, options).mayHaveNotes);
  });
});
