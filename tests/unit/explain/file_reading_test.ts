import { assert, assertEquals } from "@std/assert";
import { readFile } from "../../../src/explain/file_reading.ts";
import { join } from "./cases.ts";
import { cluesFor, hex } from "./clues.ts";

Deno.test("readFile() knows files by their first bytes", () => {
  const cases: [Uint8Array, string][] = [
    [join("RSRC", hex("00000000")), "a binary resource of Godot (RSRC)"],
    [join("GDPC", hex("02000000")), "a pack of Godot (PCK)"],
    [join([0x89], "PNG\r\n", [0x1a], "\n", hex("0000")), "a PNG image"],
    [hex("ffd8ffe000"), "a JPEG image"],
    [hex("0a0d0d0a00"), "a capture (pcapng)"],
    [hex("4d3cb2a100"), "a capture (pcap)"],
    [join("PK", hex("030400")), "a ZIP archive"],
  ];
  for (const [bytes, what] of cases) assertEquals(readFile(cluesFor(bytes))[0]?.what, what);
});

Deno.test("readFile() sends captures to packetpeer decode", () => {
  const verdict = readFile(cluesFor(hex("0a0d0d0a00")))[0]?.verdict ?? "";
  assert(verdict.includes("packetpeer decode @FILE shows the packets"), verdict);
  assert(!verdict.includes("the sender sends"), verdict);
});

Deno.test("readFile() wants more than the mark itself", () => {
  assertEquals(readFile(cluesFor(join("RSRC"))), []);
  assertEquals(readFile(cluesFor(join("hello"))), []);
});
