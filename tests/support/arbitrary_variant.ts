/**
 * fast-check arbitraries of everything that can be on the wire as a Variant: all types at their
 * boundaries, typed containers whose elements need not fit, duplicate keys, NaN payloads.
 *
 * Components of math types and packed vectors are f32 values, because encoding writes them in 32
 * bits. Numbers travel boxed (see `boxed`): an array of plain numbers is an array of unboxed
 * doubles to V8, which loses the payload of a NaN.
 */

import fc from "fast-check";
import { isNullClass, isScriptProperty } from "../../src/variant/engine_text.ts";
import { createPackedVectors, fixedLayout, packedStride } from "../../src/variant/layout.ts";
import {
  Callable,
  type ElementType,
  EncodedObject,
  type FixedValue,
  NodePath,
  ObjectId,
  PackedStringArray,
  type PackedVectors,
  Rid,
  Signal,
  StringName,
  type Variant,
  VARIANT_MAX,
  VariantArray,
  VariantDictionary,
  VariantType,
} from "../../src/variant/types.ts";

/** What `arbitraryVariant` may make. */
export interface ArbitraryVariantOptions {
  /** Only types of that generation. @default {4} */
  readonly godot?: 3 | 4;
  /** Levels of containers. @default {3} */
  readonly maxDepth?: number;
  /** Objects in full as well; they decode only where objects are allowed. @default {false} */
  readonly objects?: boolean;
}

/**
 * Any Variant that encodes with `fullObjects` and decodes with `allowObjects` without a change.
 * (Not in full, types of containers that are classes or scripts are not kept.)
 */
export function arbitraryVariant(options: ArbitraryVariantOptions = {}): fc.Arbitrary<Variant> {
  const { godot = 4, maxDepth = 3, objects = false } = options;
  const leaf = fc.oneof(...commonLeaves(), ...(godot === 3 ? [] : godot4Leaves()));
  let variant = leaf;
  for (let depth = 0; depth < maxDepth; depth++) {
    variant = fc.oneof(
      { arbitrary: leaf, weight: 3 },
      { arbitrary: arbitraryArray(variant, godot), weight: 2 },
      { arbitrary: arbitraryDictionary(variant, godot), weight: 3 },
      ...(objects ? [{ arbitrary: arbitraryObject(variant), weight: 1 }] : []),
    );
  }
  return variant;
}

/** Values that hold no others and that Godot 3 does not know. */
function godot4Leaves(): fc.Arbitrary<Variant>[] {
  return [
    ...[
      VariantType.Vector2i,
      VariantType.Rect2i,
      VariantType.Vector3i,
      VariantType.Vector4i,
      VariantType.Vector4,
      VariantType.Projection,
    ].map(arbitraryFixed),
    arbitraryText().map((text) => new StringName(text)),
    arbitraryUint64().map((id) => new Rid(id)),
    fc.constant(null).map(() => new Callable()),
    fc.tuple(arbitraryText(), arbitraryUint64()).map(([name, id]) => new Signal(name, id)),
    fc.array(arbitraryInt64(), { maxLength: 5 }).map((items) =>
      displaced(new BigInt64Array(items))
    ),
    fc.array(arbitraryBits64(), { maxLength: 5 }).map((bits) =>
      new Float64Array(displaced(new BigUint64Array(bits)).buffer, 8)
    ),
    arbitraryPackedVectors(VariantType.PackedVector4Array),
  ];
}

