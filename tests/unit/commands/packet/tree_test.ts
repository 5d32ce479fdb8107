import { assert, assertEquals } from "@std/assert";
import { loadColors, PLAIN } from "../../../../src/cli/paint.ts";
import { treeLines } from "../../../../src/commands/packet/tree.ts";

const SEVEN = Uint8Array.fromHex("0200000007000000");

Deno.test("treeLines() shows every field with its bytes, under the packet's name", () => {
  const lines = treeLines("tree", "frame 1", SEVEN, {}, PLAIN);
  assert(lines[0]?.includes("frame 1"), lines[0]);
  const ranges = lines.map((line) => line.slice(0, 10));
  assertEquals(ranges, ["0000..0008", "0000..0008", "0000..0004", "0004..0008"]);
});

Deno.test("treeLines() is the same in colour, apart from the colours", async () => {
  const plain = treeLines("tree", "p", SEVEN, {}, PLAIN).join("\n");
  const colored = treeLines("tree", "p", SEVEN, {}, await loadColors()).join("\n");
  assert(colored.length > plain.length);
  // deno-lint-ignore no-control-regex -- colours are control sequences
  assertEquals(colored.replaceAll(/\x1b\[\d+m/g, ""), plain);
});

Deno.test("treeLines() begins with the length of a packet that came framed", () => {
  const lines = treeLines("tree", "p", SEVEN, { isFramed: true }, PLAIN);
  const ranges = lines.map((line) => line.slice(0, 10));
  assertEquals(ranges, ["0000..000c", "0000..0004", "0004..000c", "0004..0008", "0008..000c"]);
});
