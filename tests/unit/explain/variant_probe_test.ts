import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import {
  examineVariant,
  findVariant,
  isOddNumber,
  isOddText,
  isWholeVariant,
  textOfVariant,
} from "../../../src/explain/variant_probe.ts";
import { join, variant } from "./cases.ts";
import { hex } from "./clues.ts";

function examine(bytes: Uint8Array, godot: 3 | 4 = 4): ReturnType<typeof examineVariant> {
  const found = findVariant(bytes, godot);
  assert(!(found instanceof DecodeError));
  return examineVariant(bytes, found);
}

Deno.test("findVariant() finds type and size, and what comes behind does not matter", () => {
  const found = findVariant(join(variant('"hello"'), [1, 2, 3]), 4);
  assert(!(found instanceof DecodeError));
  assertEquals([found.typeName, found.size, found.objectAt], ["String", 16, null]);
});

Deno.test("findVariant() finds objects in full, and where", () => {
  const found = findVariant(variant('[1, Object(Node, "name": "Ada")]'), 4);
  assert(!(found instanceof DecodeError));
  assertEquals([found.typeName, found.objectAt], ["Array", 16]);
});

Deno.test("findVariant() gives the engine's error for other bytes", () => {
  const error = findVariant(hex("ff000000"), 4);
  assertInstanceOf(error, DecodeError);
  assertEquals(error.reason, "unknown-type");
});

Deno.test("isWholeVariant() wants every byte, and no Nil", () => {
  assert(isWholeVariant(variant("7"), 4));
  assert(!isWholeVariant(join(variant("7"), [0]), 4));
  assert(!isWholeVariant(variant("null"), 4));
  assert(!isWholeVariant(variant("Quaternion(0, 0, 0, 1)", 3), 4));
});

Deno.test("textOfVariant() writes Godot's notation, objects included", () => {
  assertEquals(textOfVariant(variant("Vector2(1, 2)"), 4), "Vector2(1, 2)");
  assertEquals(textOfVariant(variant("Object(Node,)"), 4), "Object(Node,)");
});

Deno.test("examineVariant() doubts integers read as floats, and text with control characters", () => {
  assertEquals(examine(variant("Vector3(1, 2, 3)")).doubt, 0);
  assertEquals(examine(hex("09000000 01000000 02000000 03000000")).doubt, 1);
  assertEquals(examine(hex("04000000 04000000 01020304")).doubt, 1);
  assertEquals(examine(hex("04000000 04000000 61626300")).doubt, 0);
});

Deno.test("examineVariant() tells types of the same size apart by their numbers", () => {
  const plane = hex("0e000000 0000003f 0000003f 0000803e 0000803f"); // 0.5, 0.5, 0.25, 1
  assert(examine(plane, 4).doubt > 0 && examine(plane, 3).doubt === 0); // Plane, Color
  const box = hex("0b000000 0000803f 00000040 00000000 00000000 0000a040 0000c040");
  assert(examine(box, 4).doubt > 0 && examine(box, 3).doubt === 0); // Transform2D, AABB
});

Deno.test("examineVariant() gives the notes of the codec and the place of typed containers", () => {
  assertEquals(examine(hex("02000100 0700000000000000")).notes.map(({ code }) => code), [
    "non-canonical-width",
  ]);
  assertEquals(examine(variant("[1, Array[int]([1])]")).typedAt, 16);
  assertEquals(examine(variant("[1]")).typedAt, null);
});

Deno.test("isOddNumber() and isOddText() know what games do not send", () => {
  assertEquals([0, 1.5, -1e6, NaN, Infinity, 1e-40, 1e30].map(isOddNumber), [
    false,
    false,
    false,
    false,
    false,
    true,
    true,
  ]);
  assertEquals(["ab\r\n\t", "a\u0001", "a\u0000"].map(isOddText), [false, true, true]);
});
