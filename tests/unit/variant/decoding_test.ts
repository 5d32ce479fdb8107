import { assertEquals, assertNotEquals } from "@std/assert";
import {
  type DecodeOptions,
  decodeText,
  Decoding,
  hasWideReals,
  readCachedString,
  readCount,
  readInt32,
  readReal32,
  readReal64,
  readString,
  readUint32,
  readUint64,
  takeString,
  toInt,
} from "../../../src/variant/decoding.ts";
import { VariantType } from "../../../src/variant/types.ts";
import { doubles, floats, refusalOf, text, wire } from "../../support/wire.ts";

/** A decoding at the start of a packet that stands between other bytes. */
function started(packet: Uint8Array, options: DecodeOptions = {}): Decoding {
  const buffer = new Uint8Array(packet.length + 24).fill(0xee);
  buffer.set(packet, 12);
  const decoding = new Decoding(options);
  decoding.start(buffer.subarray(4), 8, 8 + packet.length);
  return decoding;
}

Deno.test("toInt() makes the bigint of every 32-bit integer", () => {
  for (let value = -2000; value < 2000; value++) assertEquals(toInt(value), BigInt(value));
  for (const value of [-0x80000000, 0x7fffffff]) assertEquals(toInt(value), BigInt(value));
});

Deno.test("numbers are read little-endian, each behind the last one", () => {
  const d = started(
    wire(0xfffffffe, 0xfffffffe, 1, 0x80000000, floats(-1.5), doubles(0.1)),
  );
  assertEquals(readInt32(d), -2);
  assertEquals(readUint32(d), 0xfffffffe);
  assertEquals(readUint64(d), 0x80000000_00000001n);
  assertEquals(readReal32(d), -1.5);
  assertEquals(readReal64(d), 0.1);
  assertEquals([d.offset, d.remaining], [28, 0]);
});

Deno.test("Decoding.need() takes what is there, and no more", () => {
  const d = started(wire(0, 0));
  d.need(8, VariantType.Vector2);
  d.position += 4;
  d.need(4, VariantType.Int);
  assertEquals(refusalOf(() => d.need(5, VariantType.Quaternion)), {
    code: "ERR_INVALID_DATA",
    reason: "truncated",
    offset: 4,
    path: [],
    message: "Cannot decode Quaternion at byte 4: needs 5 bytes, 4 left",
  });
});

Deno.test("Decoding.nameOf() speaks the language of its generation", () => {
  const godot4 = new Decoding({}), godot3 = new Decoding({ godot: 3 });
  assertEquals(godot4.nameOf(VariantType.Quaternion), "Quaternion");
  assertEquals(godot3.nameOf(VariantType.Quaternion), "Quat");
  assertEquals([godot4, godot3].map((d) => d.nameOf("element type")), [
    "element type",
    "element type",
  ]);
});

Deno.test("Decoding.start() allows a slot for each word of the packet", () => {
  const d = new Decoding({});
  for (const [size, slots] of [[0, 0], [3, 0], [4, 1], [15, 3], [16, 4]] as const) {
    d.start(new Uint8Array(100), 10, 10 + size);
    assertEquals(d.freeSlots, slots);
  }
});

Deno.test("Decoding.takePath() gives the steps outermost first, once", () => {
  const d = new Decoding({});
  d.unwind("inner");
  d.unwind(3);
  d.unwind({ key: 1 });
  assertEquals(d.takePath(), [{ key: 1 }, 3, "inner"]);
  assertEquals(d.takePath(), []);
});

Deno.test("hasWideReals() heeds the flag in Godot 4 alone", () => {
  const godot4 = new Decoding({}), godot3 = new Decoding({ godot: 3 });
  assertEquals([0x10005, 5, 0xfffe0005].map((header) => hasWideReals(godot4, header)), [
    true,
    false,
    false,
  ]);
  assertEquals(hasWideReals(godot3, 0x10005), false);
});

Deno.test("takeString() gives the length and moves over the padding, whatever is in it", () => {
  for (const [length, size] of [[0, 4], [1, 8], [3, 8], [4, 8], [5, 12], [8, 12]] as const) {
    const d = started(wire(length, "ff".repeat(size - 4)));
    assertEquals(takeString(d, VariantType.String), length);
    assertEquals([d.offset, d.remaining], [size, 0]);
  }
});

