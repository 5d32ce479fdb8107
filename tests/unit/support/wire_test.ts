import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError, EncodeError } from "../../../src/errors.ts";
import {
  doubles,
  encodeRefusalOf,
  floats,
  refusalOf,
  SAMPLES,
  text,
  upTo,
  wire,
} from "../../support/wire.ts";
import { loadVariantVectors } from "../../support/vectors.ts";

Deno.test("wire() puts words and hexadecimal text one behind the other", () => {
  assertEquals(wire().toHex(), "");
  assertEquals(wire(1, "0a 0B", 0x80000000, "").toHex(), "010000000a0b00000080");
  assertEquals(wire(0xffffffff, -1).toHex(), "ffffffffffffffff");
});

Deno.test("text() is what the engine writes for a String", () => {
  const strings = loadVariantVectors().filter(({ type, text }) =>
    type === "String" && text !== null
  );
  const plain = strings.filter(({ text }) => /^"[^"\\\0]*"$/.test(text ?? ""));
  for (const vector of plain) {
    assertEquals(`04000000${text(vector.text?.slice(1, -1) ?? "")}`, vector.hex, vector.name);
  }
  assertEquals(plain.length > 5, true, `${plain.length} strings`);
});

Deno.test("floats() and doubles() are little-endian", () => {
  assertEquals(floats(1, -2), "0000803f000000c0");
  assertEquals(doubles(1), "000000000000f03f");
  assertEquals(upTo(3), [1, 2, 3]);
});

Deno.test("refusals are what errors say, and only of their class", () => {
  const details = { code: "ERR_FILE_EOF", reason: "truncated", offset: 4 } as const;
  const decode = (): never => {
    throw new DecodeError({ ...details, what: "String", why: "too short" }, ["k"]);
  };
  const encode = (): never => {
    throw new EncodeError("too long", [0]);
  };
  const message = `Cannot decode String at byte 4 ($["k"]): too short`;
  assertEquals(refusalOf(decode), { ...details, path: ["k"], message });
  assertEquals(encodeRefusalOf(encode), {
    code: "ERR_INVALID_PARAMETER",
    path: [0],
    message: "Cannot encode $[0]: too long",
  });
  assertThrows(() => refusalOf(encode));
  assertThrows(() => encodeRefusalOf(decode));
  assertThrows(() => refusalOf(() => null));
});

Deno.test("SAMPLES have one value of each type, as the vectors name them", () => {
  assertEquals(SAMPLES.map(({ bytes }) => bytes[0]), [...Array(39).keys()]);
  const types = new Set(loadVariantVectors().map(({ type }) => type));
  assertEquals(SAMPLES.filter(({ name }) => !types.has(name)), []);
  assertEquals(SAMPLES.filter(({ godot3 }) => godot3 !== null).length, 27);
});
