import { assertEquals, assertThrows } from "@std/assert";
import { DecodeError } from "../../../src/errors.ts";
import { CheckedReader, paddedLength } from "../../../src/variant/checked_reader.ts";
import { VariantType } from "../../../src/variant/types.ts";

function readerOf(size: number, godot: 3 | 4 = 4): CheckedReader {
  const reader = new CheckedReader({ godot });
  reader.reset(new Uint8Array(size), 0, size);
  return reader;
}

Deno.test("CheckedReader.need() says what does not fit, by the engine's names", () => {
  const reader = readerOf(6, 3);
  reader.need(6, VariantType.Quaternion);
  reader.position += 4;
  const error = assertThrows(() => reader.need(16, VariantType.Quaternion), DecodeError);
  assertEquals(error.message, "Cannot decode Quat at byte 4: needs 16 bytes, 2 left");
});

Deno.test("CheckedReader counts offsets from where it was set", () => {
  const reader = new CheckedReader({});
  reader.reset(new Uint8Array(16).subarray(4), 4, 8);
  assertEquals([reader.offset, reader.remaining], [0, 4]);
});

Deno.test("CheckedReader.types are those of the Godot version", () => {
  assertEquals(readerOf(0).types[6], VariantType.Vector2i);
  assertEquals(readerOf(0, 3).types[6], VariantType.Rect2);
  assertEquals(readerOf(0, 3).types[27], undefined);
  assertEquals(
    readerOf(0, 3).unknownType(0, 27).problem,
    "cannot decode Variant: type 27 does " +
      "not exist, the last one is 26",
  );
});

Deno.test("CheckedReader.stringFault() wants length, bytes and padding to fit", () => {
  const reader = readerOf(8);
  assertEquals(reader.stringFault(4, "name"), null);
  assertEquals(reader.stringFault(5, "name")?.reason, "truncated");
  assertEquals(reader.stringFault(0x7fffffff, "name")?.code, "ERR_FILE_EOF");
  assertEquals(reader.stringFault(-1, "name")?.reason, "bad-length");
});

Deno.test("CheckedReader.packedFault() wants count and elements to fit", () => {
  const reader = readerOf(12);
  assertEquals(reader.packedFault(2, 4, VariantType.PackedInt32Array), null);
  assertEquals(reader.packedFault(3, 4, VariantType.PackedInt32Array)?.reason, "truncated");
  assertEquals(reader.packedFault(-1, 4, VariantType.PackedInt32Array)?.reason, "bad-count");
  assertEquals(reader.packedFault(1 << 29, 4, VariantType.PackedInt32Array)?.reason, "bad-count");
});

Deno.test("paddedLength() rounds up to four, beyond 32 bits too", () => {
  assertEquals([0, 1, 4, 5, 0x7fffffff].map(paddedLength), [0, 4, 4, 8, 0x80000000]);
});
