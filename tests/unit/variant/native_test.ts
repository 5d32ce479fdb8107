import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { variantToNative } from "../../../src/variant/native.ts";
import { floatOfBits } from "../../../src/variant/numbers.ts";
import {
  Basis,
  Callable,
  EncodedObject,
  NodePath,
  ObjectId,
  PackedStringArray,
  PackedVector2Array,
  Rid,
  Signal,
  StringName,
  Transform3D,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
} from "../../../src/variant/types.ts";
import { arbitraryVariant } from "../../support/arbitrary_variant.ts";
import { loadVariantVectors, type VariantVector } from "../../support/vectors.ts";

/** Values with their text: what the engine's own form lacks, and the shape of what it has. */
const WRITTEN: readonly (readonly [Variant, string])[] = [
  [null, "null"],
  [true, "true"],
  [9223372036854775807n, `"i:9223372036854775807"`],
  [1, `"f:1.0"`],
  [-0, `"f:-0.0"`],
  [1e-100, `"f:1e-100"`],
  [0.1 + 0.2, `"f:0.30000000000000004"`],
  [-Infinity, `"f:-inf"`],
  [NaN, `"f:nan"`],
  [floatOfBits(0xfff8000000000001n), `"f:nan"`],
  [`"\n\0`, `"s:\\"\\n\\u0000"`],
  [new StringName("a"), `"sn:a"`],
  [new NodePath(["a", "b"], ["c"], true), `"np:/a/b:c"`],
  [
    new NodePath(["a/b", ""], ["c"], true),
    `{"type":"NodePath","names":["a/b",""],"subnames":["c"],"absolute":true}`,
  ],
  [new Vector2(0.1, NaN), `{"type":"Vector2","args":[0.1,"nan"]}`],
  [
    new Vector2(floatOfBits(0xfff8000020000000n), -Infinity),
    `{"type":"Vector2","args":["nan(0xfff8000020000000)",-1e99999]}`,
  ],
  [new Vector2i(1, -2), `{"type":"Vector2i","args":[1,-2]}`],
  [
    new Transform3D(
      new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9)),
      new Vector3(10, 11, 12),
    ),
    `{"type":"Transform3D","args":[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0]}`,
  ],
  [new Rid(0n), `{"type":"RID"}`],
  [new Rid(1n << 63n), `{"type":"RID","id":"9223372036854775808"}`],
  [
    new ObjectId((1n << 64n) - 1n),
    `{"type":"EncodedObjectAsID","id":"18446744073709551615","props":["object_id","i:-1"]}`,
  ],
  [
    new EncodedObject("Node", [{ name: "a", value: 1n }, { name: "a", value: "x" }]),
    `{"type":"Node","props":["a","i:1","a","s:x"]}`,
  ],
  [new Callable(), `{"type":"Callable"}`],
  [new Signal("", 0n), `{"type":"Signal"}`],
  [new Signal("died", 7n), `{"type":"Signal","name":"died","object_id":"7"}`],
  [new VariantArray([1n, "x", new VariantArray([])]), `["i:1","s:x",[]]`],
  [
    new VariantArray([1n], { kind: "builtin", type: VariantType.Int }),
    `{"type":"Array","elem_type":"int","args":["i:1"]}`,
  ],
  [
    new VariantArray([], { kind: "class", className: "Object" }),
    `{"type":"Array","elem_type":"Object","args":[]}`,
  ],
  [
    new VariantArray([], { kind: "builtin", type: VariantType.Object }),
    `{"type":"Array","elem_type":"Object","elem_kind":"builtin","args":[]}`,
  ],
  [
    new VariantArray([], { kind: "class", className: "int" }),
    `{"type":"Array","elem_type":"int","elem_kind":"class","args":[]}`,
  ],
  [
    new VariantArray([], { kind: "script", path: "user://x.gd" }),
    `{"type":"Array","elem_type":"user://x.gd","elem_kind":"script","args":[]}`,
  ],
  [
    new VariantDictionary(["a", 1n], [null, 2n]),
    `{"type":"Dictionary","args":["s:a",null,"i:1","i:2"]}`,
  ],
  [
    new VariantDictionary([], [], { kind: "script", path: "res://x.gd" }, {
      kind: "class",
      className: "res://",
    }),
    `{"type":"Dictionary","key_type":"res://x.gd","value_type":"res://",` +
    `"value_kind":"class","args":[]}`,
  ],
  [new Uint8Array([0, 255]), `{"type":"PackedByteArray","args":[0,255]}`],
  [new Int32Array([-1]), `{"type":"PackedInt32Array","args":[-1]}`],
  [
    new BigInt64Array([-9007199254740992n, 9007199254740993n]),
    `{"type":"PackedInt64Array","args":[-9007199254740992,"9007199254740993"]}`,
  ],
  [
    new Float32Array(new Uint32Array([0x7f800001, 0xffc00000, 0x7fc00000, 0x3dcccccd]).buffer),
    `{"type":"PackedFloat32Array",` +
    `"args":["nan(0x7f800001)","nan(0xffc00000)","nan",0.10000000149011612]}`,
  ],
  [
    new Float64Array(new BigUint64Array([0x7ff0000000000001n, 1n]).buffer),
    `{"type":"PackedFloat64Array","args":["nan(0x7ff0000000000001)",5e-324]}`,
  ],
  [new PackedStringArray(["i:1", `"`]), `{"type":"PackedStringArray","args":["i:1","\\""]}`],
  [
    new PackedVector2Array(new Float32Array([1, 2, 3, Infinity])),
    `{"type":"PackedVector2Array","args":[1.0,2.0,3.0,1e99999]}`,
  ],
];

