import { assertEquals } from "@std/assert";
import { packetHint } from "../../../../src/commands/packet/hint.ts";
import { DecodeError } from "../../../../src/errors.ts";
import { type DecodeOptions, decodeVariant } from "../../../../src/variant/decode.ts";

function hintFor(bytes: Uint8Array, options: DecodeOptions = {}): string | null {
  try {
    decodeVariant(bytes, options);
  } catch (error) {
    if (error instanceof DecodeError) return packetHint(bytes, error, options);
  }
  throw new Error(`${bytes.toHex()} decodes`);
}

function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text.replaceAll(" ", ""));
}

Deno.test("packetHint() sees a length in front", () => {
  const hint = hintFor(hex("0c000000 040000000400000061626364"));
  assertEquals(hint?.startsWith("it begins with its own length in 4 bytes"), true);
});

Deno.test("packetHint() knows the other generation of Godot", () => {
  assertEquals(hintFor(hex("14000000 01000000 05000000")), "it decodes with --godot 3");
  assertEquals(
    hintFor(hex("1b000000 00000000"), { godot: 3 }),
    "it decodes with --godot 4",
  );
});

Deno.test("packetHint() shows plain text, cut and in quotes", () => {
  assertEquals(hintFor(new TextEncoder().encode("hello\n")), 'it is plain text: "hello\\n"');
  assertEquals(hintFor(new TextEncoder().encode("größer €")), 'it is plain text: "größer €"');
  const long = hintFor(new TextEncoder().encode("äbc".repeat(100)));
  assertEquals(long, `it is plain text: ${JSON.stringify("äbc".repeat(14).slice(0, 40))}…`);
});

Deno.test("packetHint() says nothing about bytes that are nothing in particular", () => {
  assertEquals(hintFor(hex("ff00ff00ff00")), null);
  assertEquals(hintFor(hex("63000000")), null);
  // A terminal would act on these.
  assertEquals(hintFor(hex("1b5b324a6162")), null);
});

Deno.test("packetHint() says what empty packets and objects are about", () => {
  assertEquals(hintFor(hex(""))?.startsWith("an empty packet holds no value"), true);
  const object = hex("18000000 04000000 4e6f6465 00000000");
  assertEquals(hintFor(object), "--allow-objects reads it as data");
});
