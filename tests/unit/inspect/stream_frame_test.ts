import { assertEquals } from "@std/assert";
import { collectNotes, type Dissection, leavesOf } from "../../../src/bytes/dissection.ts";
import { renderHexdump } from "../../../src/inspect/render_hexdump.ts";
import { framedSource } from "../../../src/inspect/stream_frame.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";

function framed(hex: string): ReturnType<typeof framedSource> {
  const bytes = Uint8Array.fromHex(hex);
  return framedSource({ name: "packet", bytes, root: dissectVariant(bytes) });
}

/** Where the leaves begin and how long they are. */
function rangesOf(root: Dissection): [number, number][] {
  return leavesOf(root).map(({ offset, length }) => [offset, length]);
}

Deno.test("framedSource() shows the length as the first field, and the packet behind it", () => {
  const { bytes, root } = framed("0200000007000000");
  assertEquals(bytes.toHex(), "08000000" + "0200000007000000");
  assertEquals([root.offset, root.length], [0, 12]);
  assertEquals(rangesOf(root), [[0, 4], [4, 4], [8, 4]]);
  assertEquals(leavesOf(root).map(({ value }) => value), [8, "0x00000002", 7]);
});

Deno.test("framedSource() keeps notes at their places", () => {
  const { root } = framed("020000000700");
  assertEquals(rangesOf(root), [[0, 4], [4, 4], [8, 2]]);
  assertEquals(collectNotes(root).map(({ offset, code }) => [offset, code]), [
    [8, "ERR_INVALID_DATA"],
  ]);
});

Deno.test("framedSource() shows an empty packet and one without parts", () => {
  assertEquals(framed("").bytes.toHex(), "00000000");
  assertEquals(collectNotes(framed("").root).length, 1);
  const leaf = { name: "text", type: "utf8", value: "hi", notes: [], children: [] };
  const source = framedSource({
    name: "p",
    bytes: Uint8Array.of(0x68, 0x69),
    root: { ...leaf, offset: 0, length: 2 },
  });
  assertEquals(rangesOf(source.root), [[0, 4], [4, 2]]);
});

Deno.test("names in a dump of a frame are those of the packet alone", () => {
  const names = renderHexdump(framed("0200000007000000")).slice(1).map((row) =>
    row.slice(41).split("  ")[0]?.trim()
  );
  assertEquals(names, ["frame length", "header", "value"]);
});
