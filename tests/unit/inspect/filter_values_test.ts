import { assertEquals } from "@std/assert";
import { contains, isSame, order, textOf, valueAt } from "../../../src/inspect/filter_values.ts";
import { readText } from "../../../src/variant/text_reader.ts";

Deno.test("valueAt() follows keys, members and indexes", () => {
  const value = readText(
    `{"a": [1, {&"b": Vector3(1, 2, 3)}], 7: "seven", "p": PackedInt32Array(4, 5),
      "v": PackedVector2Array(1, 2, 3, 4), "s": PackedStringArray("x"), "i": Vector2i(8, 9),
      "o": Object(Node, "name": "n"), "a": [0]}`,
  );
  const cases: readonly (readonly [path: readonly (string | number)[], text: string | null])[] = [
    [["a", 0], "0"], // the last of equal keys, as in Godot
    [["a", 1], null],
    [[7], '"seven"'],
    [["7"], null],
    [["p", 1], "5"],
    [["p", 2], null],
    [["v", 1], "Vector2(3, 4)"],
    [["v", 1, "y"], "4.0"],
    [["v", 2], null],
    [["s", 0], '"x"'],
    [["i", "y"], "9"],
    [["i", "constructor"], null],
    [["o", "name"], '"n"'],
    [["nope", "x", 1], null],
  ];
  for (const [path, text] of cases) {
    assertEquals(valueAt(value, path), text === null ? undefined : readText(text), path.join());
  }
});

Deno.test("isSame() goes by what is written, not by type", () => {
  const same = [["1", "1.0"], ['"a"', '&"a"'], ["Vector2(0.5, 1)", "Vector2(0.5, 1.0)"]];
  for (const [a = "", b = ""] of same) assertEquals(isSame(readText(a), readText(b)), true, a);
  const other = [["1", "2"], ["1", '"1"'], ["Vector2(0, 1)", "Vector2i(0, 1)"], ["nan", "nan"]];
  for (const [a = "", b = ""] of other) assertEquals(isSame(readText(a), readText(b)), false, a);
  assertEquals(isSame(Math.fround(0.1), 0.1), true);
  assertEquals(isSame(9007199254740993n, 9007199254740992), false);
});

Deno.test("order() compares numbers exactly and texts by their characters", () => {
  assertEquals(order(9007199254740993n, 9007199254740992), 1);
  assertEquals(order("a", "b"), -1);
  assertEquals(order(1, "b"), NaN);
  assertEquals(order(NaN, 1), NaN);
});

Deno.test("contains() looks for parts, elements and keys", () => {
  assertEquals(contains("hello", "ell"), true);
  assertEquals(contains(readText("[1, 2.0]"), 2n), true);
  assertEquals(contains(readText("PackedByteArray(1, 2)"), 3n), false);
  assertEquals(contains(readText("PackedFloat32Array(0.1)"), 0.1), true);
  assertEquals(contains(readText('{"a": 1}'), "a"), true);
  assertEquals(contains(5n, 5n), false);
});

Deno.test("textOf() knows the three texts", () => {
  assertEquals(['"a"', '&"a"', '^"a/b"', "1"].map((text) => textOf(readText(text))), [
    "a",
    "a",
    "a/b",
    null,
  ]);
});