Deno.test("takeString() refuses what does not fit", async (t) => {
  const [data, end] = ["ERR_INVALID_DATA", "ERR_FILE_EOF"] as const;
  const rows: [packet: Uint8Array, code: string, reason: string, message: string][] = [
    [wire(), data, "truncated", "String length at byte 0: needs 4 bytes, 0 left"],
    [wire("010000"), data, "truncated", "String length at byte 0: needs 4 bytes, 3 left"],
    [
      wire(1, "61 0000"),
      ...[end, "truncated"] as const,
      "String at byte 0: its length says 4 bytes with padding, 3 left",
    ],
    [
      wire(5, "61616161"),
      ...[end, "truncated"] as const,
      "String at byte 0: its length says 8 bytes with padding, 4 left",
    ],
    [
      wire(0x7fffffff),
      ...[end, "truncated"] as const,
      "String at byte 0: its length says 2147483648 bytes with padding, 0 left",
    ],
    [
      wire(0x80000000, "61616161"),
      ...[end, "bad-length"] as const,
      "String at byte 0: its length -2147483648 is beyond what a string can have",
    ],
    [
      wire(0xffffffff),
      ...[end, "bad-length"] as const,
      "String at byte 0: its length -1 is beyond what a string can have",
    ],
  ];
  for (const [packet, code, reason, message] of rows) {
    await t.step(message, () => {
      const refusal = refusalOf(() => takeString(started(packet), VariantType.String));
      const expected = { code, reason, offset: 0, path: [], message: `Cannot decode ${message}` };
      assertEquals(refusal, expected);
    });
  }
});

Deno.test("readString() and readCachedString() read texts and move over them", () => {
  for (const value of ["", "a", "four", "né", "x".repeat(32), "x".repeat(33), "a\0"]) {
    for (const read of [readString, readCachedString]) {
      const d = started(wire(text(value), 7));
      d.remember();
      assertEquals(read(d, VariantType.String), value);
      assertEquals(readUint32(d), 7);
    }
  }
});

Deno.test("readCachedString() gives the right text every time", () => {
  const d = new Decoding({});
  d.remember();
  const texts = ["abc", "abc\0", "abcd", "headMIDDtail", "headmiddtail", "é", "x".repeat(33)];
  for (let round = 0; round < 3; round++) {
    for (const value of texts) {
      const packet = wire(text(value));
      d.start(packet, 0, packet.length);
      assertEquals(readCachedString(d, "key"), value);
    }
  }
});

Deno.test("readCachedString() reads dirty padding as no part of the text, remembered or not", () => {
  const d = new Decoding({});
  d.remember();
  for (const padding of ["000000", "ff00ff", "616263", "000000", "ff00ff"]) {
    const packet = wire(5, "61626364 65", padding);
    d.start(packet, 0, packet.length);
    assertEquals(readCachedString(d, "key"), "abcde");
    assertEquals(d.remaining, 0);
  }
});

Deno.test("readString() and readCachedString() refuse what is not UTF-8, again and again", () => {
  for (const read of [readString, readCachedString, readCachedString]) {
    const d = started(wire(7, 3, "6180ff00"));
    d.remember();
    d.position += 4;
    assertEquals(refusalOf(() => read(d, "Object class")), {
      code: "ERR_INVALID_DATA",
      reason: "bad-utf8",
      offset: 8,
      path: [],
      message: "Cannot decode Object class at byte 8: its bytes are not valid UTF-8",
    });
  }
});

Deno.test("decodeText() takes for UTF-8 what its generation does", () => {
  const packet = wire("eda080"); // a surrogate
  const godot3 = started(packet, { godot: 3 }), godot4 = started(packet);
  assertEquals(decodeText(godot3, godot3.position, 3, VariantType.String), "\ud800");
  const refusal = refusalOf(() => decodeText(godot4, godot4.position, 3, VariantType.StringName));
  assertEquals(
    refusal.message,
    "Cannot decode StringName at byte 0: its bytes are not valid UTF-8",
  );
});

Deno.test("Decoding remembers texts from one packet to the next only when it is told to", () => {
  assertEquals([new Decoding({}).strings, new Decoding({}).shapes], [null, null]);
  const d = new Decoding({});
  d.remember();
  assertNotEquals(d.strings, null);
  assertNotEquals(d.shapes, null);
});

Deno.test("readCount() masks the top bit and needs four bytes", () => {
  for (
    const [word, count] of [[0, 0], [7, 7], [0x80000007, 7], [0xffffffff, 0x7fffffff]] as const
  ) {
    assertEquals(readCount(started(wire(word)), VariantType.Array), count);
  }
  assertEquals(refusalOf(() => readCount(started(wire("0000")), VariantType.Dictionary)), {
    code: "ERR_INVALID_DATA",
    reason: "truncated",
    offset: 0,
    path: [],
    message: "Cannot decode Dictionary count at byte 0: needs 4 bytes, 2 left",
  });
});
