import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import {
  createPackedVectors,
  fixedComponents,
  fixedLayout,
  isFixedValue,
} from "../../../src/variant/layout.ts";
import { variantFromText, variantToText } from "../../../src/variant/text.ts";
import {
  EncodedObject,
  type GodotVersion,
  Rid,
  Signal,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "../../../src/variant/types.ts";
import {
  loadMalformedVectors,
  loadVariantVectors,
  type VariantVector,
} from "../../support/vectors.ts";

const VECTORS = [...loadVariantVectors(4), ...loadVariantVectors(3)];

function valueOf({ bytes, godot }: VariantVector): Variant {
  return decodeVariant(bytes, { godot, allowObjects: true });
}

function hexOf(value: Variant, { godot, hasFullObjects }: VariantVector): string {
  return encodeVariant(value, { godot, fullObjects: hasFullObjects }).toHex();
}

Deno.test("variantFromText() makes the same bytes of what variantToText() writes", async (t) => {
  for (const vector of VECTORS) {
    await t.step(`${vector.godot}/${vector.name}`, () => {
      const text = variantToText(valueOf(vector), { godot: vector.godot });
      assert(!/[\p{Cc}\u2028\u2029]/u.test(text), "more than one line");
      assertEquals(hexOf(variantFromText(text), vector), vector.hex);
    });
  }
});

Deno.test("variantToText() and back keeps unusual bytes, as far as they are the value's", async (t) => {
  for (const { name, bytes, allowObjects, isAccepted } of loadMalformedVectors()) {
    if (!isAccepted) continue;
    await t.step(name, () => {
      const value = decodeVariant(bytes, { allowObjects });
      const options = { fullObjects: true };
      const again = variantFromText(variantToText(value));
      assertEquals(encodeVariant(again, options).toHex(), encodeVariant(value, options).toHex());
    });
  }
});

/** What the engine's own text does not tell; see `asPrinted` for what it changes. */
const UNTOLD: ReadonlyMap<string, string> = new Map([
  ["4/object-full-script-refcounted", "prints script variables that are not stored"],
  ["3/object-full-script", "sends the script itself and prints its path"],
]);

Deno.test("variantFromText() reads the engine's text of every vector", async (t) => {
  for (const vector of VECTORS) {
    const { godot, name, text, isVolatile } = vector;
    if (text === null || isVolatile || UNTOLD.has(`${godot}/${name}`)) continue;
    const value = valueOf(vector);
    if (godot === 3 && holdsRid(value)) continue;
    await t.step(`${godot}/${name}`, () => {
      const expected = asPrinted(value, godot);
      assertEquals(hexOf(sorted(variantFromText(text)), vector), hexOf(sorted(expected), vector));
    });
  }
});

Deno.test("variantFromText() refuses the empty text that Godot 3 prints for a RID", async (t) => {
  for (const vector of VECTORS) {
    if (vector.godot === 4 || !holdsRid(valueOf(vector))) continue;
    await t.step(vector.name, () => {
      assertThrows(() => variantFromText(vector.text ?? ""), ParseError, "Expected a value");
    });
  }
});

Deno.test("variantFromText() reads the engine's text of unusual bytes", async (t) => {
  for (const { name, text, isAccepted } of loadMalformedVectors()) {
    if (!isAccepted || text === null) continue;
    await t.step(name, () => assert(variantFromText(text) !== undefined));
  }
});

Deno.test("variantToText() writes what the engine does, where that loses nothing", async (t) => {
  let count = 0;
  for (const vector of VECTORS) {
    const { godot, name, text, hex } = vector;
    if (godot === 3 || text === null || isWrittenOtherwise(text)) continue;
    const value = valueOf(vector);
    if (hexOf(variantFromText(text), vector) !== hex || variantTextLosesClass(text)) continue;
    count++;
    await t.step(name, () => assertEquals(variantToText(value), text));
  }
  assert(count > 150, `${count} vectors`);
});

/** Lines, sorted keys, another word for minus infinity; raw control characters and marks. */
function isWrittenOtherwise(text: string): boolean {
  return /[\p{Cc}\ufeff]|inf_neg/u.test(text);
}

/** Without full objects the wire has another class than the text. */
function variantTextLosesClass(text: string): boolean {
  return /\[Res/.test(text);
}

function holdsRid(value: Variant): boolean {
  if (value instanceof VariantArray) return value.items.some(holdsRid);
  return value instanceof Rid;
}

/** What the engine's text tells of a value: floats rounded, signs of zero and bits of NaN gone. */
function asPrinted(value: Variant, godot: GodotVersion): Variant {
  const all = (values: readonly Variant[]): Variant[] =>
    values.map((item) => asPrinted(item, godot));
  const real = (number: number): number => printedReal(number, godot);
  if (typeof value === "number") return real(value);
  if (value instanceof VariantArray) return new VariantArray(all(value.items), value.elementType);
  if (value instanceof VariantDictionary) {
    const { keys, values, keyType, valueType } = value;
    return new VariantDictionary(all(keys), all(values), keyType, valueType);
  }
  if (value instanceof EncodedObject) {
    const values = all(value.properties.map((property) => property.value));
    const names = value.properties.map((property) => property.name);
    const properties = names.map((name, i) => ({ name, value: values[i] ?? null }));
    return new EncodedObject(value.className, properties);
  }
  if (value instanceof Signal) return new Signal("", 0n);
  if (value instanceof Float32Array || value instanceof Float64Array) return value.map(real);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if ("components" in value) return createPackedVectors(value.type, value.components.map(real));
  if (!isFixedValue(value)) return value;
  const layout = fixedLayout(value.type);
  if (layout === null || layout.scalar === "int32") return value;
  return layout.create(fixedComponents(value).map(real));
}

/** As few digits as a 32-bit float needs, or six of them in Godot 3. */
function printedReal(value: number, godot: GodotVersion): number {
  if (Number.isNaN(value)) return NaN;
  if (value === 0) return 0;
  const narrow = Math.fround(value);
  if (godot === 3) return Number(narrow.toPrecision(6));
  if (narrow !== value) return value;
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((count) => Number(value.toPrecision(count)));
  return digits.find((rounded) => Math.fround(rounded) === value) ?? value;
}

/** The same value with the entries of all dictionaries in an order of their own. */
function sorted(value: Variant): Variant {
  if (value instanceof VariantArray) {
    return new VariantArray(value.items.map(sorted), value.elementType);
  }
  if (!(value instanceof VariantDictionary)) return value;
  const entries = value.keys.map((key, i) => ({
    key: sorted(key),
    value: value.values[i] ?? null,
  }));
  const order = (key: Variant): string => variantToText(key);
  entries.sort((a, b) => order(a.key) < order(b.key) ? -1 : 1);
  return new VariantDictionary(
    entries.map((entry) => entry.key),
    entries.map((entry) => sorted(entry.value)),
    value.keyType,
    value.valueType,
  );
}
