import { assert, assertEquals } from "@std/assert";
import { isVariant, looksLikeVariant } from "../../../src/pcap/variant_shape.ts";
import { concat, u32 } from "../../support/pcap_builder.ts";
import { loadVariantVectors } from "../../support/vectors.ts";

function judge(packet: Uint8Array, size: number = packet.length): boolean | null {
  return looksLikeVariant(new DataView(packet.buffer, packet.byteOffset), 0, size, packet.length);
}

function words(...values: readonly number[]): Uint8Array {
  return concat(...values.map((value) => u32(value, true)));
}

for (const godot of [3, 4] as const) {
  Deno.test(`looksLikeVariant() believes what Godot ${godot} writes, from its first 8 bytes on`, () => {
    for (const { name, bytes } of loadVariantVectors(godot)) {
      const isBare = bytes.length === 4;
      assertEquals(judge(bytes), !isBare, name);
      if (isBare) continue;
      assertEquals(judge(bytes.subarray(0, 8), bytes.length), true, name);
      assertEquals(judge(bytes.subarray(0, 3), bytes.length), null, name);
    }
  });
}

Deno.test("looksLikeVariant() wants 8 bytes where the header alone does not decide", () => {
  assertEquals(judge(words(4), 16), null);
  assertEquals(judge(words(39), 16), false);
});

Deno.test("looksLikeVariant() refuses sizes that a value of the type cannot have", () => {
  const bad: readonly Uint8Array[] = [
    words(1, 1, 1),
    words(2, 1, 1),
    words(0x10002, 1),
    words(3, 1, 1),
    words(4, 5, 0),
    words(4, 1, 0, 0),
    words(5, 0, 0, 0),
    words(0x10006, 0, 0, 0, 0),
    words(28, 1000, 0),
    words(29, 9, 0, 0),
    words(2, 1).subarray(0, 7),
  ];
  for (const bytes of bad) assertEquals(judge(bytes), false, bytes.toHex());
});

Deno.test("looksLikeVariant() refuses headers that no engine writes", () => {
  for (const header of [0, 39, 255, 0x102, 0x100002, 0x80000002]) {
    assertEquals(judge(words(header, 1)), false, `${header}`);
  }
});

Deno.test("looksLikeVariant() lets only few of all numbers in a row through", () => {
  const believed = Array.from({ length: 100 }, (_, n) => n * 4)
    .filter((n) => n >= 8 && judge(words(...new Array(n / 4).fill(n)), n) === true);
  assert(believed.length <= 1, `${believed}`);
});

Deno.test("isVariant() reads all of a packet", () => {
  for (const godot of [3, 4] as const) {
    for (const { name, bytes } of loadVariantVectors(godot)) assert(isVariant(bytes), name);
  }
  assertEquals(isVariant(words(2, 7, 0)), false);
  assertEquals(isVariant(words(28, 1, 39, 0)), false);
  assertEquals(isVariant(new Uint8Array(0)), false);
});
