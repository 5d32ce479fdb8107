import { assertEquals, assertRejects } from "@std/assert";
import { type RawOption, readRawPacket } from "../../../../src/commands/session/raw_packets.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const IO = memoryIo({ files: { "packet.bin": new Uint8Array([1, 0, 255]) } });

Deno.test("readRawPacket() reads bytes in every form", async () => {
  const cases: readonly [RawOption, string, hex: string][] = [
    ["hex", "01 0xFF:00", "01ff00"],
    ["hex", "", ""],
    ["base64", "AQID", "010203"],
    ["text", "größer\n", "6772c3b6c39f65720a"],
    ["file", "packet.bin", "0100ff"],
  ];
  for (const [option, text, hex] of cases) {
    assertEquals((await readRawPacket(option, text, IO)).toHex(), hex);
  }
});

Deno.test("readRawPacket() says what is wrong, and where", async () => {
  const cases: readonly [RawOption, string, message: string][] = [
    ["hex", "0g", '--hex: cannot decode hex: "g" in column 2 is no hexadecimal digit'],
    ["hex", "123", "--hex: cannot decode hex: the text ends in the middle of a byte"],
    ["base64", "A!", '--base64: cannot decode base64: "!" in column 2 is no base64 character'],
    ["file", "nowhere.bin", "cannot read nowhere.bin: no such file"],
  ];
  for (const [option, text, message] of cases) {
    await assertRejects(() => readRawPacket(option, text, IO), UsageError, message);
  }
});
