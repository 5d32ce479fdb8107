import { assertEquals } from "@std/assert";
import { isTextSafe, nodePathFromText, nodePathToText } from "../../../src/variant/node_path.ts";
import { NodePath } from "../../../src/variant/types.ts";

const READ: [text: string, names: string[], subnames: string[], isAbsolute: boolean][] = [
  ["", [], [], false],
  ["a", ["a"], [], false],
  ["a/b", ["a", "b"], [], false],
  ["/", [], [], true],
  ["/root/Main", ["root", "Main"], [], true],
  ["a//b", ["a", "b"], [], false],
  ["a/b/", ["a", "b"], [], false],
  ["//a", ["a"], [], true],
  ["../a/./b", ["..", "a", ".", "b"], [], false],
  ["%Unique/x", ["%Unique", "x"], [], false],
  ["a:b", ["a"], ["b"], false],
  ["a/b:c:d", ["a", "b"], ["c", "d"], false],
  [":a:b", [], ["a", "b"], false],
  ["/:x", [], ["x"], true],
  ["a:b/c", ["a"], ["b/c"], false],
  ["a:", ["a"], [], false],
  ["a:b:", ["a"], ["b"], false],
  [":", [], [], false],
  ["a::b", [], [], false],
  ["/a::b", [], [], false],
  ["a:b::", [], [], false],
];

Deno.test("nodePathFromText() makes the engine's path of a string", async (t) => {
  for (const [text, names, subnames, isAbsolute] of READ) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(nodePathFromText(text), new NodePath(names, subnames, isAbsolute));
    });
  }
});

const WRITTEN: [path: NodePath, text: string][] = [
  [new NodePath([], [], false), ""],
  [new NodePath([], [], true), "/"],
  [new NodePath(["a", "b"], [], false), "a/b"],
  [new NodePath(["root", "Main"], ["scale", "y"], true), "/root/Main:scale:y"],
  [new NodePath([], ["position"], false), ":position"],
  [new NodePath([], ["x"], true), "/:x"],
  [new NodePath(["a"], ["b/c"], false), "a:b/c"],
];

Deno.test("nodePathToText() makes the engine's string of a path, and it leads back", async (t) => {
  for (const [path, text] of WRITTEN) {
    await t.step(JSON.stringify(text), () => {
      assertEquals(nodePathToText(path), text);
      assertEquals(isTextSafe(path), true);
      assertEquals(nodePathFromText(text), path);
    });
  }
});

const NOT_SAFE: NodePath[] = [
  new NodePath([""], [], false),
  new NodePath(["a/b"], [], false),
  new NodePath(["a:b"], [], false),
  new NodePath(["a"], [""], false),
  new NodePath(["a"], ["b:c"], false),
  new NodePath(["", ""], ["x"], true),
];

Deno.test("isTextSafe() finds paths that no string spells", async (t) => {
  for (const path of NOT_SAFE) {
    await t.step(JSON.stringify(path), () => assertEquals(isTextSafe(path), false));
  }
});
