import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { decodeVariant, VariantDecoder } from "../../../src/variant/decode.ts";
import {
  PackedColorArray,
  PackedStringArray,
  PackedVector2Array,
  PackedVector3Array,
  PackedVector4Array,
  type Variant,
} from "../../../src/variant/types.ts";
import { doubles, floats, refusalOf, SAMPLES, text, upTo, wire } from "../../support/wire.ts";

/** The typed array that holds a packed array's elements. */
function elementsOf(value: Variant): ArrayBufferView {
  if (typeof value === "object" && value !== null && "components" in value) return value.components;
  assert(ArrayBuffer.isView(value));
  return value;
}

const TYPED = SAMPLES.filter(({ name }) =>
  name.startsWith("Packed") && name !== "PackedStringArray"
);

Deno.test("packed arrays lie in the packet itself where they are aligned, else in a copy", async (t) => {
  assertEquals(TYPED.length, 9);
  for (const { name, value, bytes } of TYPED) {
    await t.step(name, () => {
      const elements = elementsOf(value);
      const size = "BYTES_PER_ELEMENT" in elements ? Number(elements.BYTES_PER_ELEMENT) : 0;
      const decoder = new VariantDecoder();
      for (let at = 0; at < 16; at++) {
        const buffer = new Uint8Array(bytes.length + 16);
        buffer.set(bytes, at);
        const decoded = decoder.decodeAt(buffer, at, at + bytes.length);
        assertEquals(decoded, value);
        const isShared = elementsOf(decoded).buffer === buffer.buffer;
        assertEquals(isShared, (at + 8) % size === 0, `at ${at}`);
      }
    });
  }
});

Deno.test("packed arrays may be empty", async (t) => {
  for (const { name, value, bytes } of TYPED) {
    await t.step(name, () => {
      const decoder = new VariantDecoder();
      const decoded = decoder.decode(wire(bytes[0] ?? 0, 0));
      assertEquals(elementsOf(decoded).byteLength, 0);
      assertStrictEquals(decoded?.constructor, value?.constructor);
      assertEquals(decoder.end, 8);
    });
  }
});

Deno.test("packed vectors keep 64-bit components, colors have none", () => {
  const tenths = upTo(4).map((i) => i / 10);
  const rows = [
    [35, 2, new PackedVector2Array(Float64Array.from(tenths))],
    [38, 1, new PackedVector4Array(Float64Array.from(tenths))],
  ] as const;
  for (const [type, count, expected] of rows) {
    assertEquals(decodeVariant(wire(0x10000 | type, count, doubles(...tenths))), expected);
  }
  const three = wire(0x10024, 1, doubles(0.1, 0.2, 0.3));
  const vector3 = new PackedVector3Array(Float64Array.of(0.1, 0.2, 0.3));
  assertEquals(decodeVariant(three), vector3);
  const color = decodeVariant(wire(0x10025, 1, floats(1, 2, 3, 4)));
  assertEquals(color, new PackedColorArray(Float32Array.of(1, 2, 3, 4)));
  const godot3 = decodeVariant(wire(0x10018, 1, floats(1, 2)), { godot: 3 });
  assertEquals(godot3, new PackedVector2Array(Float32Array.of(1, 2)));
});

Deno.test("packed arrays refuse counts that their bytes cannot have", async (t) => {
  const sizes = [
    ["PackedByteArray", 29, 1],
    ["PackedInt32Array", 30, 4],
    ["PackedInt64Array", 31, 8],
    ["PackedFloat32Array", 32, 4],
    ["PackedFloat64Array", 33, 8],
    ["PackedVector2Array", 35, 8],
    ["PackedVector2Array", 0x10023, 16],
    ["PackedVector3Array", 36, 12],
    ["PackedVector3Array", 0x10024, 24],
    ["PackedColorArray", 0x10025, 16],
    ["PackedVector4Array", 38, 16],
    ["PackedVector4Array", 0x10026, 32],
  ] as const;
  for (const [name, header, size] of sizes) {
    const refuse = (count: number, left: number): unknown =>
      refusalOf(() => decodeVariant(wire(header, count, "00".repeat(left))));
    const expected = (reason: string, why: string): unknown => ({
      code: "ERR_INVALID_DATA",
      reason,
      offset: 4,
      path: [],
      message: `Cannot decode ${name} at byte 4: ${why}`,
    });
    await t.step(`${name} of ${size} bytes an element`, () => {
      const why = "is beyond what an array can have";
      assertEquals(refuse(-1, 4), expected("bad-count", `its count -1 ${why}`));
      const least = Math.floor(0x7fffffff / size) + 1;
      if (size > 1) {
        assertEquals(refuse(least, 4), expected("bad-count", `its count ${least} ${why}`));
      }
      const most = least - 1;
      const needs = `its count says ${most} elements in ${most * size} bytes, 4 left`;
      if (size > 1) assertEquals(refuse(most, 4), expected("truncated", needs));
      const short = `its count says 2 elements in ${2 * size} bytes, ${2 * size - 1} left`;
      assertEquals(refuse(2, 2 * size - 1), expected("truncated", short));
    });
  }
});

