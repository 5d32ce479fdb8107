import { assert, assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import type { DecodeOptions } from "../../../src/variant/decoding.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { isOneVariant, scanVariant, VariantScanner } from "../../../src/variant/scan.ts";
import { variantFromText } from "../../../src/variant/text.ts";
import { VariantType } from "../../../src/variant/types.ts";
import { loadMalformedVectors, loadVariantVectors } from "../../support/vectors.ts";

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

function encodeText(text: string): Uint8Array {
  return encodeVariant(variantFromText(text));
}

Deno.test("scanVariant() counts values and levels", async (t) => {
  const rows: [text: string, type: VariantType, valueCount: number, maxDepth: number][] = [
    ["null", VariantType.Nil, 1, 0],
    ["Vector3(1, 2, 3)", VariantType.Vector3, 1, 0],
    ["[]", VariantType.Array, 1, 0],
    ["[1, 2.5, [true]]", VariantType.Array, 5, 2],
    [`{"a": 1, &"b": {2: []}}`, VariantType.Dictionary, 7, 2],
    [`PackedStringArray("a", "b")`, VariantType.PackedStringArray, 1, 0],
  ];
  for (const [text, type, valueCount, maxDepth] of rows) {
    await t.step(text, () => {
      const bytes = encodeText(text);
      const expected = { type, size: bytes.length, valueCount, maxDepth, mayHaveNotes: false };
      assertEquals(scanVariant(bytes), expected);
    });
  }
});

Deno.test("scanVariant() counts the properties of objects", () => {
  const bytes = bytesOf("18000000 01000000 41000000 01000000 01000000 70000000 00000000");
  const { valueCount, maxDepth } = scanVariant(bytes, { allowObjects: true });
  assertEquals([valueCount, maxDepth], [2, 1]);
});

Deno.test("scanVariant() gives the size of the value, not of the packet", () => {
  const { size, mayHaveNotes } = scanVariant(bytesOf("02000000 07000000 aabb"));
  assertEquals([size, mayHaveNotes], [8, true]);
});

Deno.test("scanVariant() never gives a size beyond the packet", () => {
  assertEquals(scanVariant(bytesOf("1d000000 01000000 05")).size, 9);
});

/** The verdict on some bytes as one comparable value. */
function verdictOf(read: () => unknown): unknown[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [error.code, error.reason, error.offset, error.path, error.message];
  }
}

function assertSameVerdict(bytes: Uint8Array, options: DecodeOptions): void {
  assertEquals(
    verdictOf(() => scanVariant(bytes, options)),
    verdictOf(() => decodeVariant(bytes, options)),
  );
}

Deno.test("scanVariant() throws the errors of decodeVariant()", async (t) => {
  for (const { name, bytes, allowObjects } of loadMalformedVectors()) {
    await t.step(name, () => assertSameVerdict(bytes, { allowObjects }));
  }
});

Deno.test("scanVariant() throws the errors of decodeVariant() on every prefix", async (t) => {
  for (const godot of [4, 3] as const) {
    for (const { name, bytes } of loadVariantVectors(godot)) {
      await t.step(`Godot ${godot} ${name}`, () => {
        for (let length = 0; length < Math.min(bytes.length, 300); length++) {
          assertSameVerdict(bytes.subarray(0, length), { godot, allowObjects: true });
        }
      });
    }
  }
});

Deno.test("scanVariant() says where in the value an error is", () => {
  const entry = "04000000 01000000 6b000000"; // "k":
  const bytes = bytesOf(`1b000000 01000000 ${entry} 1c000000 02000000 00000000 27000000`);
  const error = assertThrows(() => scanVariant(bytes), DecodeError);
  assertEquals(error.path, ["k", 1]);
});

Deno.test("scanVariant() has nothing to tell of what Godot writes", async (t) => {
  for (const godot of [4, 3] as const) {
    const vectors = loadVariantVectors(godot).filter(({ hasFullObjects }) => !hasFullObjects);
    for (const { name, bytes } of vectors) {
      const expected = name === "string-bom"; // Godot writes it, but does not read it back
      await t.step(`Godot ${godot} ${name}`, () => {
        assertEquals(scanVariant(bytes, { godot }).mayHaveNotes, expected);
      });
    }
  }
});

