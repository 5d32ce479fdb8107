import { assert, assertEquals, assertLessOrEqual, assertStrictEquals } from "@std/assert";
import type { PathStep } from "../../../src/errors.ts";
import { type DecodeOptions, decodeVariant, VariantDecoder } from "../../../src/variant/decode.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import {
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  type Variant,
  VariantArray,
  VariantDictionary,
  Vector2,
} from "../../../src/variant/types.ts";
import { doubles, floats, type Refusal, refusalOf, text, wire } from "../../support/wire.ts";

const OBJECTS: DecodeOptions = { allowObjects: true };

function truncated(offset: number, path: PathStep[], message: string): Refusal {
  return { code: "ERR_INVALID_DATA", reason: "truncated", offset, path, message };
}

Deno.test("decodeVariant() reads scalars in every form that the engine takes", async (t) => {
  const rows: [packet: Uint8Array, value: Variant][] = [
    [wire(0), null],
    [wire(1, 0), false],
    [wire(1, 0x80000000), true],
    [wire(2, 0x80000000), -(2n ** 31n)],
    [wire(0x10002, 0, 0x80000000), -(2n ** 63n)],
    [wire(0x10002, 7, 0), 7n],
    [wire(3, floats(0.1)), Math.fround(0.1)],
    [wire(0x10003, doubles(0.1)), 0.1],
    [wire(4, 0), ""],
    [wire(4, 5, "61626364 65", "ffffff"), "abcde"],
    [wire(0xfffeff02, 7), 7n], // what no type uses of the header
    [wire(0xffffff00), null],
    [wire(2, 7, "ff"), 7n], // trailing bytes
  ];
  for (const [packet, value] of rows) {
    await t.step(packet.toHex(), () => assertEquals(decodeVariant(packet), value));
  }
});

Deno.test("decodeVariant() refuses headers that are cut off or name no type", async (t) => {
  const unknown = (type: number, last: number): Refusal => ({
    code: "ERR_INVALID_DATA",
    reason: "unknown-type",
    offset: 0,
    path: [],
    message:
      `Cannot decode Variant at byte 0: type ${type} does not exist, the last one is ${last}`,
  });
  const header = "Cannot decode Variant header at byte 0: needs 4 bytes";
  const rows: [packet: Uint8Array, godot: 3 | 4, refusal: Refusal][] = [
    [wire(), 4, truncated(0, [], `${header}, 0 left`)],
    [wire("020000"), 4, truncated(0, [], `${header}, 3 left`)],
    [wire(39), 4, unknown(39, 38)],
    [wire(0x100ff), 4, unknown(255, 38)],
    [wire(27), 3, unknown(27, 26)],
    [wire(255), 3, unknown(255, 26)],
  ];
  for (const [packet, godot, refusal] of rows) {
    await t.step(`Godot ${godot} ${packet.toHex()}`, () => {
      assertEquals(refusalOf(() => decodeVariant(packet, { godot })), refusal);
    });
  }
});

Deno.test("decodeVariant() says what a scalar that is cut off needs", async (t) => {
  for (
    const [header, name, size] of [
      [1, "bool", 4],
      [2, "int", 4],
      [0x10002, "int", 8],
      [3, "float", 4],
      [0x10003, "float", 8],
    ] as const
  ) {
    await t.step(`${name} of ${size} bytes`, () => {
      const packet = wire(header, "00".repeat(size - 1));
      const message = `Cannot decode ${name} at byte 4: needs ${size} bytes, ${size - 1} left`;
      assertEquals(refusalOf(() => decodeVariant(packet)), truncated(4, [], message));
    });
  }
});

Deno.test("VariantDecoder.decodeAt() reads values one behind the other, and says where each ends", () => {
  const decoder = new VariantDecoder();
  const values: Variant[] = [7n, "abc", new VariantArray([1n, null]), new Vector2(1, 2), true];
  const packets = values.map((value) => encodeVariant(value));
  const buffer = wire("eeeeee", ...packets.map((packet) => packet.toHex()), "ee").subarray(1);
  let offset = 2;
  for (const [i, value] of values.entries()) {
    assertEquals(decoder.decodeAt(buffer, offset), value);
    assertEquals(decoder.end, packets[i]?.length);
    offset += decoder.end;
  }
  assertEquals(offset, buffer.length - 1);
});