Deno.test("packed arrays without a count say so, in their generation's name", () => {
  for (const [id, name, godot] of [[30, "PackedInt32Array", 4], [21, "PoolIntArray", 3]] as const) {
    assertEquals(refusalOf(() => decodeVariant(wire(id, "00"), { godot })), {
      code: "ERR_INVALID_DATA",
      reason: "truncated",
      offset: 4,
      path: [],
      message: `Cannot decode ${name} count at byte 4: needs 4 bytes, 1 left`,
    });
  }
});

Deno.test("PackedByteArray's padding may be dirty, or missing at the end of the packet", () => {
  const decoder = new VariantDecoder();
  for (const [padding, end] of [["000000", 16], ["ffffff", 16], ["00", 14], ["", 13]] as const) {
    assertEquals(decoder.decode(wire(29, 5, "0102030405", padding)), Uint8Array.of(1, 2, 3, 4, 5));
    assertEquals(decoder.end, end);
  }
  const inArray = wire(28, 2, 29, 1, "07", "00");
  assertEquals(refusalOf(() => decoder.decode(inArray)), {
    code: "ERR_INVALID_DATA",
    reason: "truncated",
    offset: 18,
    path: [1],
    message: "Cannot decode Variant header at byte 18 ($[1]): needs 4 bytes, 0 left",
  });
});

Deno.test("PackedStringArray loses one NUL of each string, if there is one", () => {
  const items = [text("abc\0"), text("abc"), text("\0"), text(""), text("a\0\0"), text("é\0")];
  const decoded = decodeVariant(wire(34, items.length, ...items));
  assertEquals(decoded, new PackedStringArray(["abc", "abc", "", "", "a\0", "é"]));
});

Deno.test("PackedStringArray with a negative count is empty", () => {
  const decoder = new VariantDecoder();
  assertEquals(decoder.decode(wire(34, 0xffffffff, text("a"))), new PackedStringArray([]));
  assertEquals(decoder.end, 8);
});

Deno.test("PackedStringArray names the string that is wrong", async (t) => {
  const at = "at byte 16 ($[1])";
  const rows: [rest: (number | string)[], code: string, reason: string, message: string][] = [
    [[], "ERR_INVALID_DATA", "truncated", `String length ${at}: needs 4 bytes, 0 left`],
    [
      [9, "61"],
      ...["ERR_FILE_EOF", "truncated"] as const,
      `String ${at}: its length says 12 bytes with padding, 1 left`,
    ],
    [
      [0x80000000],
      ...["ERR_FILE_EOF", "bad-length"] as const,
      `String ${at}: its length -2147483648 is beyond what a string can have`,
    ],
  ];
  for (const [rest, code, reason, message] of rows) {
    await t.step(message, () => {
      assertEquals(refusalOf(() => decodeVariant(wire(34, 0x7fffffff, text("a\0"), ...rest))), {
        code,
        reason,
        offset: 16,
        path: [1],
        message: `Cannot decode ${message}`,
      });
    });
  }
  const refusal = refusalOf(() => decodeVariant(wire(34, 1, 2, "ff000000")));
  assertEquals([refusal.reason, refusal.offset, refusal.path], ["bad-utf8", 12, [0]]);
});

Deno.test("packed arrays read from shared memory as from any other", () => {
  const packet = wire(30, 2, 1, 0xffffffff);
  const shared = new Uint8Array(new SharedArrayBuffer(packet.length));
  shared.set(packet);
  const decoded = decodeVariant(shared);
  assertInstanceOf(decoded, Int32Array);
  assertEquals([...decoded], [1, -1]);
});
