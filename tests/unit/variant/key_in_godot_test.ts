import { assertEquals } from "@std/assert";
import { keyInGodot } from "../../../src/variant/key_in_godot.ts";
import {
  EncodedObject,
  NodePath,
  ObjectId,
  StringName,
  type Variant,
  VariantType,
  Vector2,
  Vector2i,
} from "../../../src/variant/types.ts";

const ANY = VariantType.Nil;
const PATH = new NodePath(["a"], ["b"], true);

const ROWS: [what: string, key: Variant, keyType: VariantType, inGodot: Variant | undefined][] = [
  ["anything stays", 1n, ANY, 1n],
  ["a text is cut at NUL", "a\0b", ANY, "a"],
  ["a StringName is its text", new StringName("\ufeffa"), ANY, "a"],
  ["what does not fit is dropped", "a", VariantType.Int, undefined],
  ["a float loses its fraction", -2.5, VariantType.Int, -2n],
  ["a bool counts", true, VariantType.Int, 1n],
  ["infinity is no int", Infinity, VariantType.Int, undefined],
  ["nor is 2^63", 2 ** 63, VariantType.Int, undefined],
  ["an int becomes a float", 3n, VariantType.Float, 3],
  ["0 is false", 0n, VariantType.Bool, false],
  ["NaN is true", NaN, VariantType.Bool, true],
  ["a StringName becomes a String", new StringName("a"), VariantType.String, "a"],
  ["a path becomes a String", PATH, VariantType.String, "/a:b"],
  ["a String becomes a StringName", "a", VariantType.StringName, "a"],
  ["other conversions are left out", new Vector2i(1, 2), VariantType.Vector2, undefined],
  ["a vector stays", new Vector2(1, 2), VariantType.Vector2, new Vector2(1, 2)],
  ["an object is like no other", new ObjectId(5n), ANY, undefined],
  ["nor is one in full", new EncodedObject("Node", []), ANY, undefined],
  ["a null object is", new ObjectId(0n), ANY, new ObjectId(0n)],
  ["also as an empty class", new EncodedObject("", []), ANY, new EncodedObject("", [])],
];

Deno.test("keyInGodot() gives the key that Godot's Dictionary holds", async (t) => {
  for (const [what, key, keyType, inGodot] of ROWS) {
    await t.step(what, () => assertEquals(keyInGodot(key, keyType), inGodot));
  }
});