/** Values that hold no others and that both generations know. */
function commonLeaves(): fc.Arbitrary<Variant>[] {
  return [
    fc.constantFrom<Variant>(null, false, true),
    arbitraryInt64(),
    arbitraryFloat(),
    arbitraryText(),
    ...[
      VariantType.Vector2,
      VariantType.Rect2,
      VariantType.Vector3,
      VariantType.Transform2D,
      VariantType.Plane,
      VariantType.Quaternion,
      VariantType.AABB,
      VariantType.Basis,
      VariantType.Transform3D,
      VariantType.Color,
    ].map(arbitraryFixed),
    arbitraryNodePath(),
    fc.constant(null).map(() => new Rid(0n)),
    arbitraryUint64().map((id) => new ObjectId(id)),
    fc.uint8Array({ maxLength: 9 }).map(displaced),
    fc.array(arbitraryInt32(), { maxLength: 5 }).map((items) => displaced(new Int32Array(items))),
    arbitraryFloat32Array(5, 1),
    fc.array(arbitraryText(), { maxLength: 4 }).map((items) => new PackedStringArray(items)),
    arbitraryPackedVectors(VariantType.PackedVector2Array),
    arbitraryPackedVectors(VariantType.PackedVector3Array),
    arbitraryPackedVectors(VariantType.PackedColorArray),
  ];
}

/** Strings with all that makes trouble: NUL, BOM, controls, astral characters, special words. */
export function arbitraryText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...TROUBLESOME_CHARACTERS), maxLength: 8 }),
    fc.constantFrom(...TROUBLESOME_STRINGS),
  );
}

const TROUBLESOME_CHARACTERS = [
  ..."\0\x01\b\t\n\v\f\r\x1f \"'\\/:.%&^@#;,(){}[]$a0\x7f\x85\xa0",
  ...["\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\u{1f600}", "\u{10ffff}"],
];

const TROUBLESOME_STRINGS = [
  ...["", "a", "abcd", "__proto__", "constructor", "toString", "$type", "$seq", "type", "args"],
  ...["null", "true", "1", "1.0", "-0.0", "inf", "nan", "i:1", "f:1.0", "s:", "sn:x", "np:a/b"],
  ...[
    "res://a.gd",
    "Vector2(1, 2)",
    '{"a": 1}',
    "..",
    "a/b",
    "a:b",
    "\ufeffa",
    "a\0",
    "\0",
    "\\u0041",
  ],
  "x".repeat(31),
  "x".repeat(32),
  "x".repeat(33),
  "\u65e5\u672c\u8a9e".repeat(40),
];

/** Ints of all sizes, and every boundary of the wire and of JSON. */
export function arbitraryInt64(): fc.Arbitrary<bigint> {
  const boundaries = [0n, 7n, 8n, 15n, 16n, 31n, 32n, 53n, 62n, 63n].flatMap((bits) => {
    const power = 1n << bits;
    return [power - 1n, power, power + 1n, -power + 1n, -power, -power - 1n];
  }).filter((value) => BigInt.asIntN(64, value) === value);
  return fc.oneof(
    fc.constantFrom(...boundaries),
    fc.bigInt({ min: -1000n, max: 1000n }),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  );
}

/** Instance and resource ids: unsigned 64 bits. */
function arbitraryUint64(): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.constantFrom(0n, 1n, (1n << 53n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n),
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  );
}

function arbitraryInt32(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000),
    fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  );
}

/** Floats of both widths, and every kind of NaN that stays itself when it is read and written. */
export function arbitraryFloat(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(...SPECIAL_NUMBERS),
    fc.double(),
    arbitraryBits64().map(quietFloat64),
    arbitraryReal(),
  );
}

const SPECIAL_NUMBERS = [
  ...[0, -0, 1, -1, 0.5, 0.1, 1 / 3, 100, 1e5, 1e15, 1e16, 1e20, 1e21, 1e22, 1e-4, 1e-5, 1e-7],
  ...[1e100, 1e-100, 1e308, 1e-308, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, 123456.789],
  ...[2 ** 24 + 1, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), Math.PI],
  ...[Infinity, -Infinity, NaN, Math.fround(0.1), Math.fround(3.4028234663852886e38), 2 ** -149],
];

const SPECIAL_BITS64 = [
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff8000000000001n,
  0x7ff8000020000000n,
  0xffffffffffffffffn,
  0x7ff0000000000001n,
  0x7ff4000000000000n,
  0x7ff0000000000000n,
  0x8000000000000000n,
  0x0000000000000001n,
];

