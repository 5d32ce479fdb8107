import { assert, assertEquals } from "@std/assert";
import { createView } from "../../../../src/commands/encode/views.ts";
import { encodeVariant } from "../../../../src/variant/encode.ts";
import { EncodedObject, Quaternion, type Variant } from "../../../../src/variant/types.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const QUATERNION = new Quaternion(1, 2, 3, 4);

async function view(
  form: Parameters<typeof createView>[0],
  value: Variant,
  options: { readonly godot?: 3 | 4; readonly fullObjects?: boolean } = {},
): Promise<string> {
  const io = memoryIo();
  const encoding = { godot: 4, fullObjects: false, ...options } as const;
  createView(form, io.output, encoding)(value, encodeVariant(value, encoding), 1);
  await io.output.flush();
  return io.stdoutText();
}

Deno.test("createView() prints text in the names of the chosen version", async () => {
  assertEquals(await view("text", QUATERNION), "Quaternion(1, 2, 3, 4)\n");
  assertEquals(await view("text", QUATERNION, { godot: 3 }), "Quat(1, 2, 3, 4)\n");
});

Deno.test("createView() prints an object a line, with the bytes in it", async () => {
  const line = JSON.parse(await view("json", 7n));
  assertEquals(line, {
    index: 1,
    size: 8,
    ok: true,
    type: "int",
    value: 7,
    text: "7",
    hex: "0200000007000000",
  });
  assertEquals(JSON.parse(await view("native", 7n)).value, "i:7");
});

Deno.test("createView() prints trees, of objects sent in full too", async () => {
  const node = new EncodedObject("Node", []);
  const tree = await view("tree", node, { fullObjects: true });
  assert(tree.includes("value 2"), tree);
  assert(tree.includes("Node") && !tree.includes("error"), tree);
});
