import { assertEquals } from "@std/assert";
import {
  collectNotes,
  type Dissection,
  leavesOf,
  type Note,
} from "../../../src/bytes/dissection.ts";

function node(
  name: string,
  offset: number,
  notes: readonly Note[],
  children: readonly Dissection[] = [],
): Dissection {
  const value = children.length === 0 ? null : undefined;
  return { name, type: "test", offset, length: 4, value, notes, children };
}

function note(code: string): Note {
  return { severity: "info", code, message: "" };
}

const TREE = node("root", 0, [note("root")], [
  node("a", 0, [note("a1"), note("a2")]),
  node("b", 4, [], [node("c", 4, [note("c")]), node("d", 8, [note("d")])]),
]);

Deno.test("collectNotes() gives the notes in the order of the bytes, with their places", () => {
  assertEquals(collectNotes(TREE).map(({ code, offset }) => [code, offset]), [
    ["root", 0],
    ["a1", 0],
    ["a2", 0],
    ["c", 4],
    ["d", 8],
  ]);
});

Deno.test("collectNotes() sorts a branch's note behind what comes before it", () => {
  const late = node("late", 8, [note("late")], [node("x", 8, [])]);
  const tree = node("root", 0, [], [node("early", 0, [note("early")]), late]);
  assertEquals(collectNotes(tree).map(({ code }) => code), ["early", "late"]);
});

Deno.test("leavesOf() gives the nodes without children", () => {
  assertEquals(leavesOf(TREE).map(({ name }) => name), ["a", "c", "d"]);
  assertEquals(leavesOf(node("alone", 0, [])).map(({ name }) => name), ["alone"]);
});

Deno.test("leavesOf() follows a tree of any depth", () => {
  let tree = node("leaf", 0, []);
  for (let depth = 0; depth < 4000; depth++) tree = node("branch", 0, [], [tree]);
  assertEquals(leavesOf(tree).map(({ name }) => name), ["leaf"]);
});