const SPECIAL_BITS32 = [
  ...[0, 0x80000000, 0x3f800000, 0x3dcccccd, 0x7f800000, 0xff800000, 1, 0x80000001, 0x007fffff],
  ...[0x7fc00000, 0xffc00000, 0x7fc00001, 0x7fffffff, 0x7f800001, 0x7fa00000, 0x7f7fffff],
];

function arbitraryBits64(): fc.Arbitrary<bigint> {
  return fc.oneof(
    fc.constantFrom(...SPECIAL_BITS64),
    fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    fc.double().map((value) => new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n),
  );
}

function arbitraryBits32(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(...SPECIAL_BITS32),
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.float().map((value) => new Uint32Array(new Float32Array([value]).buffer)[0] ?? 0),
  );
}

/** Reading a signalling NaN as a number makes it quiet on some machines: none is made. */
function quietFloat64(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  const isNaNBits = (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
  view.setBigUint64(0, isNaNBits ? bits | 0x0008000000000000n : bits);
  return view.getFloat64(0);
}

function quietFloat32(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  const isNaNBits = (bits & 0x7fffffff) > 0x7f800000;
  view.setUint32(0, isNaNBits ? bits | 0x00400000 : bits);
  return view.getFloat32(0);
}

/** A component of a math type: a number that fits 32 bits. */
function arbitraryReal(): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min: -100, max: 100 }), arbitraryBits32().map(quietFloat32));
}

function arbitraryFixed(type: FixedValue["type"]): fc.Arbitrary<FixedValue> {
  const layout = fixedLayout(type);
  if (layout === null) throw new Error(`No layout of type ${type}`);
  const component = layout.scalar === "int32" ? arbitraryInt32() : arbitraryReal();
  const length = layout.members.length;
  return boxedList(component, { minLength: length, maxLength: length }).map(layout.create);
}

/** Paths as the engine writes them, and names that no path text can spell. */
export function arbitraryNodePath(): fc.Arbitrary<NodePath> {
  const names = fc.array(
    fc.oneof(fc.constantFrom("a", "Main", "..", ".", "%Unique", "my node"), arbitraryText()),
    { maxLength: 3 },
  );
  return fc.tuple(names, names, fc.boolean()).map(([path, subnames, isAbsolute]) =>
    new NodePath(path, subnames, isAbsolute)
  );
}

function arbitraryFloat32Array(maxCount: number, stride: number): fc.Arbitrary<Float32Array> {
  const bits = fc.integer({ min: 0, max: maxCount }).chain((count) =>
    fc.array(arbitraryBits32(), { minLength: count * stride, maxLength: count * stride })
  );
  return bits.map((items) => new Float32Array(displaced(new Uint32Array(items)).buffer, 4));
}

function arbitraryPackedVectors(type: PackedVectors["type"]): fc.Arbitrary<PackedVectors> {
  return arbitraryFloat32Array(3, packedStride(type)).map((components) =>
    createPackedVectors(type, components)
  );
}

type TypedArray = Uint8Array | Uint32Array | Int32Array | BigInt64Array | BigUint64Array;

/** The same elements, not at the start of their buffer: as in a packet. */
function displaced<T extends TypedArray>(items: T): T {
  const size = items.BYTES_PER_ELEMENT;
  const buffer = new ArrayBuffer(size + items.byteLength);
  new Uint8Array(buffer, size).set(
    new Uint8Array(items.buffer, items.byteOffset, items.byteLength),
  );
  // deno-lint-ignore no-explicit-any -- the constructor of T makes a T
  return new (items.constructor as any)(buffer, size, items.length);
}

