import { assertEquals } from "@std/assert";
import { collectNotes } from "../../../src/bytes/dissection.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantFromText } from "../../../src/variant/text.ts";

/** The notes on a value in Godot's notation. */
function notesOn(text: string): string[] {
  const root = dissectVariant(encodeVariant(variantFromText(text)));
  return collectNotes(root).map(({ code }) => code);
}

const DUPLICATES: [text: string, isDuplicate: boolean][] = [
  [`{"a": 1, "b": 2}`, false],
  [`{"a": 1, "a": 2}`, true],
  [`{"a": 1, &"a": 2}`, true],
  [`{1: 1, 1.0: 2}`, false],
  [`{0.0: 1, -0.0: 2}`, true],
  [`{nan: 1, nan(0x7ff8000000000001): 2}`, true],
  [`{Vector2(0, 1): 1, Vector2(-0.0, 1): 2}`, true],
  [`{[1]: 1, [1]: 2}`, true],
  [`{[1]: 1, [1.0]: 2}`, false],
  [`{"a": {"k": 1}, "b": {"k": 1}}`, false],
  [`{Object(id 5): 1, Object(id 5): 2}`, false], // each is an object of its own
];

Deno.test("dissectDictionary() finds keys that are one to Godot", async (t) => {
  for (const [text, isDuplicate] of DUPLICATES) {
    await t.step(text, () => assertEquals(notesOn(text), isDuplicate ? ["duplicate-key"] : []));
  }
});

Deno.test("dissectDictionary() finds keys that become one when they are converted", () => {
  const key = "03000000 0000c03f"; // 1.5
  const root = dissectVariant(
    Uint8Array.fromHex(
      `1b000100 02000000 02000000 02000000 01000000 00000000 ${key} 00000000`.replaceAll(" ", ""),
    ),
  );
  assertEquals(collectNotes(root).map(({ code }) => code), ["element-converted", "duplicate-key"]);
});

Deno.test("dissectDictionary() ignores keys that Godot drops", () => {
  const key = "04000000 01000000 61000000"; // "a"
  const root = dissectVariant(
    Uint8Array.fromHex(
      `1b000100 02000000 02000000 ${key} 00000000 ${key} 00000000`.replaceAll(" ", ""),
    ),
  );
  assertEquals(collectNotes(root).map(({ code }) => code), ["element-dropped", "element-dropped"]);
});

Deno.test("dissectDictionary() names an entry by its place while it does not know the key", () => {
  const huge = `[${"0, ".repeat(1000)}]`;
  const root = dissectVariant(encodeVariant(variantFromText(`{${huge}: 1, ${huge}: 2}`)));
  const names = root.children[0]?.children.slice(2).map(({ name }) => name);
  assertEquals(names, ["entry 0", "entry 1"]);
});

Deno.test("dissectArray() says what it is an array of", () => {
  const root = dissectVariant(encodeVariant(variantFromText("Array[Vector2]([Vector2(1, 2)])")));
  assertEquals(root.children[0]?.type, "Array[Vector2]");
});
