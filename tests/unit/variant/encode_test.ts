import { assert, assertEquals, assertThrows } from "@std/assert";
import { EncodeError, type PathStep } from "../../../src/errors.ts";
import { decodeVariant, VariantDecoder } from "../../../src/variant/decode.ts";
import { type EncodeOptions, encodeVariant, VariantEncoder } from "../../../src/variant/encode.ts";
import { variantEquals } from "../../../src/variant/equals.ts";
import {
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  PackedStringArray,
  Rid,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
  Vector2,
} from "../../../src/variant/types.ts";
import { doubles, encodeRefusalOf, floats, SAMPLES, text, upTo, wire } from "../../support/wire.ts";

const FULL: EncodeOptions = { fullObjects: true };

Deno.test("encodeVariant() takes the shortest form that keeps the value", async (t) => {
  const rows: [value: Variant, bytes: Uint8Array][] = [
    [false, wire(1, 0)],
    [2n ** 31n - 1n, wire(2, 0x7fffffff)],
    [2n ** 31n, wire(0x10002, 0x80000000, 0)],
    [-(2n ** 31n), wire(2, 0x80000000)],
    [-(2n ** 31n) - 1n, wire(0x10002, 0x7fffffff, 0xffffffff)],
    [2n ** 63n - 1n, wire(0x10002, 0xffffffff, 0x7fffffff)],
    [-(2n ** 63n), wire(0x10002, 0, 0x80000000)],
    [0.5, wire(3, floats(0.5))],
    [-0, wire(3, 0x80000000)],
    [-Infinity, wire(3, 0xff800000)],
    [0.1, wire(0x10003, doubles(0.1))],
    [2 ** -149, wire(3, 1)],
    [2 ** -150, wire(0x10003, doubles(2 ** -150))],
    [NaN, wire(0x10003, 0, 0x7ff80000)],
    ["", wire(4, 0)],
    ["abcde", wire(4, text("abcde"))],
  ];
  for (const [value, bytes] of rows) {
    await t.step(`${value}`, () => assertEquals(encodeVariant(value).toHex(), bytes.toHex()));
  }
});

Deno.test("ints beyond 64 bits are refused", async (t) => {
  for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n, 10n ** 30n]) {
    await t.step(`${value}`, () => {
      assertEquals(encodeRefusalOf(() => encodeVariant(value)), {
        code: "ERR_INVALID_PARAMETER",
        path: [],
        message: `Cannot encode the value: int ${value} does not fit 64 bits`,
      });
    });
  }
});

Deno.test("errors name the place in the value, whatever leads to it", async (t) => {
  const bad = 2n ** 63n;
  const rows: [value: Variant, path: PathStep[], written: string][] = [
    [new VariantArray([1n, bad]), [1], "$[1]"],
    [new VariantDictionary(["k"], [bad]), ["k"], `$["k"]`],
    [new VariantDictionary([new StringName("k")], [bad]), ["k"], `$["k"]`],
    [new VariantDictionary([-2n], [bad]), [-2n], "$[-2]"],
    [new VariantDictionary([1n, bad], [1n, 2n]), [{ key: 1 }], "$.keys()[1]"],
    [new VariantDictionary([1n, 1.5], [1n, bad]), [{ entry: 1 }], "$.values()[1]"],
    [new VariantDictionary([new Vector2(1, 2)], [bad]), [{ entry: 0 }], "$.values()[0]"],
    [new EncodedObject("Node", [{ name: "p", value: bad }]), ["p"], `$["p"]`],
    [
      new VariantArray([
        null,
        new EncodedObject("Node", [
          { name: "p", value: new VariantDictionary([new VariantArray([bad])], [null]) },
        ]),
      ]),
      [1, "p", { key: 0 }, 0],
      `$[1]["p"].keys()[0][0]`,
    ],
  ];
  const encoder = new VariantEncoder(FULL);
  for (const [value, path, written] of rows) {
    await t.step(written, () => {
      assertEquals(encodeRefusalOf(() => encoder.encode(value)), {
        code: "ERR_INVALID_PARAMETER",
        path,
        message: `Cannot encode ${written}: int 9223372036854775808 does not fit 64 bits`,
      });
    });
  }
});

Deno.test("VariantEncoder goes on as if nothing had been after an error", () => {
  const encoder = new VariantEncoder();
  const bad = new VariantArray(["x".repeat(9000), new VariantArray([new Rid(-1n)])]);
  for (let i = 0; i < 3; i++) {
    assertEquals(encodeRefusalOf(() => encoder.encode(bad)).path, [1, 0]);
    assertEquals(encodeRefusalOf(() => encoder.encode(2n ** 63n)).path, []);
    assertEquals(encoder.encode("abc").toHex(), wire(4, text("abc")).toHex());
  }
});