/** What an Array or one side of a Dictionary may be typed with; nothing makes the values fit. */
function arbitraryElementType(godot: 3 | 4): fc.Arbitrary<ElementType | null> {
  if (godot === 3) return fc.constant(null);
  return fc.oneof(
    { arbitrary: fc.constant(null), weight: 3 },
    {
      arbitrary: fc.integer({ min: 1, max: VARIANT_MAX - 1 }).map((type): ElementType => ({
        kind: "builtin",
        type: type as VariantType, // 1 to 38 are type numbers
      })),
      weight: 2,
    },
    {
      arbitrary: fc.oneof(fc.constantFrom("Node", "Resource", "Object"), arbitraryText())
        // The engine, and so the encoder, writes the empty name as the built-in type Object.
        .map((name): ElementType => ({ kind: "class", className: name === "" ? "Object" : name })),
      weight: 1,
    },
    {
      arbitrary: arbitraryScriptPath().map((path): ElementType => ({ kind: "script", path })),
      weight: 1,
    },
  );
}

function arbitraryScriptPath(): fc.Arbitrary<string> {
  return fc.oneof(fc.constant("custom_res.gd"), arbitraryText()).map((path) => `res://${path}`);
}

function arbitraryArray(item: fc.Arbitrary<Variant>, godot: 3 | 4): fc.Arbitrary<VariantArray> {
  return fc.tuple(boxedList(item, { maxLength: 4 }), arbitraryElementType(godot))
    .map(([items, elementType]) => new VariantArray(items, elementType));
}

function arbitraryDictionary(
  value: fc.Arbitrary<Variant>,
  godot: 3 | 4,
): fc.Arbitrary<VariantDictionary> {
  const clashing: Variant[] = ["a", "b", "__proto__", "$type", 0, -0, NaN, 1, 0n, 1n, null, false];
  if (godot === 4) clashing.push(new StringName("a"), new StringName("b"));
  const key = fc.oneof(fc.constantFrom(...clashing), arbitraryText(), value);
  const entries = fc.array(fc.record({ key: boxed(key), value: boxed(value) }), { maxLength: 4 });
  return fc.tuple(entries, arbitraryElementType(godot), arbitraryElementType(godot)).map((
    [list, keyType, valueType],
  ) =>
    new VariantDictionary(
      unboxed(list.map((entry) => entry.key)),
      unboxed(list.map((entry) => entry.value)),
      keyType,
      valueType,
    )
  );
}

function arbitraryObject(value: fc.Arbitrary<Variant>): fc.Arbitrary<EncodedObject> {
  const property = fc.tuple(arbitraryText(), boxed(value)).map(([name, box]) => ({
    name,
    value: box.value,
  })).filter(({ name }) => !isScriptProperty(name));
  const script = fc.oneof(fc.constant(null), arbitraryScriptPath()).map((path) => ({
    name: "script",
    value: path,
  }));
  const properties = fc.array(fc.oneof({ arbitrary: property, weight: 4 }, script), {
    maxLength: 4,
  });
  const className = fc.oneof(fc.constantFrom("Resource", "RefCounted", "Node"), arbitraryText());
  return fc.tuple(className, properties).map(([name, list]) =>
    new EncodedObject(name, isNullClass(name) ? [] : list) // no class, no properties on the wire
  );
}

/** A value in an object of its own, so that no array holds it as an unboxed double. */
interface Box<T> {
  readonly value: T;
}

function boxed<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Box<T>> {
  return arbitrary.map((value) => ({ value }));
}

function boxedList<T>(
  item: fc.Arbitrary<T>,
  constraints: fc.ArrayConstraints,
): fc.Arbitrary<T[]> {
  return fc.array(boxed(item), constraints).map(unboxed);
}

/** An array that first held something else than numbers keeps them boxed from then on. */
function unboxed<T>(boxes: readonly Box<T>[]): T[] {
  const items: (T | null)[] = [null];
  boxes.forEach((box, index) => items[index] = box.value);
  items.length = boxes.length;
  return items as T[]; // the null is overwritten, or cut off when there is no item
}
