import { assert, assertEquals } from "@std/assert";
import { readOffset } from "../../../src/explain/offset_reading.ts";
import { framed, join, variant } from "./cases.ts";
import { cluesFor } from "./clues.ts";

const VALUE = variant('{"cmd": "move"}');

Deno.test("readOffset() finds a value behind any header of 1 to 16 bytes", () => {
  for (let size = 1; size <= 16; size++) {
    const [reading] = readOffset(cluesFor(join(new Uint8Array(size).fill(0xee), VALUE)));
    assertEquals([size, reading?.at, reading?.text()], [size, size, '{"cmd": "move"}']);
  }
  assertEquals(readOffset(cluesFor(join(new Uint8Array(17).fill(0xee), VALUE))), []);
});

Deno.test("readOffset() leaves lengths to others", () => {
  for (const size of [1, 2, 4]) {
    assertEquals(readOffset(cluesFor(framed(VALUE, { size }))), []);
    assertEquals(readOffset(cluesFor(framed(VALUE, { size, extra: size }))), []);
  }
});

Deno.test("readOffset() guesses what the header is", () => {
  const enet = readOffset(cluesFor(join([1, 0, 0, 0, 9, 9, 9, 9], VALUE)))[0];
  assert(enet?.why.some((reason) => reason.includes("NetworkedMultiplayerENet")));
  const own = readOffset(cluesFor(join([9], VALUE)))[0];
  assert(own?.verdict.includes("message number of your own (9)"));
});

Deno.test("readOffset() makes nothing of a value that leaves bytes over", () => {
  assertEquals(readOffset(cluesFor(join([9], VALUE, [1]))), []);
});