Deno.test("VariantEncoder writes keys that come again as it wrote them first", async (t) => {
  const rows: [what: string, keys: readonly Variant[]][] = [
    ["short names", ["name", "score", "pos", "alive"]],
    ["lengths from 1 to 33", Array.from({ length: 33 }, (_, i) => "k".repeat(i + 1))],
    ["names that are not ASCII", ["name", "größe"]],
    ["other keys among them", ["name", 7n, new StringName("name")]],
    ["the same key twice", ["name", "name"]],
  ];
  for (const [what, keys] of rows) {
    await t.step(what, () => {
      const value = new VariantArray([
        new VariantDictionary(keys, keys.map((_, i) => BigInt(i))),
        new VariantDictionary([...keys], keys.map(() => null)),
        new VariantDictionary([...keys].reverse(), keys.map(() => "value")),
      ]);
      const encoder = new VariantEncoder();
      for (let i = 0; i < 4; i++) assertEquals(encoder.encode(value), encodeVariant(value));
    });
  }
});

Deno.test("VariantEncoder refuses keys that it knows where they are too deep or have no room", () => {
  const encoder = new VariantEncoder();
  const entry = new VariantDictionary(["first", "second"], [1n, 2n]);
  for (let i = 0; i < 3; i++) encoder.encode(entry);
  let deep: Variant = entry;
  for (let i = 0; i < MAX_DEPTH; i++) deep = new VariantArray([deep]);
  const { code, path } = encodeRefusalOf(() => encoder.encode(deep));
  assertEquals([code, path.at(-1)], ["ERR_OUT_OF_MEMORY", { key: 0 }]);
  const target = new Uint8Array(encoder.encode(entry).length - 12);
  const noRoom = encodeRefusalOf(() => encoder.encodeInto(entry, target));
  assertEquals([noRoom.code, noRoom.path], ["ERR_OUT_OF_MEMORY", [{ key: 1 }]]);
});

Deno.test("values nest 1024 levels deep, through arrays, keys, values and properties", async (t) => {
  const ways: [what: string, nest: (inner: Variant) => Variant, step: PathStep, last: PathStep][] =
    [
      ["arrays", (inner) => new VariantArray([inner]), 0, 0],
      ["keys", (inner) => new VariantDictionary([inner], [null]), { key: 0 }, { key: 0 }],
      ["values", (inner) => new VariantDictionary(["k"], [inner]), "k", { key: 0 }],
      ["properties", (value) => new EncodedObject("N", [{ name: "p", value }]), "p", "p"],
    ];
  for (const [what, nest, step, last] of ways) {
    await t.step(what, () => {
      const encoder = new VariantEncoder(FULL);
      let value: Variant = 7n;
      for (let i = 0; i < MAX_DEPTH; i++) value = nest(value);
      assert(encoder.encode(value).length > 8 * MAX_DEPTH);
      const { code, path, message } = encodeRefusalOf(() => encoder.encode(nest(value)));
      assertEquals(code, "ERR_OUT_OF_MEMORY");
      assertEquals(path, [...Array(MAX_DEPTH).fill(step), last]);
      assert(message.endsWith(": Variant is too deep: more than 1024 levels of nesting"), message);
    });
  }
});

Deno.test("VariantEncoder.encodeInto() takes exactly the room it needs, for each type", async (t) => {
  const encoder = new VariantEncoder(FULL);
  const others: [name: string, value: Variant][] = [
    ["64-bit int", 2n ** 40n],
    ["64-bit float", 0.1],
    ["long text", "x".repeat(50)],
    ["object", new EncodedObject("Node", [{ name: "p", value: null }])],
    ["object without a class", new EncodedObject("", [])],
    ["typed array", new VariantArray([], { kind: "script", path: "res://a.gd" })],
    ["typed dictionary", new VariantDictionary([], [], { kind: "builtin", type: 2 }, null)],
  ];
  const rows = [...SAMPLES.map(({ name, value }) => [name, value] as const), ...others];
  for (const [name, value] of rows) {
    await t.step(name, () => {
      const packet = encodeVariant(value, FULL);
      const target = new Uint8Array(packet.length + 16).fill(0xee);
      const room = target.subarray(4, 4 + 7 + packet.length);
      assertEquals(encoder.encodeInto(value, room, 7), packet.length);
      const around = "ee".repeat(11) + packet.toHex() + "ee".repeat(5);
      assertEquals(target.toHex(), around);

      const tight = new Uint8Array(packet.length + 16).fill(0xee);
      const error = encodeRefusalOf(() =>
        encoder.encodeInto(value, tight.subarray(4, 4 + 7 + packet.length - 1), 7)
      );
      assertEquals(error.code, "ERR_OUT_OF_MEMORY");
      const why = `: it takes more than the ${packet.length - 1} bytes there are`;
      assert(error.message.endsWith(why), error.message);
      assertEquals(tight.subarray(0, 11).toHex(), "ee".repeat(11));
      assertEquals(tight.subarray(-6).toHex(), "ee".repeat(6));
      assertEquals(encoder.encode(value).toHex(), packet.toHex());
    });
  }
});