Deno.test("variantToNative() writes the form of JSON.from_native", () => {
  for (const [value, text] of WRITTEN) {
    assertEquals(variantToNative(value), text);
    JSON.parse(text);
  }
});

Deno.test("variantToNative() writes strict JSON on one line for any value", () => {
  const property = fc.property(arbitraryVariant({ objects: true }), (value) => {
    const text = variantToNative(value);
    JSON.parse(text);
    assert(!/[\n\r]/.test(text));
    assert(text.isWellFormed());
  });
  fc.assert(property, { numRuns: 300 });
});

/**
 * Vectors for which the engine, not asked for full objects, gives null and an error: they hold an
 * object as id, or are typed with a class.
 */
const WITHOUT_ENGINE_FORM: ReadonlySet<string> = new Set([
  "object-as-id-encodedobject",
  "object-as-id-in-array",
  "typeddict-object-key",
  "typedarray-resource-empty",
  "typedarray-resource-null",
  "typedarray-script",
]);

Deno.test("variantToNative() writes what the engine writes, with all digits of floats", () => {
  for (const vector of loadVariantVectors()) {
    const engine: unknown = JSON.parse(vector.nativeText ?? "");
    const ours: unknown = JSON.parse(variantToNative(decode(vector)));
    if (WITHOUT_ENGINE_FORM.has(vector.name)) {
      assertEquals(JSON.stringify(engine).replace("[null]", "null"), "null", vector.name);
    } else {
      assert(agrees(ours, engine), `${vector.name}: ${JSON.stringify(ours)}`);
    }
  }
});

function decode(vector: VariantVector): Variant {
  return decodeVariant(vector.bytes, { allowObjects: vector.hasFullObjects });
}

/** The same but for digits that the engine cuts off, NaN as null, and members that it lacks. */
function agrees(ours: unknown, engine: unknown): boolean {
  if (engine === null) return ours === null || ours === "nan";
  if (typeof engine === "number") return areClose(Number(ours), engine);
  if (typeof engine === "string" && typeof ours === "string" && engine.startsWith("f:")) {
    return engine === ours || areClose(Number(ours.slice(2)), Number(engine.slice(2)));
  }
  if (typeof engine !== "object" || typeof ours !== "object" || ours === null) {
    return engine === ours;
  }
  const mine = new Map(Object.entries(ours));
  const members = Object.entries(engine);
  const isComplete = !Array.isArray(engine) || mine.size === members.length;
  return isComplete && members.every(([name, member]) => agrees(mine.get(name), member));
}

/** The engine writes up to 15 digits, and none after the 14th behind the point. */
function areClose(ours: number, engine: number): boolean {
  return ours === engine || Math.abs(ours - engine) <= Math.max(1e-14, 1e-14 * Math.abs(engine));
}
