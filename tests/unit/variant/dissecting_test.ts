import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import { Dissecting } from "../../../src/variant/dissecting.ts";
import { objectNotAllowed } from "../../../src/variant/verdict.ts";

function dissectingOf(size: number): Dissecting {
  const d = new Dissecting({});
  d.reset(Uint8Array.from({ length: size }, (_, i) => i), 0, size);
  return d;
}

Deno.test("Dissecting adds what it reads to the branch that is open", () => {
  const d = dissectingOf(8);
  const root = d.open("root", "packet");
  d.leaf("a", "u32", 4, 1);
  const branch = d.open("b", "pair");
  d.bytesLeaf("c", "bytes", 2);
  d.close();
  d.leaf("d", "u16", 2, 7);
  d.closeAll();
  assertEquals(root.children.map(({ name, offset, length }) => [name, offset, length]), [
    ["a", 0, 4],
    ["b", 4, 2],
    ["d", 6, 2],
  ]);
  assertEquals(branch.children[0]?.value, new Uint8Array([4, 5]));
  assertEquals([root.length, root.value], [8, undefined]);
});

Deno.test("Dissecting.fail() blames a node, and the rest is a leaf without a note", () => {
  const d = dissectingOf(8);
  const root = d.open("root", "packet");
  const leaf = d.leaf("header", "u32", 4, 0);
  const error = assertThrows(() => d.fail(objectNotAllowed(0), leaf), DecodeError);
  d.giveUp(error);
  d.closeAll();
  assertEquals(leaf.notes.map(({ code }) => code), ["ERR_UNAUTHORIZED"]);
  const rest = root.children[1];
  assertEquals([rest?.type, rest?.offset, rest?.length, rest?.notes], ["unparsed", 4, 4, []]);
});

Deno.test("Dissecting.giveUp() blames the rest when no node was", () => {
  const d = dissectingOf(4);
  const root = d.open("root", "packet");
  d.leaf("header", "u32", 4, 0);
  d.giveUp(assertThrows(() => d.need(4, "count"), DecodeError));
  d.closeAll();
  const rest = root.children[1];
  assertEquals([rest?.offset, rest?.length], [4, 0]);
  assertEquals(rest?.notes.map(({ message }) => message), [
    "cannot decode count: needs 4 bytes, 0 left",
  ]);
});

Deno.test("Dissecting.giveUp() adds no empty rest when a node was blamed", () => {
  const d = dissectingOf(4);
  const root = d.open("root", "packet");
  const leaf = d.leaf("header", "u32", 4, 0);
  d.giveUp(assertThrows(() => d.fail(objectNotAllowed(0), leaf), DecodeError));
  d.closeAll();
  assertEquals(root.children, [leaf]);
});
