import { assertEquals } from "@std/assert";
import type { Source } from "../../../src/bytes/dissection.ts";
import type { Paint } from "../../../src/inspect/paint.ts";
import { renderTree, type TreeOptions } from "../../../src/inspect/render_tree.ts";
import type { DecodeOptions } from "../../../src/variant/decoding.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantFromText } from "../../../src/variant/text.ts";

function sourceOf(bytes: Uint8Array, options: DecodeOptions = {}): Source {
  return { name: "packet", bytes, root: dissectVariant(bytes, options) };
}

function treeOf(text: string, options: TreeOptions = {}): string[] {
  return renderTree(sourceOf(encodeVariant(variantFromText(text))), options);
}

/** The last column of a line. */
function valueOf(line: string): string {
  return line.split("  ").at(-1)?.trim() ?? "";
}

/** Shows styles as tags. */
const TAGS: Paint = {
  offset: (text) => `<o>${text}</o>`,
  name: (text) => `<n>${text}</n>`,
  type: (text) => `<t>${text}</t>`,
  value: (text) => `<v>${text}</v>`,
  warning: (text) => `<w>${text}</w>`,
  error: (text) => `<e>${text}</e>`,
  dim: (text) => `<d>${text}</d>`,
};

Deno.test("renderTree() aligns ranges, names, types and values", () => {
  assertEquals(treeOf(`{"pos": Vector2(1, -0.1)}`), [
    `0000..0020  packet           Godot 4 Variant    32 bytes`,
    `0000..0020    value          Dictionary         32 bytes`,
    `0000..0004      header       Dictionary header  0x0000001b`,
    `0004..0008      count        u32                1`,
    `0008..0020      ["pos"]      entry              24 bytes`,
    `0008..0014        key        String             "pos"`,
    `0008..000c          header   String header      0x00000004`,
    `000c..0010          length   u32                3`,
    `0010..0013          text     utf8               "pos"`,
    `0013..0014          padding  padding            00`,
    `0014..0020        value      Vector2            1, -0.1`,
    `0014..0018          header   Vector2 header     0x00000005`,
    `0018..001c          x        f32                1`,
    `001c..0020          y        f32                -0.1`,
  ]);
});

Deno.test("renderTree() writes notes below their node", () => {
  const bytes = Uint8Array.fromHex("0100000005000000ff");
  assertEquals(renderTree(sourceOf(bytes)), [
    "0000..0009  packet      Godot 4 Variant  9 bytes",
    "0000..0008    value     bool             true",
    "0000..0004      header  bool header      0x00000001",
    "0004..0008      value   u32              true",
    "                  info: Godot reads 5 as true, and writes true as 1 [bool-value]",
    "0008..0009    trailing  bytes            ff",
    "                warning: 1 byte left over; Godot ignores it [trailing-bytes]",
  ]);
});

Deno.test("renderTree() shows where bytes stop making sense", () => {
  assertEquals(renderTree(sourceOf(Uint8Array.fromHex("0500000000"))), [
    "0000..0005  packet        Godot 4 Variant  5 bytes",
    "0000..0005    value       Vector2          5 bytes",
    "0000..0004      header    Vector2 header   0x00000005",
    "0004..0005      unparsed  unparsed         00",
    "                  error: cannot decode Vector2: needs 8 bytes, 1 left [ERR_INVALID_DATA]",
  ]);
});

Deno.test("renderTree() sums up a branch of a few leaves", async (t) => {
  const rows: [text: string, summary: string][] = [
    ["42", "42"],
    ["0.1", "0.1"],
    ["true", "true"],
    [`&"name"`, `"name"`],
    [`""`, `""`],
    ["Color(1, 0, 0, 0.5)", "1, 0, 0, 0.5"],
    ["Plane(1, 2, 3, 4)", "1, 2, 3, 4"],
    ["AABB(1, 2, 3, 4, 5, 6)", "28 bytes"], // six numbers are no summary
    ["[1]", "16 bytes"],
    ["PackedInt32Array(1, 2)", "1, 2"],
    ["PackedVector2Array(1, 2, 3, 4)", "(1, 2), (3, 4)"],
    ['Signal("s", 5)', `"s", 5`],
    ["null", "4 bytes"],
  ];
  for (const [text, summary] of rows) {
    await t.step(text, () => {
      const line = treeOf(text)[1] ?? "";
      assertEquals(line.slice(-summary.length - 2), `  ${summary}`);
    });
  }
});

Deno.test("renderTree() cuts long values and says how long they are", () => {
  const text = `["${"é".repeat(9)}", PackedByteArray(1, 2, 3, 4, 5)]`;
  const lines = treeOf(text, { maxValueLength: 8 });
  assertEquals(lines.filter((line) => line.includes("…")).map(valueOf), [
    `"${"é".repeat(8)}" … (18 bytes)`,
    `"${"é".repeat(8)}" … (18 bytes)`,
    "01 02 … (5 bytes)",
    "01 02 … (5 bytes)",
  ]);
});

Deno.test("renderTree() does not cut through a character", () => {
  const lines = treeOf(`"abc😀def"`, { maxValueLength: 4 });
  assertEquals(valueOf(lines.at(-2) ?? ""), `"abc" … (10 bytes)`);
});

Deno.test("renderTree() leaves out children beyond a limit", () => {
  const lines = treeOf("[1, 2, 3, 4]", { maxChildren: 3 });
  assertEquals(lines.slice(-2), [
    "000c..0010        value   i32              1",
    "                … 3 more (24 bytes)",
  ]);
});

Deno.test("renderTree() lets no control character through", () => {
  const lines = treeOf(`{"\u001b[2J": "\u009b31m\u0000"}`);
  assertEquals(lines.filter((line) => /\p{Cc}/u.test(line)), []);
  assertEquals(lines[4]?.includes(`["\\u001b[2J"]`), true);
});

Deno.test("renderTree() paints each part in its style", () => {
  const bytes = Uint8Array.fromHex("0400000001000000610000000102");
  assertEquals(renderTree(sourceOf(bytes), { paint: TAGS }), [
    "<o>0000..000e</o>  <n>packet</n>       <t>Godot 4 Variant</t>  <d>14 bytes</d>",
    `<o>0000..000c</o>    <n>value</n>      <t>String</t>           <v>"a"</v>`,
    "<o>0000..0004</o>      <n>header</n>   <t>String header</t>    <t>0x00000004</t>",
    "<o>0004..0008</o>      <n>length</n>   <t>u32</t>              <t>1</t>",
    `<o>0008..0009</o>      <n>text</n>     <t>utf8</t>             <v>"a"</v>`,
    "<o>0009..000c</o>      <n>padding</n>  <t>padding</t>          <d>00 00 00</d>",
    "<o>000c..000e</o>    <n>trailing</n>   <t>bytes</t>            <w>01 02</w>",
    "                <w>warning: 2 bytes left over; Godot ignores them [trailing-bytes]</w>",
  ]);
});

Deno.test("renderTree() widens its ranges with the packet", () => {
  const bytes = encodeVariant(new Uint8Array(70_000));
  assertEquals(renderTree(sourceOf(bytes))[0]?.startsWith("00000..11178  packet"), true);
});
