import { assertEquals } from "@std/assert";
import { MessageShapes } from "../../../src/inspect/message_shapes.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { readText } from "../../../src/variant/text_reader.ts";

function count(shapes: MessageShapes, bytes: Uint8Array): boolean {
  const { buffer, byteOffset, byteLength } = bytes;
  return shapes.count(bytes, new DataView(buffer, byteOffset, byteLength), 0, byteLength);
}

const bytesOf = (text: string): Uint8Array => encodeVariant(readText(text));

Deno.test("MessageShapes counts packets, bytes and sizes by shape, the costly first", () => {
  const shapes = new MessageShapes({});
  for (let i = 0; i < 100; i++) {
    count(shapes, bytesOf(`{"n": ${i}}`));
    count(shapes, bytesOf(`{"s": "${"x".repeat(i)}"}`));
  }
  count(shapes, bytesOf("[1, 2]"));
  assertEquals(
    shapes.list().map(({ shape, packets, min, max }) => [shape, packets, min, max]),
    [
      ["Dictionary{s: String}", 100, 28, 128],
      ["Dictionary{n: int}", 100, 28, 28],
      ["Array[int]", 1, 24, 24],
    ],
  );
  const bytes = shapes.list().map(({ bytes }) => bytes);
  assertEquals(bytes[1], 2800);
});

Deno.test("MessageShapes counts what does not decode by its error", () => {
  const shapes = new MessageShapes({});
  assertEquals(count(shapes, Uint8Array.of(99, 0, 0, 0)), false);
  assertEquals(count(shapes, Uint8Array.of()), false);
  assertEquals(shapes.list().map(({ shape, isError, packets }) => [shape, isError, packets]), [
    ["ERR_INVALID_DATA", true, 2],
  ]);
});

Deno.test("MessageShapes reads Godot 3", () => {
  const shapes = new MessageShapes({ godot: 3 });
  for (let i = 0; i < 5; i++) {
    count(shapes, encodeVariant(readText("Quaternion(0, 0, 0, 1)"), { godot: 3 }));
  }
  assertEquals(shapes.list().map(({ shape, packets }) => [shape, packets]), [["Quat", 5]]);
});

Deno.test("MessageShapes folds rare shapes together when there are too many", () => {
  const shapes = new MessageShapes({}, 20);
  const often = bytesOf('{"often": 1}');
  count(shapes, Uint8Array.of(99, 0, 0, 0));
  for (let i = 0; i < 500; i++) {
    count(shapes, often);
    count(shapes, bytesOf(`{"key${i}": 1}`));
  }
  const list = shapes.list();
  assertEquals(list.length <= 20, true);
  assertEquals(list.find(({ shape }) => shape === "Dictionary{often: int}")?.packets, 500);
  assertEquals(list.find(({ isError }) => isError)?.packets, 1);
  const kept = list.reduce((sum, { packets }) => sum + packets, 0);
  assertEquals(kept + shapes.folded.packets, 1001);
  assertEquals(shapes.foldedCount > 400, true);
  assertEquals([shapes.folded.min, shapes.folded.max], [28, 32]);
});
