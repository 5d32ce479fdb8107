import { assert, assertEquals } from "@std/assert";
import { readLengthPrefix, stallVerdict } from "../../../src/explain/length_prefix.ts";
import { framed, join, variant } from "./cases.ts";
import { cluesFor, insideReading } from "./clues.ts";

const inside = (): ReturnType<typeof insideReading> => insideReading();
const VALUE = variant("[1, 2, 3]");

Deno.test("readLengthPrefix() finds lengths of every width in both orders", () => {
  const names = [[4, false], [4, true], [2, false], [2, true], [8, false], [8, true], [
    1,
    false,
  ]] as const;
  const found = names.map(([size, isBig]) =>
    readLengthPrefix(cluesFor(framed(VALUE, { size, isBig }), { inside }))
      .toSorted((a, b) => b.score - a.score)[0]?.what.replace("a Godot Variant (int) behind ", "")
  );
  assertEquals(found, [
    "a 4-byte little-endian length",
    "a 4-byte big-endian length",
    "a 2-byte little-endian length",
    "a 2-byte big-endian length",
    "an 8-byte little-endian length",
    "an 8-byte big-endian length",
    "a 1-byte length",
  ]);
});

Deno.test("readLengthPrefix() is sure only of what holds something", () => {
  const scoreOf = (content: ReturnType<typeof insideReading> | null): number =>
    readLengthPrefix(cluesFor(framed(VALUE), { inside: () => content }))[0]?.score ?? 0;
  assert(scoreOf(insideReading()) > 0.95);
  assert(scoreOf(insideReading({ score: 0.5 })) < 0.8);
  assert(scoreOf(null) < 0.6);
});

Deno.test("readLengthPrefix() names the calls that fit the content", () => {
  const verdictOf = (kind: "variant" | "text" | "framed" | "file"): string =>
    readLengthPrefix(cluesFor(framed(VALUE), { inside: () => insideReading({ kind }) }))[0]
      ?.verdict ?? "";
  assert(verdictOf("variant").includes("StreamPeer.put_var"));
  assert(verdictOf("text").includes("put_data(text.to_utf8_buffer())"));
  assert(verdictOf("framed").includes("framed twice"));
  assert(verdictOf("file").includes("PacketPeerStream.get_packet"));
});

Deno.test("readLengthPrefix() sees a length that counts itself, or is off by little", () => {
  const whatOf = (extra: number): string | undefined =>
    readLengthPrefix(cluesFor(framed(VALUE, { extra }), { inside }))[0]?.what.split(" length ")[1];
  assertEquals(
    [whatOf(4), whatOf(1), whatOf(-3), whatOf(9)],
    ["that counts itself", "that says 1 byte too many", "that says 3 bytes too few", undefined],
  );
});

Deno.test("readLengthPrefix() makes nothing of a wrong length in front of nonsense", () => {
  assertEquals(readLengthPrefix(cluesFor(framed("nonsense", { extra: 4 }))), []);
  assertEquals(readLengthPrefix(cluesFor(join("hello"))), []);
});

Deno.test("stallVerdict() speaks up above what a PacketPeerStream receives", () => {
  assertEquals(stallVerdict(65531), "");
  assert(stallVerdict(65532).includes("input_buffer_max_size"));
});
