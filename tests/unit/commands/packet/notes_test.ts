import { assertEquals, assertThrows } from "@std/assert";
import { notesOf } from "../../../../src/commands/packet/notes.ts";
import { DecodeError } from "../../../../src/errors.ts";

Deno.test("notesOf() says what is unusual in a packet, and where", () => {
  const trailing = Uint8Array.fromHex("0200000007000000ffff");
  const notes = notesOf(trailing, {}).map(({ offset, code }) => [offset, code]);
  assertEquals(notes, [[8, "trailing-bytes"]]);
});

Deno.test("notesOf() has nothing to say about what Godot itself would write", () => {
  assertEquals(notesOf(Uint8Array.fromHex("0200000007000000"), {}), []);
});

Deno.test("notesOf() throws when the packet does not decode", () => {
  assertThrows(() => notesOf(new Uint8Array(3), {}), DecodeError);
});