Deno.test("VariantEncoder.encodeInto() names the part for which there is no room", () => {
  const encoder = new VariantEncoder();
  const value = new VariantDictionary(["a", "b"], [new VariantArray([1n, 2n]), null]);
  const paths = new Map<number, readonly PathStep[]>();
  const size = encodeVariant(value).length;
  for (let room = 0; room < size; room += 4) {
    const target = new Uint8Array(room);
    paths.set(room, encodeRefusalOf(() => encoder.encodeInto(value, target)).path);
  }
  const expected: [rooms: number[], path: PathStep[]][] = [
    [[0, 4], []],
    [[8, 12, 16], [{ key: 0 }]],
    [[20, 24], ["a"]],
    [[28, 32], ["a", 0]],
    [[36, 40], ["a", 1]],
    [[44, 48, 52], [{ key: 1 }]],
    [[56], ["b"]],
  ];
  assertEquals(
    paths,
    new Map(expected.flatMap(([rooms, path]) => rooms.map((room) => [room, path]))),
  );
});

Deno.test("VariantEncoder grows for values of every size, and reads back the same", async (t) => {
  const rows: [what: string, make: (size: number) => Variant][] = [
    ["ASCII", (size) => "x".repeat(size)],
    ["two bytes a character", (size) => "é".repeat(size / 2)],
    ["three bytes a character", (size) => "語".repeat(size / 3)],
    ["four bytes a character", (size) => "😀".repeat(size / 4)],
    ["bytes", (size) => new Uint8Array(size).fill(7)],
    ["floats", (size) => new Float64Array(size / 8).fill(0.1)],
    ["ints", (size) => new VariantArray(upTo(Math.floor(size / 8)).map(BigInt))],
    ["strings", (size) => new PackedStringArray(["", "", "語".repeat(size / 3), "a"])],
    ["many strings", (size) => new PackedStringArray(upTo(Math.floor(size / 8)).map(String))],
  ];
  for (const [what, make] of rows) {
    await t.step(what, () => {
      for (const size of [4000, 4068, 4084, 4088, 4092, 4096, 5000, 8187, 8196, 9001, 100_001]) {
        const encoder = new VariantEncoder();
        const value = make(size);
        assert(variantEquals(decodeVariant(encoder.encode(value)), value), `${size} bytes`);
        assertEquals(encoder.encode(7n).toHex(), wire(2, 7).toHex());
      }
    });
  }
});

Deno.test("objects are written in full where they are wanted", async (t) => {
  const rows: [object: EncodedObject, bytes: Uint8Array][] = [
    [new EncodedObject("Node", []), wire(24, text("Node"), 0)],
    [
      new EncodedObject("Node", [{ name: "p", value: 7n }, { name: "p", value: "x" }]),
      wire(24, text("Node"), 2, text("p"), 2, 7, text("p"), 4, text("x")),
    ],
    [new EncodedObject("", []), wire(24, 0)],
  ];
  for (const [object, bytes] of rows) {
    await t.step(`${object.className} with ${object.properties.length} properties`, () => {
      assertEquals(encodeVariant(object, FULL).toHex(), bytes.toHex());
      const godot3 = encodeVariant(object, { ...FULL, godot: 3 });
      assertEquals(godot3.toHex(), "11" + bytes.toHex().slice(2));
      assertEquals(encodeRefusalOf(() => encodeVariant(new VariantArray([object]))), {
        code: "ERR_INVALID_PARAMETER",
        path: [0],
        message: `Cannot encode $[0]: an object of class ${object.className} needs full objects`,
      });
    });
  }
});

