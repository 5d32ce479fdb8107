import { assertEquals } from "@std/assert";
import { encodeVariant } from "../../../src/variant/encode.ts";
import {
  NodePath,
  ObjectId,
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  Rid,
  Signal,
  StringName,
  type Variant,
  Vector2,
  Vector2i,
} from "../../../src/variant/types.ts";
import { encodeRefusalOf, floats, SAMPLES, text, upTo, wire } from "../../support/wire.ts";

Deno.test("leaves are written as both generations write them", async (t) => {
  for (const { name, value, bytes, godot3 } of SAMPLES) {
    await t.step(name, () => {
      assertEquals(encodeVariant(value).toHex(), bytes.toHex());
      if (godot3 !== null) {
        assertEquals(encodeVariant(value, { godot: 3 }).toHex(), godot3.toHex());
        return;
      }
      assertEquals(encodeRefusalOf(() => encodeVariant(value, { godot: 3 })), {
        code: "ERR_INVALID_PARAMETER",
        path: [],
        message: `Cannot encode the value: Godot 3 has no ${name}`,
      });
    });
  }
});

Deno.test("leaves take the form that the engine writes", async (t) => {
  const view = Uint8Array.of(9, 9, 9, 1, 2, 9).subarray(3, 5);
  const rows: [what: string, value: Variant, bytes: Uint8Array][] = [
    ["components in 32 bit", new Vector2(0.1, 1e300), wire(5, floats(0.1, Infinity))],
    ["-0 as it is", new Vector2(-0, 0), wire(5, 0x80000000, 0)],
    ["integers modulo 2^32", new Vector2i(2 ** 32 + 1, -1), wire(6, 1, 0xffffffff)],
    ["an empty path", new NodePath([], [], false), wire(22, 0x80000000, 0, 0)],
    ["the root", new NodePath([], [], true), wire(22, 0x80000000, 0, 1)],
    ["an empty name", new StringName(""), wire(21, 0)],
    ["the highest RID", new Rid(2n ** 64n - 1n), wire(23, 0xffffffff, 0xffffffff)],
    ["the highest id", new ObjectId(2n ** 64n - 1n), wire(0x10018, 0xffffffff, 0xffffffff)],
    ["an id of 0", new ObjectId(0n), wire(0x10018, 0, 0)],
    ["a part of a buffer", view, wire(29, 2, "01020000")],
    ["no bytes", new Uint8Array(), wire(29, 0)],
    ["no strings", new PackedStringArray([]), wire(34, 0)],
    [
      "strings with their NUL",
      new PackedStringArray(["", "abcd"]),
      wire(34, 2, text("\0"), text("abcd\0")),
    ],
    [
      "64-bit vectors in 32 bit",
      new PackedVector2Array(Float64Array.of(0.1, 0.2)),
      wire(35, 1, floats(0.1, 0.2)),
    ],
    [
      "a part of a buffer of vectors",
      new PackedVector3Array(Float32Array.from(upTo(5)).subarray(1, 4)),
      wire(36, 1, floats(2, 3, 4)),
    ],
  ];
  for (const [what, value, bytes] of rows) {
    await t.step(what, () => assertEquals(encodeVariant(value).toHex(), bytes.toHex()));
  }
});

Deno.test("leaves that no wire format can carry are refused", async (t) => {
  const not64 = "is not an unsigned 64-bit number";
  const rows: [value: Variant, why: string][] = [
    [new Rid(-1n), `RID -1 ${not64}`],
    [new Rid(2n ** 64n), `RID 18446744073709551616 ${not64}`],
    [new ObjectId(-(2n ** 63n)), `Object id -9223372036854775808 ${not64}`],
    [new ObjectId(2n ** 64n), `Object id 18446744073709551616 ${not64}`],
    [new Signal("died", -1n), `Signal object id -1 ${not64}`],
    [new PackedVector2Array(new Float32Array(3)), "3 components are not a multiple of 2"],
    [new PackedVector3Array(new Float32Array(4)), "4 components are not a multiple of 3"],
    [new PackedVector4Array(new Float64Array(5)), "5 components are not a multiple of 4"],
    [new PackedColorArray(new Float32Array(1)), "1 components are not a multiple of 4"],
  ];
  for (const [value, why] of rows) {
    await t.step(why, () => {
      assertEquals(encodeRefusalOf(() => encodeVariant(value)), {
        code: "ERR_INVALID_PARAMETER",
        path: [],
        message: `Cannot encode the value: ${why}`,
      });
    });
  }
});

Deno.test("Godot 3 sends RIDs without their id, whatever it is", () => {
  assertEquals(encodeVariant(new Rid(7n), { godot: 3 }).toHex(), wire(16).toHex());
});
