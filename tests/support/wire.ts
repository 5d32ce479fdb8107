/**
 * Packets written by hand, independently of the encoder: words, texts and floats put one behind the
 * other. Also one sample of each Variant type with its bytes, and what errors say, to compare.
 */

import { assertThrows } from "@std/assert";
import { DecodeError, EncodeError, type PathStep } from "../../src/errors.ts";
import {
  AABB,
  Basis,
  Callable,
  Color,
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
  Vector2,
  Vector2i,
  Vector3,
  Vector3i,
  Vector4,
  Vector4i,
} from "../../src/variant/types.ts";

/** Bytes from their parts: a number is a 32-bit word, a text is hexadecimal, spaces allowed. */
export function wire(...parts: readonly (number | string)[]): Uint8Array<ArrayBuffer> {
  const hex = parts.map((part) => typeof part === "number" ? wordHex(part) : part).join("");
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

function wordHex(value: number): string {
  return new Uint8Array(Uint32Array.of(value).buffer).toHex();
}

/** A text as it goes over the wire: length in bytes, UTF-8, zeros up to a multiple of four. */
export function text(value: string): string {
  const bytes = new TextEncoder().encode(value);
  return wordHex(bytes.length) + bytes.toHex() + "00".repeat(-bytes.length & 3);
}

/** 32-bit floats. */
export function floats(...values: readonly number[]): string {
  return new Uint8Array(Float32Array.from(values).buffer).toHex();
}

/** 64-bit floats. */
export function doubles(...values: readonly number[]): string {
  return new Uint8Array(Float64Array.from(values).buffer).toHex();
}

/** The numbers from 1 to `last`. */
export function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

/** What a `DecodeError` says. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
  readonly offset: number;
  readonly path: readonly PathStep[];
  readonly message: string;
}

/** What the `DecodeError` says that `run` must throw. */
export function refusalOf(run: () => unknown): Refusal {
  const { code, reason, offset, path, message } = assertThrows(run, DecodeError);
  return { code, reason, offset, path, message };
}

/** What the `EncodeError` says that `run` must throw. */
export function encodeRefusalOf(run: () => unknown): Pick<Refusal, "code" | "path" | "message"> {
  const { code, path, message } = assertThrows(run, EncodeError);
  return { code, path, message };
}

/** A value and its bytes. */
export interface WireSample {
  /** Godot 4's name of the type. */
  readonly name: string;
  readonly value: Variant;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The bytes in Godot 3; null where it lacks the type. */
  readonly godot3: Uint8Array<ArrayBuffer> | null;
}

function sample(
  name: string,
  value: Variant,
  godot4Id: number,
  godot3Id: number | null,
  ...body: readonly (number | string)[]
): WireSample {
  const godot3 = godot3Id === null ? null : wire(godot3Id, ...body);
  return { name, value, bytes: wire(godot4Id, ...body), godot3 };
}

const OBJECT_ID = 0x8000_0000_0000_0001n;
const OBJECT_ID_HEX = "01000000 00000080";
const ROWS = new Basis(new Vector3(1, 4, 7), new Vector3(2, 5, 8), new Vector3(3, 6, 9));

/** One of each of the 39 types, in the order of their numbers. */
export const SAMPLES: readonly WireSample[] = [
  sample("Nil", null, 0, 0),
  sample("bool", true, 1, 1, 1),
  sample("int", -2n, 2, 2, 0xfffffffe),
  sample("float", 1.5, 3, 3, floats(1.5)),
  sample("String", "née", 4, 4, text("née")),
  sample("Vector2", new Vector2(1, 2), 5, 5, floats(1, 2)),
  sample("Vector2i", new Vector2i(-1, 2), 6, null, 0xffffffff, 2),
  sample("Rect2", new Rect2(new Vector2(1, 2), new Vector2(3, 4)), 7, 6, floats(1, 2, 3, 4)),
  sample("Rect2i", new Rect2i(new Vector2i(1, 2), new Vector2i(3, 4)), 8, null, 1, 2, 3, 4),
  sample("Vector3", new Vector3(1, 2, 3), 9, 7, floats(1, 2, 3)),
  sample("Vector3i", new Vector3i(1, 2, -3), 10, null, 1, 2, 0xfffffffd),
  sample(
    "Transform2D",
    new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6)),
    11,
    8,
    floats(...upTo(6)),
  ),
  sample("Vector4", new Vector4(1, 2, 3, 4), 12, null, floats(...upTo(4))),
  sample("Vector4i", new Vector4i(1, 2, 3, 4), 13, null, 1, 2, 3, 4),
  sample("Plane", new Plane(new Vector3(1, 2, 3), 4), 14, 9, floats(...upTo(4))),
  sample("Quaternion", new Quaternion(1, 2, 3, 4), 15, 10, floats(...upTo(4))),
  sample(
    "AABB",
    new AABB(new Vector3(1, 2, 3), new Vector3(4, 5, 6)),
    16,
    11,
    floats(...upTo(6)),
  ),
  sample("Basis", ROWS, 17, 12, floats(...upTo(9))),
  sample(
    "Transform3D",
    new Transform3D(ROWS, new Vector3(10, 11, 12)),
    18,
    13,
    floats(...upTo(12)),
  ),
  sample(
    "Projection",
    new Projection(
      new Vector4(1, 2, 3, 4),
      new Vector4(5, 6, 7, 8),
      new Vector4(9, 10, 11, 12),
      new Vector4(13, 14, 15, 16),
    ),
    19,
    null,
    floats(...upTo(16)),
  ),
  sample("Color", new Color(1, 2, 3, 4), 20, 14, floats(...upTo(4))),
  sample("StringName", new StringName("név"), 21, null, text("név")),
  sample(
    "NodePath",
    new NodePath(["root", "a"], ["pos"], true),
    22,
    15,
    0x80000002,
    1,
    1,
    text("root"),
    text("a"),
    text("pos"),
  ),
  {
    name: "RID",
    value: new Rid(0n),
    bytes: wire(23, 0, 0),
    godot3: wire(16), // no id
  },
  {
    name: "Object",
    value: new ObjectId(OBJECT_ID),
    bytes: wire(0x10018, OBJECT_ID_HEX),
    godot3: wire(0x10011, OBJECT_ID_HEX),
  },
  sample("Callable", new Callable(), 25, null),
  sample("Signal", new Signal("died", OBJECT_ID), 26, null, text("died"), OBJECT_ID_HEX),
  sample(
    "Dictionary",
    new VariantDictionary(["k", 1n], [true, null]),
    27,
    18,
    ...[2, 4, text("k"), 1, 1, 2, 1, 0],
  ),
  sample("Array", new VariantArray([7n, "x"]), 28, 19, 2, 2, 7, 4, text("x")),
  sample("PackedByteArray", Uint8Array.of(1, 2, 3, 4, 255), 29, 20, 5, "01020304 ff000000"),
  sample("PackedInt32Array", Int32Array.of(1, -1), 30, 21, 2, 1, 0xffffffff),
  sample("PackedInt64Array", BigInt64Array.of(-2n), 31, null, 1, 0xfffffffe, 0xffffffff),
  sample("PackedFloat32Array", Float32Array.of(1, 2), 32, 22, 2, floats(1, 2)),
  sample("PackedFloat64Array", Float64Array.of(0.1, 2), 33, null, 2, doubles(0.1, 2)),
  sample(
    "PackedStringArray",
    new PackedStringArray(["abc", "née", ""]),
    34,
    23,
    ...[3, text("abc\0"), text("née\0"), text("\0")],
  ),
  sample(
    "PackedVector2Array",
    new PackedVector2Array(Float32Array.from(upTo(4))),
    35,
    24,
    2,
    floats(...upTo(4)),
  ),
  sample(
    "PackedVector3Array",
    new PackedVector3Array(Float32Array.from(upTo(6))),
    36,
    25,
    2,
    floats(...upTo(6)),
  ),
  sample(
    "PackedColorArray",
    new PackedColorArray(Float32Array.from(upTo(4))),
    37,
    26,
    1,
    floats(...upTo(4)),
  ),
  sample(
    "PackedVector4Array",
    new PackedVector4Array(Float32Array.from(upTo(8))),
    38,
    null,
    2,
    floats(...upTo(8)),
  ),
];
