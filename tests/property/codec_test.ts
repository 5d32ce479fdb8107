import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DecodeError, EncodeError } from "../../src/errors.ts";
import { decodeVariant, VariantDecoder } from "../../src/variant/decode.ts";
import { encodeVariant, VariantEncoder } from "../../src/variant/encode.ts";
import { keyHash, variantEquals } from "../../src/variant/equals.ts";
import { variantFromJson, variantToJson } from "../../src/variant/json.ts";
import { variantFromNative, variantToNative } from "../../src/variant/native.ts";
import { variantFromText, variantToText } from "../../src/variant/text.ts";
import {
  type GodotVersion,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "../../src/variant/types.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";

const GENERATIONS: readonly GodotVersion[] = [4, 3];

/** Any value of that generation, objects in full included. */
function arbitraryValue(godot: GodotVersion): fc.Arbitrary<Variant> {
  return arbitraryVariant({ godot, objects: true });
}

for (const godot of GENERATIONS) {
  Deno.test(`decodeVariant() gives back what encodeVariant() took, Godot ${godot}`, () => {
    const property = fc.property(arbitraryValue(godot), (value) => {
      const packet = encodeVariant(value, { godot, fullObjects: true });
      const decoded = decodeVariant(packet, { godot, allowObjects: true });
      assert(variantEquals(decoded, value));
      assertEquals(keyHash(decoded), keyHash(value));
      assertEquals(packet.length % 4, 0);
      assertEquals(
        encodeVariant(decoded, { godot, fullObjects: true }).toHex(),
        packet.toHex(),
      );
    });
    fc.assert(property, { numRuns: 500 });
  });
}

Deno.test("VariantDecoder and VariantEncoder in use are as good as new ones", () => {
  const decoder = new VariantDecoder({ allowObjects: true });
  const encoder = new VariantEncoder({ fullObjects: true });
  const property = fc.property(arbitraryValue(4), fc.nat(9), (value, offset) => {
    const packet = encodeVariant(value, { fullObjects: true });
    assertEquals(encoder.encode(value).toHex(), packet.toHex());

    const end = offset + packet.length;
    const target = new Uint8Array(end + 9).fill(0xaa);
    assertEquals(encoder.encodeInto(value, target, offset), packet.length);
    const frame = `${"aa".repeat(offset)}${packet.toHex()}${"aa".repeat(9)}`;
    assertEquals(target.toHex(), frame);

    assert(variantEquals(decoder.decodeAt(target, offset), value));
    assertEquals(decoder.end, packet.length);
    // No value is complete without its last word, and none fits into less room.
    assertThrows(() => decoder.decodeAt(target, offset, end - 4), DecodeError);
    const room = target.subarray(0, end - 1);
    assertThrows(() => encoder.encodeInto(value, room, offset), EncodeError);
  });
  fc.assert(property, { numRuns: 300 });
});

Deno.test("VariantDecoder keeps dictionaries apart whose keys begin alike", () => {
  const decoder = new VariantDecoder();
  const names = Array.from({ length: 12 }, (_, index) => `key${index}`);
  const values = names.map((_, index) => BigInt(index));
  const dictionaries = names.map((_, size) =>
    new VariantDictionary(names.slice(0, size), values.slice(0, size))
  );
  const packets = dictionaries.map((dictionary) => encodeVariant(dictionary));
  for (let round = 0; round < 4; round++) {
    for (const first of packets.keys()) {
      for (let repeat = 0; repeat < 3; repeat++) decoder.decode(packets[first]!);
      packets.forEach((packet, size) =>
        assert(variantEquals(decoder.decode(packet), dictionaries[size]!), `${first}, ${size}`)
      );
    }
  }
});

Deno.test("decodeVariant() takes packets at any place of their buffer, and trailing bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 9 });
  const property = fc.property(arbitraryValue(4), bytes, bytes, (value, before, after) => {
    const packet = encodeVariant(value, { fullObjects: true });
    const buffer = new Uint8Array([...before, ...packet, ...after]);
    const view = buffer.subarray(before.length);
    assert(variantEquals(decodeVariant(view, { allowObjects: true }), value));
  });
  fc.assert(property, { numRuns: 300 });
});

for (const godot of GENERATIONS) {
  Deno.test(`variantFromText() makes the same bytes of variantToText(), Godot ${godot}`, () => {
    const property = fc.property(arbitraryValue(godot), (value) => {
      const text = variantToText(value, { godot });
      assert(!/[\n\r\u2028\u2029]/.test(text));
      const read = variantFromText(text, { godot });
      const options = { godot, fullObjects: true };
      assertEquals(encodeVariant(read, options).toHex(), encodeVariant(value, options).toHex());
    });
    fc.assert(property, { numRuns: 400 });
  });
}

Deno.test("variantFromNative() gives back what variantToNative() took", () => {
  const property = fc.property(arbitraryValue(4), (value) => {
    const text = variantToNative(value);
    const read = variantFromNative(text);
    // Alone, a NaN loses its payload: the engine takes nothing but this for it.
    if (!text.includes(`"f:nan"`)) assert(variantEquals(read, value));
    assertEquals(variantToNative(read), text);
  });
  fc.assert(property, { numRuns: 400 });
});

Deno.test("variantFromJson() reads all plain JSON, and plain JSON of it is the same", () => {
  const property = fc.property(arbitraryValue(4), (value) => {
    const json = variantToJson(value);
    assertEquals(variantToJson(variantFromJson(json)), json);
  });
  fc.assert(property, { numRuns: 400 });
});

Deno.test("a value may nest 1024 levels deep, and no more", () => {
  const deepest = nest(1024);
  const packet = encodeVariant(deepest);
  assert(variantEquals(decodeVariant(packet), deepest));
  assert(variantEquals(variantFromText(variantToText(deepest)), deepest));
  assert(variantEquals(variantFromNative(variantToNative(deepest)), deepest));
  assert(variantEquals(variantFromJson(variantToJson(deepest)), deepest));
  const error = assertThrows(() => encodeVariant(nest(1025)), EncodeError);
  assertEquals([error.code, error.path.length], ["ERR_OUT_OF_MEMORY", 1025]);
});

function nest(levels: number): Variant {
  let value: Variant = 7n;
  for (let i = 0; i < levels; i++) value = new VariantArray([value]);
  return value;
}
