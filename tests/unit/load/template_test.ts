import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import {
  PacketSlab,
  type PacketTemplate,
  rawTemplate,
  readHeader,
  SEQUENCE_PERIOD,
  valueTemplate,
  type ValueTemplateOptions,
} from "../../../src/load/template.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantFromText, variantToText } from "../../../src/variant/text.ts";

function templateOf(text: string, options?: ValueTemplateOptions): PacketTemplate {
  return valueTemplate(variantFromText(text), options);
}

/** The second packet of a slab, which is not at its beginning. */
function packetOf(template: PacketTemplate, sequence: number, time: number): Uint8Array {
  const slab = new PacketSlab(template, 3);
  for (const slot of [0, 1, 2]) slab.write(slot, sequence + slot - 1, time);
  return slab.packets[1] ?? new Uint8Array();
}

function textOf(packet: Uint8Array): string {
  return variantToText(decodeVariant(packet));
}

Deno.test("valueTemplate() gives a Dictionary the key $seq, and makes the bytes that Godot would", () => {
  const template = templateOf('{"cmd": "ping", "id": 7}');
  for (const sequence of [0, 1, 65_536, 2 ** 31 - 1]) {
    const value = variantFromText(`{"cmd": "ping", "id": 7, "$seq": ${sequence}}`);
    assertEquals(packetOf(template, sequence, 0).toHex(), encodeVariant(value).toHex());
  }
});

Deno.test("PacketSlab begins again at 0 when the int of 32 bits is used up", () => {
  const template = templateOf('{"a": 1}');
  assertEquals(textOf(packetOf(template, SEQUENCE_PERIOD + 5, 0)), '{"a": 1, "$seq": 5}');
});

Deno.test("valueTemplate() puts number and time wherever their words stand", () => {
  const time = 1_767_225_600_123_456;
  const template = templateOf('{"$seq": null, "a": ["$seq", {"t": "$time"}], "$time": "$time!"}');
  assertEquals(
    textOf(packetOf(template, 300, time)),
    `{"$seq": 300, "a": [300, {"t": ${time}}], "$time": "$time!"}`,
  );
  const other = templateOf('["$seq", "$time", "$seq"]');
  assertEquals(textOf(packetOf(other, 70_000, time)), `[70000, ${time}, 70000]`);
  assertEquals(
    textOf(packetOf(templateOf('{"id": "$seq"}', { addSequenceKey: false }), 9, 0)),
    '{"id": 9}',
  );
});

Deno.test("valueTemplate() writes Godot 3 as well", () => {
  const template = templateOf('{"id": "$seq"}', { addSequenceKey: false, godot: 3 });
  const value = decodeVariant(packetOf(template, 9, 0), { godot: 3 });
  assertEquals(variantToText(value), '{"id": 9}');
});

Deno.test("valueTemplate() fills a Dictionary up to a size", () => {
  const options = { sizeBytes: 200 };
  const packet = packetOf(templateOf('{"a": 1}', options), 5, 0);
  assertEquals(packet.length, 200);
  const zeros = Array.from({ length: 132 }, () => "0").join(", ");
  assertEquals(textOf(packet), `{"a": 1, "$seq": 5, "$pad": PackedByteArray(${zeros})}`);
  const withHeader = templateOf('{"a": 1}', { sizeBytes: 200, hasHeader: true });
  assertEquals(withHeader.bytes.length, 200);
  assertEquals(templateOf('{"a": 1}', { sizeBytes: 48 }).bytes.length, 48);
});

Deno.test("valueTemplate() says which sizes can be had", () => {
  const cases: readonly [text: string, sizeBytes: number, message: string][] = [
    ['{"a": 1}', 40, "the packet cannot have 40 bytes: without a filler it has 48"],
    [
      '{"a": 1}',
      52,
      "the packet cannot have 52 bytes: it has 48 without a filler, and at least 68 with one",
    ],
    [
      '{"a": 1}',
      102,
      "the packet cannot have 102 bytes: Godot's values take whole 32-bit words; 100 or 104 can be had",
    ],
    [
      '{"a": 1}',
      10_000_000_000,
      "the packet cannot have 10000000000 bytes: the most is 67108864",
    ],
    [
      "[1, 2]",
      100,
      "only a Dictionary can be filled up to 100 bytes; without a filler the packet has 24",
    ],
  ];
  for (const [text, sizeBytes, message] of cases) {
    const error = assertThrows(() => templateOf(text, { sizeBytes }), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("rawTemplate() puts the header in front and zeros behind", () => {
  const template = rawTemplate(new Uint8Array([1, 2, 3]), { hasHeader: true, sizeBytes: 14 });
  const packet = packetOf(template, 2 ** 40 + 258, 0);
  assertEquals(packet.toHex(), "0201000000010000" + "010203" + "000000");
  assertEquals(readHeader(packet), 2 ** 40 + 258);
  assertEquals(rawTemplate(new Uint8Array([1, 2, 3])).bytes.toHex(), "010203");
  const tooLong = (): PacketTemplate => rawTemplate(new Uint8Array(10), { sizeBytes: 9 });
  assertThrows(tooLong, UsageError, "cannot have 9 bytes: without a filler it has 10");
});
