import { assertEquals, assertThrows } from "@std/assert";
import { EncodeError } from "../../../src/errors.ts";
import { TextWriter } from "../../../src/variant/text_writer.ts";
import {
  EncodedObject,
  MAX_DEPTH,
  Quaternion,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
} from "../../../src/variant/types.ts";

const INT = { kind: "builtin", type: VariantType.Int } as const;
const NODE = { kind: "class", className: "Node" } as const;

const WRITTEN: [value: Variant, text: string][] = [
  [5n, "5"],
  [new VariantArray([]), "[]"],
  [new VariantArray([1n, "a", new VariantArray([])]), '[1, "a", []]'],
  [new VariantArray([1n], INT), "Array[int]([1])"],
  [new VariantArray(["x"], INT), 'Array[int](["x"])'],
  [new VariantArray([], NODE), "Array[Node]([])"],
  [new VariantDictionary([], []), "{}"],
  [new VariantDictionary(["z", "a"], [1n, 2]), '{"z": 1, "a": 2.0}'],
  [new VariantDictionary(["a", "a"], [1n, 2n]), '{"a": 1, "a": 2}'],
  [
    new VariantDictionary([new StringName("k"), null], [true, new VariantDictionary([], [])]),
    '{&"k": true, null: {}}',
  ],
  [new VariantDictionary([1n], ["a"], INT), 'Dictionary[int, Variant]({1: "a"})'],
  [new VariantDictionary([], [], null, NODE), "Dictionary[Variant, Node]({})"],
  [new EncodedObject("RefCounted", []), "Object(RefCounted,)"],
  [
    new EncodedObject("Resource", [
      { name: "a", value: 1n },
      { name: "a", value: new VariantArray([]) },
      { name: 'b"', value: null },
    ]),
    'Object(Resource, "a": 1, "a": [], "b\\"": null)',
  ],
  [new EncodedObject("", []), 'Object("",)'],
  [new EncodedObject("my class", [{ name: "x", value: 1n }]), 'Object("my class", "x": 1)'],
  [new EncodedObject("id", []), "Object(id,)"],
];

Deno.test("TextWriter.write() writes containers in the order of the wire", async (t) => {
  for (const [value, text] of WRITTEN) {
    await t.step(text, () => assertEquals(new TextWriter(4).write(value), text));
  }
});

Deno.test("TextWriter.write() uses the names of Godot 3 inside of containers", () => {
  const value = new VariantArray([new VariantDictionary(["q"], [new Quaternion(0, 0, 0, 1)])]);
  assertEquals(new TextWriter(3).write(value), '[{"q": Quat(0, 0, 0, 1)}]');
});

function nested(depth: number, wrap: (inner: Variant) => Variant): Variant {
  let value: Variant = 7n;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

const WRAPPERS: [name: string, wrap: (inner: Variant) => Variant][] = [
  ["arrays", (inner) => new VariantArray([inner])],
  ["keys", (inner) => new VariantDictionary([inner], [1n])],
  ["values", (inner) => new VariantDictionary([1n], [inner])],
  ["objects", (inner) => new EncodedObject("A", [{ name: "a", value: inner }])],
];

Deno.test("TextWriter.write() nests as deep as a packet can, and no deeper", async (t) => {
  for (const [name, wrap] of WRAPPERS) {
    await t.step(name, () => {
      const text = new TextWriter(4).write(nested(MAX_DEPTH, wrap));
      assertEquals(text.match(/7/g)?.length, 1);
      const tooDeep = nested(MAX_DEPTH + 1, wrap);
      const error = assertThrows(() => new TextWriter(4).write(tooDeep), EncodeError);
      assertEquals(error.code, "ERR_OUT_OF_MEMORY");
    });
  }
});

Deno.test("TextWriter.write() refuses a value that holds itself", () => {
  const items: Variant[] = [];
  const loop = new VariantArray(items);
  items.push(loop);
  assertThrows(() => new TextWriter(4).write(loop), EncodeError, "too deep");
});