Deno.test("VariantDecoder.decodeAt() reads no further than the end it is given", () => {
  const decoder = new VariantDecoder();
  const packet = wire(28, 2, 2, 1, 4, text("abcde"));
  const buffer = wire("eeeeeeee ee", packet.toHex(), "61".repeat(40));
  assertEquals(decoder.decodeAt(buffer, 5, 5 + packet.length), new VariantArray([1n, "abcde"]));
  for (let size = 0; size < packet.length; size++) {
    assert(refusalOf(() => decoder.decodeAt(buffer, 5, 5 + size)).offset <= size);
  }
  assertEquals(
    refusalOf(() => decoder.decodeAt(buffer, 5, 5 + packet.length - 1)),
    {
      code: "ERR_FILE_EOF",
      reason: "truncated",
      offset: 20, // from the start of the packet, not of the buffer
      path: [1],
      message: "Cannot decode String at byte 20 ($[1]): " +
        "its length says 8 bytes with padding, 7 left",
    },
  );
});

Deno.test("errors name the place in the value, whatever leads to it", async (t) => {
  const bad = 0xff;
  const [k, name] = [text("k"), text("name")];
  const vector = wire(5, floats(1, 2)).toHex();
  const rows: [packet: Uint8Array, path: PathStep[], written: string][] = [
    [wire(28, 2, 0, bad), [1], "$[1]"],
    [wire(27, 1, 4, k, bad), ["k"], `$["k"]`],
    [wire(27, 1, 4, text(""), bad), [""], `$[""]`],
    [wire(27, 1, 4, text('"'), bad), ['"'], String.raw`$["\""]`],
    [wire(27, 1, 21, k, bad), ["k"], `$["k"]`],
    [wire(27, 1, 2, 0xfffffffe, bad), [-2n], "$[-2]"],
    [wire(27, 2, 0, 0, bad), [{ key: 1 }], "$.keys()[1]"],
    [wire(27, 2, 4, k, 0, bad), [{ key: 1 }], "$.keys()[1]"],
    [wire(27, 2, 0, 0, vector, bad), [{ entry: 1 }], "$.values()[1]"],
    [wire(27, 1, 3, floats(1), bad), [{ entry: 0 }], "$.values()[0]"],
    [wire(24, text("Node"), 2, name, 0, k, bad), ["k"], `$["k"]`],
    [wire(27, 1, 28, 1, bad), [{ key: 0 }, 0], "$.keys()[0][0]"],
    [
      wire(28, 3, 0, 0, 27, 1, 4, name, 24, text("Node"), 1, k, 27, 1, vector, 28, 1, bad),
      [2, "name", "k", { entry: 0 }, 0],
      `$[2]["name"]["k"].values()[0][0]`,
    ],
  ];
  for (const [packet, path, written] of rows) {
    await t.step(written, () => {
      for (const decoder of [decodeVariant, remembering(packet)]) {
        const offset = packet.length - 4;
        assertEquals(refusalOf(() => decoder(packet, OBJECTS)), {
          code: "ERR_INVALID_DATA",
          reason: "unknown-type",
          offset,
          path,
          message: `Cannot decode Variant at byte ${offset} (${written}): ` +
            "type 255 does not exist, the last one is 38",
        });
      }
    });
  }
});

/** A decoder that has seen the packet with something right in place of its wrong end. */
function remembering(packet: Uint8Array): (packet: Uint8Array) => Variant {
  const decoder = new VariantDecoder(OBJECTS);
  const right = wire(packet.subarray(0, -4).toHex(), "00".repeat(40));
  for (let i = 0; i < 3; i++) decoder.decode(right);
  return (packet) => decoder.decode(packet);
}

