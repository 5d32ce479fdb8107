import { assert, assertEquals } from "@std/assert";
import { renderHexdump } from "../../../src/inspect/render_hexdump.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { readText } from "../../../src/variant/text_reader.ts";

function dump(bytes: Uint8Array): string[] {
  return renderHexdump({ name: "packet", bytes, root: dissectVariant(bytes) });
}

Deno.test("renderHexdump() has a row for each field, with its name and value", () => {
  assertEquals(dump(encodeVariant(readText('{"id": 7}'))), [
    "packet  28 bytes",
    "0000  1b 00 00 00              ....      header               Dictionary header  0x0000001b",
    "0004  01 00 00 00              ....      count                u32  1",
    '0008  04 00 00 00              ....      ["id"].key.header    String header  0x00000004',
    '000c  02 00 00 00              ....      ["id"].key.length    u32  2',
    '0010  69 64                    id        ["id"].key.text      utf8  "id"',
    '0012  00 00                    ..        ["id"].key.padding   padding  00 00',
    '0014  02 00 00 00              ....      ["id"].value.header  int header  0x00000002',
    '0018  07 00 00 00              ....      ["id"].value.value   i32  7',
  ]);
});

Deno.test("renderHexdump() breaks long fields into rows", () => {
  const [, , , ...rows] = dump(encodeVariant("twelve chars"));
  assertEquals(rows, [
    '0008  74 77 65 6c 76 65 20 63  twelve c  text    utf8  "twelve chars"',
    "0010  68 61 72 73              hars",
  ]);
});

Deno.test("renderHexdump() has notes at their fields", () => {
  const lines = dump(Uint8Array.of(2, 0, 0, 0, 7, 0, 0, 0, 0xff));
  const trailing = lines.findIndex((line) => line.startsWith("0008  ff"));
  assert(lines[trailing + 1]?.includes("warning: 1 byte left over"), lines.join("\n"));
  const cut = dump(Uint8Array.of(0x1b, 0, 0, 0, 3, 0, 0, 0));
  assert(cut.at(-1)?.includes("error: cannot decode Variant header"), cut.join("\n"));
});

Deno.test("renderHexdump() paints a field as the tree does, and keeps the columns", () => {
  const bytes = Uint8Array.of(2, 0, 0, 0, 7, 0, 0, 0);
  const same = (text: string): string => text;
  const mark = (letter: string) => (text: string): string => `${letter}(${text})`;
  const paint = {
    offset: same,
    name: same,
    type: mark("t"),
    value: mark("v"),
    warning: mark("w"),
    error: mark("e"),
    dim: mark("d"),
  };
  const root = dissectVariant(bytes);
  const [, header, value] = renderHexdump({ name: "p", bytes, root }, { paint });
  assertEquals(header?.startsWith("0000  t(02 00 00 00)"), true);
  assertEquals(value?.startsWith("0004  v(07 00 00 00)"), true);
});

Deno.test("renderHexdump() lets no control characters out", () => {
  const lines = renderHexdump({
    name: "a\u001b[0m",
    bytes: encodeVariant("\u001b[31m"),
    root: dissectVariant(encodeVariant("\u001b[31m")),
  });
  assertEquals(lines.some((line) => line.includes("\u001b")), false);
});