Deno.test("typed containers are written as the engine writes their types", async (t) => {
  const asId = text("EncodedObjectAsID");
  const rows: [
    what: string,
    type: ElementType,
    kind: number,
    full: string,
    plain: string | null,
  ][] = [
    ["int", { kind: "builtin", type: VariantType.Int }, 1, wire(2).toHex(), null],
    ["Object", { kind: "builtin", type: VariantType.Object }, 1, wire(24).toHex(), asId],
    ["a class", { kind: "class", className: "Node" }, 2, text("Node"), asId],
    ["no class", { kind: "class", className: "" }, 1, wire(24).toHex(), asId],
    ["a script", { kind: "script", path: "res://a.gd" }, 3, text("res://a.gd"), asId],
  ];
  for (const [what, type, kind, full, plain] of rows) {
    const plainKind = plain === null ? kind : 2;
    const cases: [options: EncodeOptions, kind: number, hex: string][] = [
      [FULL, kind, full],
      [{}, plainKind, plain ?? full],
    ];
    for (const [options, kind, hex] of cases) {
      await t.step(`${what}, full objects: ${options === FULL}`, () => {
        const packet = (value: Variant): string => encodeVariant(value, options).toHex();
        const array = wire(28 | kind << 16, hex, 1, 0).toHex();
        assertEquals(packet(new VariantArray([null], type)), array);
        const keyed = wire(27 | kind << 16, hex, 0).toHex();
        assertEquals(packet(new VariantDictionary([], [], type, null)), keyed);
        const valued = wire(27 | kind << 18, hex, 1, 0, 0).toHex();
        assertEquals(packet(new VariantDictionary([null], [null], null, type)), valued);
        const both = wire(27 | kind << 16 | kind << 18, hex, hex, 0).toHex();
        assertEquals(packet(new VariantDictionary([], [], type, type)), both);
      });
    }
  }
});

Deno.test("Godot 3 has no typed containers", () => {
  const int: ElementType = { kind: "builtin", type: VariantType.Int };
  const values = [
    new VariantArray([], int),
    new VariantDictionary([], [], int, null),
    new VariantDictionary([], [], null, int),
  ];
  for (const value of values) {
    assertEquals(encodeRefusalOf(() => encodeVariant(new VariantArray([value]), { godot: 3 })), {
      code: "ERR_INVALID_PARAMETER",
      path: [0],
      message: "Cannot encode $[0]: Godot 3 has no typed arrays and dictionaries",
    });
  }
});

/** Quiet NaNs whose payload must survive, as 64 bits, and what they are in 32 bits. */
const NAN64 = "000000a0 0100f8ff";
const NAN32 = "0d00c0ff";

/** Packets of values with a NaN in them, each in a place of its own; they encode to themselves. */
function packetsWithNaN(): [what: string, packet: Uint8Array<ArrayBuffer>][] {
  const nan = wire(0x10003, NAN64).toHex();
  const [a, b] = [wire(4, text("a")).toHex(), wire(4, text("b")).toHex()];
  const fixed = SAMPLES.filter(({ name }) =>
    /Vector[234]$|Rect2$|Transform|Plane|Quat|AABB|Basis|Proj|Color$/.test(name)
  );
  const packed = [[32, 1], [35, 2], [36, 3], [37, 4], [38, 4]] as const;
  return [
    ["a float", wire(nan)],
    ["an array of floats", wire(28, 3, nan, nan, nan)],
    ["a float behind an int and before a string", wire(28, 3, 2, 7, nan, a)],
    ["a float behind a run of ints", wire(28, 6, "02000000 07000000".repeat(5), nan)],
    ["keys", wire(27, 2, nan, 0, nan, 1, 1)],
    ["values", wire(27, 2, a, nan, b, nan)],
    ["values of other keys", wire(27, 2, 2, 1, nan, nan, nan)],
    ["a property", wire(24, text("Node"), 1, text("p"), nan)],
    ["nested arrays", wire(28, 2, 28, 1, nan, 28, 2, nan, nan)],
    ...fixed.flatMap(({ name, bytes }) => {
      const count = (bytes.length - 4) / 4;
      return upTo(count).map((i): [string, Uint8Array<ArrayBuffer>] => {
        const packet = bytes.slice();
        packet.set(wire(NAN32), 4 * i);
        return [`${name}, component ${i}`, packet];
      });
    }),
    ["PackedFloat64Array", wire(33, 2, NAN64, NAN64)],
    ...packed.map(([type, stride]): [string, Uint8Array<ArrayBuffer>] => [
      `packed array ${type}`,
      wire(type, 2, NAN32.repeat(2 * stride)),
    ]),
  ];
}

