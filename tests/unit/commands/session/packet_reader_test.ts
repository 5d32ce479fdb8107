import { assert, assertEquals } from "@std/assert";
import { PacketReader } from "../../../../src/commands/session/packet_reader.ts";
import { DecodeError } from "../../../../src/errors.ts";

const INT = Uint8Array.fromHex("0200000007000000");
const UNKNOWN = Uint8Array.fromHex("63000000");

Deno.test("PacketReader gives the value of a packet, or why there is none", () => {
  const reader = new PacketReader({});
  assertEquals(reader.read(INT), 7n);
  const error = reader.read(UNKNOWN);
  assert(error instanceof DecodeError);
  assertEquals(error.code, "ERR_INVALID_DATA");
  assertEquals(reader.read(INT), 7n);
});

Deno.test("PacketReader checks a packet with the same verdict", () => {
  const reader = new PacketReader({});
  assertEquals([reader.check(INT), reader.check(UNKNOWN)?.code], [null, "ERR_INVALID_DATA"]);
});

Deno.test("PacketReader reads as the options say", () => {
  const pool = Uint8Array.fromHex("140000000100000005000000");
  assertEquals(new PacketReader({ godot: 3 }).read(pool), new Uint8Array([5]));
});

Deno.test("PacketReader tells notes, a guess and the first bytes", () => {
  const reader = new PacketReader({});
  assertEquals(reader.notes(INT), []);
  assertEquals(reader.notes(new Uint8Array([...INT, 0])).map(({ code }) => code), [
    "trailing-bytes",
  ]);
  const error = reader.check(UNKNOWN);
  assert(error !== null);
  assertEquals(reader.hint(UNKNOWN, error), null);
  assertEquals(reader.excerpt(new Uint8Array(100)).length, 3);
});