Deno.test("scanVariant() tells keys apart as Godot does", async (t) => {
  const rows: [text: string, mayHaveNotes: boolean][] = [
    [`{"a": 1, "b": 2, "ab": 3, "ba": 4, "": 5}`, false],
    [`{"a": 1, "b": 2, "a": 3}`, true],
    [`{"a": 1, &"a": 2}`, true],
    [`{1: 1, 1.0: 2, true: 3, null: 4, "1": 5}`, false],
    [`{1: 1, 1: 2}`, true],
    [`{5000000000: 1, 705032704: 2}`, false], // the same low half
    [`{0.0: 1, 1.5: 2, 0.1: 3, 0.2: 4}`, false],
    [`{0.0: 1, -0.0: 2}`, true],
    [`{nan: 1, nan(0x7ff8000000000001): 2}`, true],
    [`{Vector2(0, 1): 1, Vector2(1, 0): 2}`, false],
    [`{Vector2(0, 1): 1, Vector2(-0.0, 1): 2}`, true],
    [`{Color(0, 0, 0, 1): 1, Color(-0.0, 0, 0, 1): 2}`, true],
    [`{Vector2i(0, 1): 1, Vector2i(-2147483648, 1): 2}`, false],
    [`{^"a": 1, ^"b": 2, "a": 3}`, false],
    [`{"x": {"x": 1}, "y": {"x": 1}}`, false],
    [`{"x": {"x": 1, "x": 2}, "y": 1}`, true],
    [`{"x": {"y": 1}, "y": 1, "z": {"a": 1, "b": 2}, "x": 2}`, true],
  ];
  for (const [text, mayHaveNotes] of rows) {
    await t.step(text, () => {
      assertEquals(scanVariant(encodeText(text)).mayHaveNotes, mayHaveNotes);
    });
  }
});

Deno.test("scanVariant() tells thousands of keys apart", () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `"key ${i}": ${i}`);
  assertEquals(scanVariant(encodeText(`{${keys}}`)).mayHaveNotes, false);
  assertEquals(scanVariant(encodeText(`{${keys}, "key 7": 0}`)).mayHaveNotes, true);
});

Deno.test("scanVariant() reads an object whose class begins with NUL as null, as Godot does", () => {
  const bytes = bytesOf("18000000 02000000 00410000 02000000");
  assertEquals(scanVariant(bytes, { allowObjects: true }).size, 12);
});

Deno.test("isOneVariant() wants every byte, and no object unless it is told", () => {
  const bytes = encodeVariant(variantFromText('{"id": 7}'));
  assert(isOneVariant(bytes));
  assert(!isOneVariant(bytes.subarray(0, -1)));
  assert(!isOneVariant(Uint8Array.of(...bytes, 0)));
  const object = encodeVariant(variantFromText("Object(Node)"), { fullObjects: true });
  assert(!isOneVariant(object));
  assert(isOneVariant(object, { allowObjects: true }));
});

Deno.test("VariantScanner starts over with every packet", () => {
  const scanner = new VariantScanner();
  const canonical = encodeText(`{"a": [1, 2]}`);
  const expected = scanVariant(canonical);
  assert(scanner.scan(bytesOf("00000000 ff")).mayHaveNotes);
  assertThrows(() => scanner.scan(bytesOf("1b000000 02000000 00000000 00000000")), DecodeError);
  assertEquals(scanner.scan(canonical), expected);
});

Deno.test("VariantScanner keeps no path from an error to the next", () => {
  const scanner = new VariantScanner();
  const inArray = assertThrows(() => scanner.scan(bytesOf("1c000000 01000000")), DecodeError);
  const outside = assertThrows(() => scanner.scan(bytesOf("ff000000")), DecodeError);
  assertEquals([inArray.path, outside.path], [[0], []]);
});