Deno.test("NaNs keep their payload everywhere, also in optimised code", () => {
  const packets = packetsWithNaN();
  assertEquals(packets.length, 9 + 74 + 6); // 74 components of math types and Color
  const decoder = new VariantDecoder({ allowObjects: true });
  const encoder = new VariantEncoder(FULL);
  const hexes = packets.map(([, packet]) => packet.toHex());
  for (let round = 0; round < 250; round++) { // of about 90 packets each: more than 20,000
    for (const [i, [what, packet]] of packets.entries()) {
      const hex = encoder.encode(decoder.decode(packet)).toHex();
      if (hex !== hexes[i]) assertEquals(hex, hexes[i], `${what}, round ${round}`);
    }
  }
});

Deno.test("NaNs keep their payload where one kind of value comes all the time", async (t) => {
  for (const [what, packet] of packetsWithNaN().slice(0, 9)) {
    await t.step(what, () => {
      const decoder = new VariantDecoder({ allowObjects: true });
      const encoder = new VariantEncoder(FULL);
      const expected = packet.toHex();
      for (let round = 0; round < 20_000; round++) {
        const hex = encoder.encode(decoder.decode(packet)).toHex();
        if (hex !== expected) assertEquals(hex, expected, `round ${round}`);
      }
    });
  }
});

/** What the codec makes of a packet, three times, in an isolate where it has not run before. */
async function recodedAnew(packet: Uint8Array): Promise<string[]> {
  const folder = new URL("../../../src/variant/", import.meta.url).href;
  const program = `
    import { decodeVariant } from "${folder}decode.ts";
    import { encodeVariant } from "${folder}encode.ts";
    const recode = (packet) =>
      encodeVariant(decodeVariant(packet, { allowObjects: true }), { fullObjects: true }).toHex();
    self.onmessage = ({ data }) => self.postMessage([recode(data), recode(data), recode(data)]);
  `;
  const url = `data:text/javascript,${encodeURIComponent(program)}`;
  const worker = new Worker(url, { type: "module" });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(packet);
    return await promise;
  } finally {
    worker.terminate();
  }
}

Deno.test("NaNs keep their payload from the first packet on", async (t) => {
  for (const [what, packet] of packetsWithNaN().slice(0, 9)) { // arrays learn with what they hold
    await t.step(what, async () => {
      assertEquals(await recodedAnew(packet), Array(3).fill(packet.toHex()));
    });
  }
});

Deno.test("NaNs in 64-bit components are written in 32 bit with what fits of their payload", async (t) => {
  const rows: [what: string, wide: Uint8Array, narrow: Uint8Array][] = [
    ["Vector2", wire(0x10005, NAN64, NAN64), wire(5, NAN32, NAN32)],
    ["Vector3", wire(0x10009, NAN64.repeat(3)), wire(9, NAN32.repeat(3))],
    ["Quaternion", wire(0x1000f, NAN64.repeat(4)), wire(15, NAN32.repeat(4))],
    ["Basis", wire(0x10011, NAN64.repeat(9)), wire(17, NAN32.repeat(9))],
    ["PackedVector2Array", wire(0x10023, 1, NAN64.repeat(2)), wire(35, 1, NAN32.repeat(2))],
    ["PackedVector3Array", wire(0x10024, 1, NAN64.repeat(3)), wire(36, 1, NAN32.repeat(3))],
    ["PackedVector4Array", wire(0x10026, 1, NAN64.repeat(4)), wire(38, 1, NAN32.repeat(4))],
    ["a 32-bit float", wire(3, NAN32), wire(0x10003, NAN64)], // alone it gets wider
  ];
  for (const [what, packet, written] of rows) {
    await t.step(what, () => {
      const decoder = new VariantDecoder();
      const encoder = new VariantEncoder();
      const expected = written.toHex();
      for (let round = 0; round < 20_000; round++) {
        const hex = encoder.encode(decoder.decode(packet)).toHex();
        if (hex !== expected) assertEquals(hex, expected, `round ${round}`);
      }
    });
  }
});

Deno.test("VariantEncoder.encodeInto() refuses an offset beyond the target", () => {
  const encoder = new VariantEncoder();
  for (const offset of [8, 9]) {
    assertThrows(() => encoder.encodeInto(null, new Uint8Array(8), offset), EncodeError);
  }
});
