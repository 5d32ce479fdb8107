import { assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import {
  createPackedVectors,
  fixedComponents,
  fixedLayout,
  GODOT3_ID_OF_TYPE,
  isFixedValue,
  packedStride,
  TYPE_OF_GODOT3_ID,
  typeName,
  typeOfName,
} from "../../../src/variant/layout.ts";
import {
  type FixedValue,
  PackedColorArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  VARIANT_MAX,
  VariantType,
  variantTypeOf,
} from "../../../src/variant/types.ts";
import { SAMPLES, upTo } from "../../support/wire.ts";

/** Names that Godot 3 has and Godot 4 has not. */
const GODOT3_NAMES: Readonly<Record<string, string>> = {
  Quaternion: "Quat",
  Transform3D: "Transform",
  PackedByteArray: "PoolByteArray",
  PackedInt32Array: "PoolIntArray",
  PackedFloat32Array: "PoolRealArray",
  PackedStringArray: "PoolStringArray",
  PackedVector2Array: "PoolVector2Array",
  PackedVector3Array: "PoolVector3Array",
  PackedColorArray: "PoolColorArray",
};

Deno.test("typeName() knows the names of both generations, typeOfName() those of Godot 4", () => {
  for (const { name, value } of SAMPLES) {
    const type = variantTypeOf(value);
    assertEquals(typeName(type), name);
    assertEquals(typeName(type, 3), GODOT3_NAMES[name] ?? name);
    assertEquals(typeOfName(name), type);
  }
  const others = ["Quat", "PoolByteArray", "nil", "NIL", "", "toString"];
  assertEquals(others.map(typeOfName), others.map(() => null));
});

Deno.test("typeName() gives the number of a type that does not exist", () => {
  assertEquals(typeName(VARIANT_MAX as VariantType), "type 39"); // on purpose none
  assertEquals(typeName(VARIANT_MAX as VariantType, 3), "type 39");
});

Deno.test("GODOT3_ID_OF_TYPE and TYPE_OF_GODOT3_ID are each other's reverse", () => {
  const onWire = SAMPLES.map(({ godot3 }) => godot3?.[0] ?? -1);
  assertEquals(GODOT3_ID_OF_TYPE, onWire);
  assertEquals(TYPE_OF_GODOT3_ID.length, 27);
  assertEquals(TYPE_OF_GODOT3_ID.map((type) => onWire[type]), [...Array(27).keys()]);
});

function isFixed(value: unknown): value is FixedValue {
  return typeof value === "object" && value !== null && isFixedValue(value);
}

const FIXED = SAMPLES.flatMap(({ name, value }) => isFixed(value) ? [{ name, value }] : []);

/** The number at a member path as Godot writes it: `basis.x.y`. */
function memberOf(value: FixedValue, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (part, name) => typeof part === "object" ? Reflect.get(part ?? {}, name) : undefined,
    value,
  );
}

Deno.test("fixedLayout() and fixedComponents() agree on every math type", async (t) => {
  assertEquals(FIXED.length, 16);
  for (const { name, value } of FIXED) {
    await t.step(name, () => {
      const layout = fixedLayout(value.type);
      assertNotEquals(layout, null);
      if (layout === null) return;
      const components = upTo(layout.members.length).map((i) => i * 10);
      const created = layout.create(components);
      assertEquals(created.type, value.type);
      assertEquals(created.constructor, value.constructor);
      assertEquals(fixedComponents(created), components);
      assertEquals(layout.members.map((member) => memberOf(created, member)), components);
      assertEquals(layout.create(fixedComponents(value)), value);
    });
  }
});

Deno.test("fixedLayout() has the members in the order of the wire", async (t) => {
  const rows: [type: VariantType, scalar: string, members: string][] = [
    [VariantType.Vector2, "real", "x y"],
    [VariantType.Vector3i, "int32", "x y z"],
    [VariantType.Rect2i, "int32", "position.x position.y size.x size.y"],
    [VariantType.Plane, "real", "normal.x normal.y normal.z d"],
    [VariantType.Transform2D, "real", "x.x x.y y.x y.y origin.x origin.y"],
    [VariantType.Basis, "real", "x.x y.x z.x x.y y.y z.y x.z y.z z.z"], // rows
    [
      VariantType.Transform3D,
      "real",
      "basis.x.x basis.y.x basis.z.x basis.x.y basis.y.y basis.z.y basis.x.z basis.y.z basis.z.z " +
      "origin.x origin.y origin.z",
    ],
    [
      VariantType.Projection, // columns
      "real",
      "x.x x.y x.z x.w y.x y.y y.z y.w z.x z.y z.z z.w w.x w.y w.z w.w",
    ],
    [VariantType.Color, "float32", "r g b a"],
  ];
  for (const [type, scalar, members] of rows) {
    await t.step(typeName(type), () => {
      const layout = fixedLayout(type);
      assertEquals([layout?.scalar, layout?.members.join(" ")], [scalar, members]);
    });
  }
});

Deno.test("fixedLayout() and isFixedValue() are for math types and Color alone", () => {
  for (const { name, value } of SAMPLES) {
    const isMath = FIXED.some((row) => row.name === name);
    assertEquals(fixedLayout(variantTypeOf(value)) !== null, isMath, name);
    if (typeof value === "object" && value !== null) {
      assertEquals(isFixedValue(value), isMath, name);
    }
  }
});

Deno.test("packedStride() counts the components of packed vectors", () => {
  const strides: Readonly<Record<string, number>> = {
    PackedVector2Array: 2,
    PackedVector3Array: 3,
    PackedVector4Array: 4,
    PackedColorArray: 4,
  };
  for (const { name, value } of SAMPLES) {
    assertEquals(packedStride(variantTypeOf(value)), strides[name] ?? 0, name);
  }
});

Deno.test("createPackedVectors() wraps the components as they are", () => {
  const components = Float64Array.from(upTo(12));
  const classes = [
    [VariantType.PackedVector2Array, PackedVector2Array],
    [VariantType.PackedVector3Array, PackedVector3Array],
    [VariantType.PackedVector4Array, PackedVector4Array],
    [VariantType.PackedColorArray, PackedColorArray],
  ] as const;
  for (const [type, expected] of classes) {
    const vectors = createPackedVectors(type, components);
    assertStrictEquals(vectors.constructor, expected);
    assertStrictEquals(vectors.components, components);
  }
});