Deno.test("VariantDecoder goes on as if nothing had been after an error", () => {
  const decoder = new VariantDecoder(OBJECTS);
  const good = wire(27, 2, 4, text("a"), 28, 1, 2, 7, 4, text("b"), 4, text("text"));
  const value = new VariantDictionary(["a", "b"], [new VariantArray([7n]), "text"]);
  for (let round = 0; round < 4; round++) {
    for (let size = 0; size < good.length; size++) {
      const once = refusalOf(() => decodeVariant(good.subarray(0, size)));
      assertEquals(refusalOf(() => decoder.decode(good.subarray(0, size))), once);
      assertEquals(decoder.decode(good), value);
      assertEquals(decoder.end, good.length);
    }
  }
});

Deno.test("arrays and dictionaries heed 31 bits of their count", () => {
  assertEquals(decodeVariant(wire(28, 0x80000001, 0)), new VariantArray([null]));
  assertEquals(decodeVariant(wire(27, 0x80000000)), new VariantDictionary([], []));
  const message = (name: string): string =>
    `Cannot decode ${name} count at byte 4: needs 4 bytes, 2 left`;
  assertEquals(
    refusalOf(() => decodeVariant(wire(28, "0000"))),
    truncated(4, [], message("Array")),
  );
  assertEquals(
    refusalOf(() => decodeVariant(wire(27, "0000"))),
    truncated(4, [], message("Dictionary")),
  );
});

