import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { variantToJson } from "../../../src/variant/json.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
  EncodedObject,
  NodePath,
  ObjectId,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  Rid,
  Signal,
  StringName,
  Transform2D,
  Transform3D,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "../../../src/variant/types.ts";
import { arbitraryVariant } from "../../support/arbitrary_variant.ts";

const INT = { kind: "builtin", type: VariantType.Int } as const;
const V3 = new Vector3(1, 2.5, -3);
const V3_JSON = `{"x":1.0,"y":2.5,"z":-3.0}`;

/** Values with their JSON; all types. */
const WRITTEN: readonly (readonly [Variant, string])[] = [
  [null, "null"],
  [true, "true"],
  [false, "false"],
  [0n, "0"],
  [-7n, "-7"],
  [9007199254740992n, "9007199254740992"],
  [9007199254740993n, `"9007199254740993"`],
  [-9007199254740992n, "-9007199254740992"],
  [-9007199254740993n, `"-9007199254740993"`],
  [-9223372036854775808n, `"-9223372036854775808"`],
  [1, "1.0"],
  [-0, "-0.0"],
  [0.1, "0.1"],
  [1 / 3, "0.3333333333333333"],
  [1e20, "100000000000000000000.0"],
  [1e21, "1e+21"],
  [5e-324, "5e-324"],
  [Infinity, `"inf"`],
  [-Infinity, `"-inf"`],
  [NaN, `"nan"`],
  ["", `""`],
  [`say "hi"\n\0\x1f\x7f\u2028\ud800`, `"say \\"hi\\"\\n\\u0000\\u001f\x7f\u2028\\ud800"`],
  [new StringName("name"), `"name"`],
  [new NodePath(["root", "Main"], ["position", "x"], true), `"/root/Main:position:x"`],
  [new Vector2(1, -0), `{"x":1.0,"y":-0.0}`],
  [new Vector2(NaN, Infinity), `{"x":"nan","y":"inf"}`],
  [new Vector2i(1, -2), `{"x":1,"y":-2}`],
  [
    new Rect2(new Vector2(1, 2), new Vector2(3, 4)),
    `{"position":{"x":1.0,"y":2.0},"size":{"x":3.0,"y":4.0}}`,
  ],
  [
    new Rect2i(new Vector2i(1, 2), new Vector2i(3, 4)),
    `{"position":{"x":1,"y":2},"size":{"x":3,"y":4}}`,
  ],
  [V3, V3_JSON],
  [new Vector3i(1, 2, 3), `{"x":1,"y":2,"z":3}`],
  [
    new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6)),
    `{"x":{"x":1.0,"y":2.0},"y":{"x":3.0,"y":4.0},"origin":{"x":5.0,"y":6.0}}`,
  ],
  [new Vector4(1, 2, 3, 4), `{"x":1.0,"y":2.0,"z":3.0,"w":4.0}`],
  [new Vector4i(1, 2, 3, 4), `{"x":1,"y":2,"z":3,"w":4}`],
  [new Plane(V3, 4), `{"normal":${V3_JSON},"d":4.0}`],
  [new Quaternion(0, 0, 0, 1), `{"x":0.0,"y":0.0,"z":0.0,"w":1.0}`],
  [new AABB(V3, V3), `{"position":${V3_JSON},"size":${V3_JSON}}`],
  [
    new Basis(new Vector3(1, 2, 3), new Vector3(4, 5, 6), new Vector3(7, 8, 9)),
    `{"x":{"x":1.0,"y":2.0,"z":3.0},"y":{"x":4.0,"y":5.0,"z":6.0},"z":{"x":7.0,"y":8.0,"z":9.0}}`,
  ],
  [
    new Transform3D(new Basis(V3, V3, V3), V3),
    `{"basis":{"x":${V3_JSON},"y":${V3_JSON},"z":${V3_JSON}},"origin":${V3_JSON}}`,
  ],
  [
    new Projection(
      new Vector4(1, 2, 3, 4),
      new Vector4(0, 0, 0, 0),
      new Vector4(0, 0, 0, 0),
      new Vector4(0, 0, 0, 0),
    ),
    `{"x":{"x":1.0,"y":2.0,"z":3.0,"w":4.0},${
      ["y", "z", "w"].map((name) => `"${name}":{"x":0.0,"y":0.0,"z":0.0,"w":0.0}`)
    }}`,
  ],
  [new Color(1, 0.5, 0, 1), `{"r":1.0,"g":0.5,"b":0.0,"a":1.0}`],
  [new Rid(5n), `{"$type":"RID","id":5}`],
  [new ObjectId(1n << 63n), `{"$type":"Object","id":"9223372036854775808"}`],
  [
    new EncodedObject("Node", [{ name: "name", value: "n" }, { name: "at", value: V3 }]),
    `{"$type":"Object","class":"Node","properties":{"name":"n","at":${V3_JSON}}}`,
  ],
  [
    new EncodedObject("Node", [{ name: "a", value: 1n }, { name: "a", value: 2n }]),
    `{"$type":"Object","class":"Node","properties":[["a",1],["a",2]]}`,
  ],
  [new Callable(), `{"$type":"Callable"}`],
  [new Signal("died", 7n), `{"$type":"Signal","name":"died","object_id":7}`],
  [new VariantDictionary([], []), "{}"],
  [
    new VariantDictionary(["z", new StringName("a"), "__proto__"], [1n, 2, null], null, INT),
    `{"z":1,"a":2.0,"__proto__":null}`,
  ],
  [new VariantDictionary(["a", new StringName("a")], [1n, 2n]), `[["a",1],["a",2]]`],
  [
    new VariantDictionary([1n, "a", V3], [true, false, null]),
    `[[1,true],["a",false],[${V3_JSON},null]]`,
  ],
  [new VariantArray([]), "[]"],
  [new VariantArray([1n, 2, "x", null, new VariantArray([1n], INT)]), `[1,2.0,"x",null,[1]]`],
  [new Uint8Array([0, 255]), "[0,255]"],
  [new Int32Array([1, -2147483648]), "[1,-2147483648]"],
  [new BigInt64Array([1n, 9007199254740993n]), `[1,"9007199254740993"]`],
  [new Float32Array([1, 0.5, NaN]), `[1.0,0.5,"nan"]`],
  [new Float32Array([0.1]), "[0.10000000149011612]"],
  [new Float64Array([0.1, -Infinity]), `[0.1,"-inf"]`],
  [new PackedStringArray(["a", `"`]), `["a","\\""]`],
  [
    new PackedVector2Array(new Float32Array([1, 2, 3, 4])),
    `[{"x":1.0,"y":2.0},{"x":3.0,"y":4.0}]`,
  ],
  [new PackedVector3Array(new Float32Array([1, 2.5, -3])), `[${V3_JSON}]`],
  [
    new PackedColorArray(new Float32Array([1, 0.5, 0, 1])),
    `[{"r":1.0,"g":0.5,"b":0.0,"a":1.0}]`,
  ],
  [
    new PackedVector4Array(new Float64Array([0.1, 2, 3, 4])),
    `[{"x":0.1,"y":2.0,"z":3.0,"w":4.0}]`,
  ],
];

Deno.test("variantToJson() writes every type as the contract says", () => {
  for (const [value, json] of WRITTEN) {
    assertEquals(variantToJson(value), json);
    JSON.parse(json);
  }
});

Deno.test("variantToJson() writes strict JSON on one line for any value", () => {
  fc.assert(
    fc.property(arbitraryVariant({ objects: true }), (value) => {
      const json = variantToJson(value);
      JSON.parse(json);
      assert(!/[\n\r]/.test(json));
      assert(json.isWellFormed());
    }),
    { numRuns: 500 },
  );
});
