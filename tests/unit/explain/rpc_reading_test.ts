import { assert, assertEquals } from "@std/assert";
import { readRpc } from "../../../src/explain/rpc_reading.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

function textOf(bytes: Uint8Array): string | undefined {
  return readRpc(cluesFor(bytes))[0]?.text();
}

Deno.test("readRpc() reads nodes and methods of every width", () => {
  assertEquals(textOf(hex("000103010205")), "the node with path id 1, method 3(5)");
  assertEquals(textOf(hex("10010003010205")), "the node with path id 1, method 3(5)");
  assertEquals(textOf(hex("2001000000 03 01 0205")), "the node with path id 1, method 3(5)");
  assertEquals(textOf(hex("4001 0380 01 0205")), "the node with path id 1, method 32771(5)");
});

Deno.test("readRpc() reads a call with a path, and is sure of it", () => {
  const [reading] = readRpc(cluesFor(join(hex("a00600008002"), "World", [0])));
  assertEquals(reading?.text(), 'node "World", method 2()');
  assertEquals(reading?.score, 0.95);
});

Deno.test("readRpc() reads one raw byte array, and arguments", () => {
  assertEquals(
    textOf(hex("800102aabbcc")),
    "the node with path id 1, method 2(PackedByteArray of 3 bytes)",
  );
  assertEquals(
    textOf(join([0, 1, 3, 2, 0x81], variant('"hi"'))),
    'the node with path id 1, method 3(true, "hi")',
  );
});

Deno.test("readRpc() trusts calls that tell little, little", () => {
  assert((readRpc(cluesFor(hex("800102")))[0]?.score ?? 1) < 0.5);
  assert((readRpc(cluesFor(join([0, 1, 3, 1], variant('"hi"'))))[0]?.score ?? 0) > 0.7);
});

Deno.test("readRpc() makes nothing of calls that do not come out even", () => {
  for (
    const text of [
      "00",
      "0001",
      "300000",
      "00010301",
      "0001030102",
      "a0ffffff80",
      "a006000080024142",
      "00000000",
    ]
  ) {
    assertEquals(readRpc(cluesFor(hex(text))), [], text);
  }
});