/** How many array slots are asked for while something runs. */
function slotsMadeBy(run: () => void): number {
  const original = globalThis.Array;
  let slots = 0;
  globalThis.Array = new Proxy(original, {
    construct(target, args, newTarget): object {
      if (typeof args[0] === "number") slots += args[0];
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    run();
  } finally {
    globalThis.Array = original;
  }
  return slots;
}

Deno.test("counts that lie make no more slots than the packet has words, nested or not", async (t) => {
  const many = 0x7fffffff;
  const rows: [what: string, packet: Uint8Array][] = [
    ["an array", wire(28, many, "00".repeat(4000))],
    ["nested arrays", wire(...Array(1000).fill([28, many]).flat(), "00".repeat(4000))],
    ["nested dictionaries", wire(...Array(1000).fill([27, many]).flat(), "00".repeat(4000))],
    ["dictionaries in values", wire(...Array(500).fill([27, many, 0]).flat(), "00".repeat(4000))],
    ["arrays side by side", wire(28, 500, ...Array(499).fill([28, 1, 0]).flat(), 28, many)],
  ];
  for (const [what, packet] of rows) {
    await t.step(what, () => {
      for (const decoder of [new VariantDecoder(), { decode: decodeVariant }]) {
        const slots = slotsMadeBy(() => refusalOf(() => decoder.decode(packet)));
        assertLessOrEqual(slots, packet.length / 4);
        assert(slots > 100, "the slots of the decoder are counted");
      }
    });
  }
});

interface Nesting {
  readonly what: string;
  /** What comes before the value one level deeper, and what after it. */
  readonly before: readonly (number | string)[];
  readonly after?: readonly number[];
  readonly step: PathStep;
  /** Where it gets too deep, when it is not at the value. */
  readonly lastStep?: PathStep;
  readonly bytesBack?: number;
}

const NESTINGS: readonly Nesting[] = [
  { what: "arrays", before: [28, 1], step: 0 },
  { what: "keys", before: [27, 1], after: [0], step: { key: 0 } },
  {
    what: "values",
    before: [27, 1, 4, text("k")],
    step: "k",
    lastStep: { key: 0 }, // it is at that depth, too, and comes first
    bytesBack: 12,
  },
  { what: "properties", before: [24, text("Node"), 1, text("p")], step: "p" },
];

Deno.test("values nest 1024 levels deep, through arrays, keys, values and properties", async (t) => {
  for (const { what, before, after = [], step, lastStep = step, bytesBack = 0 } of NESTINGS) {
    await t.step(what, () => {
      const decoder = new VariantDecoder(OBJECTS);
      const nested = (levels: number): Uint8Array =>
        wire(...Array(levels).fill(before).flat(), 2, 7, ...Array(levels).fill(after).flat());
      for (let i = 0; i < 3; i++) {
        const deepest = nested(MAX_DEPTH);
        assert(decoder.decode(deepest) !== null);
        assertEquals(decoder.end, deepest.length);
        const { code, reason, offset, path, message } = refusalOf(() =>
          decoder.decode(nested(MAX_DEPTH + 1))
        );
        assertEquals([code, reason], ["ERR_OUT_OF_MEMORY", "too-deep"]);
        assertEquals(offset, wire(...before).length * (MAX_DEPTH + 1) - bytesBack);
        assertEquals(path, [...Array(MAX_DEPTH).fill(step), lastStep]);
        assert(
          message.endsWith(": Variant is too deep: more than 1024 levels of nesting"),
          message,
        );
      }
    });
  }
});

Deno.test("keys at the deepest level are too deep, also those that are known", () => {
  const decoder = new VariantDecoder();
  const entry = [27, 1, 4, text("key"), 0];
  for (let i = 0; i < 3; i++) decoder.decode(wire(...entry));
  const nested = (levels: number): Uint8Array =>
    wire(...Array(levels).fill([28, 1]).flat(), ...entry);
  assert(decoder.decode(nested(MAX_DEPTH - 1)) !== null);
  const { reason, offset, path } = refusalOf(() => decoder.decode(nested(MAX_DEPTH)));
  assertEquals([reason, offset], ["too-deep", 8 * MAX_DEPTH + 8]);
  assertEquals(path, [...Array(MAX_DEPTH).fill(0), { key: 0 }]);
  const empty = wire(...Array(MAX_DEPTH).fill([28, 1]).flat(), 27, 0);
  assert(decoder.decode(empty) !== null);
});

Deno.test("typed containers are read in each kind, with and without objects", async (t) => {
  const rows: [what: string, packet: Uint8Array, value: Variant][] = [
    ["Array[int]", wire(0x1001c, 2, 1, 2, 7), new VariantArray([7n], builtin(2))],
    ["a type of 0", wire(0x1001c, 0, 0), new VariantArray([])],
    ["the last type", wire(0x1001c, 38, 0), new VariantArray([], builtin(38))],
    ["items that do not fit", wire(0x1001c, 2, 1, 0), new VariantArray([null], builtin(2))],
    ["a class", wire(0x2001c, text("Node"), 0), new VariantArray([], nodeType)],
    ["a script", wire(0x3001c, text("res://a.gd"), 0), new VariantArray([], scriptType)],
    [
      "a key type",
      wire(0x1001b, 4, 1, 4, text("k"), 0),
      new VariantDictionary(["k"], [null], builtin(4)),
    ],
    [
      "a value type",
      wire(0x4001b, 2, 0),
      new VariantDictionary([], [], null, builtin(2)),
    ],
    [
      "both types",
      wire(0xe001b, text("Node"), text("res://a.gd"), 0),
      new VariantDictionary([], [], nodeType, scriptType),
    ],
  ];
  for (const [what, packet, value] of rows) {
    await t.step(what, () => {
      assertEquals(decodeVariant(packet), value);
      assertEquals(decodeVariant(packet, OBJECTS), value);
      const inArray = wire(28, 1, packet.toHex());
      assertEquals(decodeVariant(inArray), new VariantArray([value]));
    });
  }
});

function builtin(type: 2 | 4 | 38): ElementType {
  return { kind: "builtin", type };
}
const nodeType: ElementType = { kind: "class", className: "Node" };
const scriptType: ElementType = { kind: "script", path: "res://a.gd" };

Deno.test("typed containers say what is wrong with their type", async (t) => {
  const data = "ERR_INVALID_DATA";
  const badType = "its element type 39 does not exist";
  const badPath = String.raw`its script path "user://a.gd" does not begin with res://`;
  const rows: [packet: Uint8Array, code: string, reason: string, offset: number, what: string][] = [
    [wire(0x1001c, 39, 0), data, "bad-container-type", 4, `Array at byte 4: ${badType}`],
    [wire(0x5001b, 2, 39), data, "bad-container-type", 8, `Dictionary at byte 8: ${badType}`],
    [wire(0x1001c), data, "truncated", 4, "element type at byte 4: needs 4 bytes, 0 left"],
    [wire(0x2001c), data, "truncated", 4, "element class length at byte 4: needs 4 bytes, 0 left"],
    [
      wire(0x3001c, 4),
      ...["ERR_FILE_EOF", "truncated", 4] as const,
      "element script at byte 4: its length says 4 bytes with padding, 0 left",
    ],
    [
      wire(0x3001c, text("user://a.gd"), 0),
      data,
      "bad-script-path",
      4,
      `Array at byte 4: ${badPath}`,
    ],
    [
      wire(0xd001b, 2, text("user://a.gd"), 0),
      ...[data, "bad-script-path", 8] as const,
      `Dictionary at byte 8: ${badPath}`,
    ],
  ];
  for (const [packet, code, reason, offset, what] of rows) {
    await t.step(what, () => {
      const refusal = { code, reason, offset, path: [], message: `Cannot decode ${what}` };
      assertEquals(refusalOf(() => decodeVariant(packet, OBJECTS)), refusal);
    });
  }
  await t.step("script paths do not matter where objects are not allowed", () => {
    const decoded = decodeVariant(wire(0x3001c, text("user://a.gd"), 0));
    assertEquals(decoded, new VariantArray([], { kind: "script", path: "user://a.gd" }));
  });
});

Deno.test("Godot 3 has no typed containers: the bits mean nothing to it", () => {
  assertEquals(decodeVariant(wire(0x10013, 1, 0), { godot: 3 }), new VariantArray([null]));
  assertEquals(decodeVariant(wire(0xf0012, 0), { godot: 3 }), new VariantDictionary([], []));
});

Deno.test("objects are read in full where they are allowed", async (t) => {
  const [node, script] = [text("Node"), text("script")];
  const rows: [what: string, packet: Uint8Array, value: Variant][] = [
    ["no properties", wire(24, node, 0), new EncodedObject("Node", [])],
    ["a negative count", wire(24, node, 0xffffffff), new EncodedObject("Node", [])],
    ["no class, and so no count", wire(24, 0), new EncodedObject("", [])],
    [
      "a name that comes twice",
      wire(24, node, 2, text("p"), 2, 1, text("p"), 0),
      new EncodedObject("Node", [{ name: "p", value: 1n }, { name: "p", value: null }]),
    ],
    [
      "a script",
      wire(24, node, 1, script, 4, text("res://a.gd")),
      new EncodedObject("Node", [{ name: "script", value: "res://a.gd" }]),
    ],
    [
      "a script of null",
      wire(24, node, 1, script, 0),
      new EncodedObject("Node", [{ name: "script", value: null }]),
    ],
  ];
  for (const [what, packet, value] of rows) {
    await t.step(what, () => assertEquals(decodeVariant(packet, OBJECTS), value));
  }
});

Deno.test("objects in full are refused where they are not allowed, and when their script is wrong", async (t) => {
  const [node, script] = [text("Node"), text("script")];
  const rows: [packet: Uint8Array, options: DecodeOptions, refusal: Refusal][] = [
    [wire(28, 1, 24, node, 0), {}, {
      code: "ERR_UNAUTHORIZED",
      reason: "object-not-allowed",
      offset: 8,
      path: [0],
      message: "Cannot decode Object at byte 8 ($[0]): " +
        "the packet holds a full object, and objects are not allowed",
    }],
    [wire(24, node, 1, script, 2, 7), OBJECTS, {
      code: "ERR_INVALID_DATA",
      reason: "bad-script-path",
      offset: 28,
      path: ["script"],
      message: `Cannot decode Object at byte 28 ($["script"]): its script property is not a String`,
    }],
    [wire(24, node, 1, script, 4, text("a.gd")), OBJECTS, {
      code: "ERR_INVALID_DATA",
      reason: "bad-script-path",
      offset: 28,
      path: ["script"],
      message: `Cannot decode Object at byte 28 ($["script"]): ` +
        `its script path "a.gd" does not begin with res://`,
    }],
    [
      wire(24, node),
      OBJECTS,
      truncated(12, [], "Cannot decode Object property count at byte 12: needs 4 bytes, 0 left"),
    ],
    [
      wire(24, node, 1),
      OBJECTS,
      truncated(
        16,
        [],
        "Cannot decode Object property name length at byte 16: needs 4 bytes, 0 left",
      ),
    ],
  ];
  for (const [packet, options, refusal] of rows) {
    await t.step(refusal.message, () => {
      assertEquals(refusalOf(() => decodeVariant(packet, options)), refusal);
    });
  }
});

Deno.test("Godot 3 does not look at script properties", () => {
  const packet = wire(17, text("Node"), 1, text("script"), 2, 7);
  const value = new EncodedObject("Node", [{ name: "script", value: 7n }]);
  assertEquals(decodeVariant(packet, { godot: 3, allowObjects: true }), value);
});

/** A dictionary's packet: its keys as they are on the wire, its values the ints from 0 on. */
function dictionaryPacket(keys: readonly string[]): Uint8Array<ArrayBuffer> {
  return wire(27, keys.length, ...keys.flatMap((key, i) => [key, 2, i]));
}

const key = (name: string): string => wire(4, text(name)).toHex();
const NAMES = ["position", "k1", "", "x".repeat(32), "k4"];
const KEYS = NAMES.map(key);

const OTHER_KEYS: readonly [what: string, hex: string, value: Variant][] = [
  ["another text", key("other"), "other"],
  ["a longer text", key("x".repeat(33)), "x".repeat(33)],
  ["a text that is not ASCII", key("né"), "né"],
  ["a text with dirty padding", wire(4, 2, "6b31ffff").toHex(), "k1"],
  ["a text with idle header bits", wire(0xff04, text("k1")).toHex(), "k1"],
  ["a text with NUL", key("k1\0"), "k1\0"],
  ["an int", wire(2, 7).toHex(), 7n],
  ["nil", wire(0).toHex(), null],
];

Deno.test("VariantDecoder sees another key at every index of keys that it knows", async (t) => {
  const names: readonly Variant[] = NAMES;
  const values = names.map((_, i) => BigInt(i));
  for (const [what, hex, other] of OTHER_KEYS) {
    await t.step(what, () => {
      const decoder = new VariantDecoder();
      for (const index of KEYS.keys()) {
        for (let i = 0; i < 3; i++) {
          const known = decoder.decode(dictionaryPacket(KEYS));
          assertEquals(known, new VariantDictionary(names, values));
        }
        for (let i = 0; i < 3; i++) {
          const decoded = decoder.decode(dictionaryPacket(KEYS.with(index, hex)));
          assertEquals(decoded, new VariantDictionary(names.with(index, other), values));
        }
      }
    });
  }
});

Deno.test("VariantDecoder shares the keys of dictionaries that are alike, decodeVariant() does not", () => {
  const decoder = new VariantDecoder();
  const packet = dictionaryPacket(KEYS);
  const keysOf = (value: Variant): readonly Variant[] => {
    assert(value instanceof VariantDictionary);
    return value.keys;
  };
  for (let i = 0; i < 2; i++) decoder.decode(packet);
  assertStrictEquals(keysOf(decoder.decode(packet)), keysOf(decoder.decode(packet)));
  assert(keysOf(decodeVariant(packet)) !== keysOf(decodeVariant(packet)));
});

Deno.test("VariantDecoder says where a dictionary of known keys is cut off", () => {
  const decoder = new VariantDecoder();
  const packet = dictionaryPacket(KEYS);
  for (let i = 0; i < 3; i++) decoder.decode(packet);
  for (let size = 0; size < packet.length; size++) {
    const cut = packet.subarray(0, size);
    assertEquals(refusalOf(() => decoder.decode(cut)), refusalOf(() => decodeVariant(cut)));
  }
});
