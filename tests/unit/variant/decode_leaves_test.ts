import { assert, assertEquals } from "@std/assert";
import { decodeVariant } from "../../../src/variant/decode.ts";
import { fixedComponents, fixedLayout, typeName } from "../../../src/variant/layout.ts";
import { NodePath, Rid, type Variant, variantTypeOf } from "../../../src/variant/types.ts";
import { doubles, floats, refusalOf, SAMPLES, text, upTo, wire } from "../../support/wire.ts";

const FLAG_64 = 0x10000;

/** The math types and Color, with what they are made of. */
const FIXED = SAMPLES.flatMap(({ name, value, bytes, godot3 }) => {
  const type = variantTypeOf(value);
  const layout = fixedLayout(type);
  return layout === null ? [] : [{ name, type, value, layout, bytes, godot3 }];
});

Deno.test("leaves are read from the bytes that both generations write", async (t) => {
  for (const { name, value, bytes, godot3 } of SAMPLES) {
    await t.step(name, () => {
      assertEquals(decodeVariant(bytes), value);
      if (godot3 !== null) assertEquals(decodeVariant(godot3, { godot: 3 }), value);
    });
  }
});

Deno.test("math types are read from 64-bit floats, too, without rounding", async (t) => {
  for (const { name, type, value, layout } of FIXED.filter((row) => row.layout.scalar === "real")) {
    await t.step(name, () => {
      const components = upTo(layout.members.length);
      assertEquals(decodeVariant(wire(FLAG_64 | type, doubles(...components))), value);
      const tenths = components.map((i) => i / 10);
      const wide = decodeVariant(wire(FLAG_64 | type, doubles(...tenths)));
      assertEquals(wide, layout.create(tenths));
    });
  }
});

Deno.test("the 64-bit flag means nothing where numbers have one width", async (t) => {
  for (const { name, bytes, value } of FIXED.filter((row) => row.layout.scalar !== "real")) {
    await t.step(name, () => assertEquals(decodeVariant(flagged(bytes)), value));
  }
  for (const { name, godot3, value } of FIXED) {
    if (godot3 === null) continue;
    await t.step(`${name} in Godot 3`, () => {
      assertEquals(decodeVariant(flagged(godot3), { godot: 3 }), value);
    });
  }
});

function flagged(bytes: Uint8Array): Uint8Array {
  return bytes.with(2, 1);
}

Deno.test("math types that are cut off say what they need, in their generation's name", async (t) => {
  for (const { name, type, layout, bytes, godot3 } of FIXED) {
    const size = 4 * layout.members.length;
    const expected = (godot: 3 | 4, needs: number): unknown => ({
      code: "ERR_INVALID_DATA",
      reason: "truncated",
      offset: 4,
      path: [],
      message: `Cannot decode ${typeName(type, godot)} at byte 4: ` +
        `needs ${needs} bytes, ${needs - 1} left`,
    });
    await t.step(name, () => {
      const cut = (packet: Uint8Array): Uint8Array => packet.subarray(0, -1);
      assertEquals(refusalOf(() => decodeVariant(cut(bytes))), expected(4, size));
      if (godot3 !== null) {
        assertEquals(refusalOf(() => decodeVariant(cut(godot3), { godot: 3 })), expected(3, size));
      }
      if (layout.scalar !== "real") return;
      const wide = wire(FLAG_64 | type, doubles(...upTo(layout.members.length)));
      assertEquals(refusalOf(() => decodeVariant(cut(wide))), expected(4, 2 * size));
    });
  }
});

Deno.test("32-bit components are the exact doubles of what is on the wire", () => {
  const tenth = decodeVariant(wire(5, floats(0.1, -0)));
  assert(typeof tenth === "object" && tenth !== null && "x" in tenth && "y" in tenth);
  assertEquals(tenth.x, 0.10000000149011612);
  assert(Object.is(tenth.y, -0));
});

Deno.test("Basis has rows on the wire and columns in the value, Projection has columns", () => {
  const basis = decodeVariant(wire(17, floats(1, 2, 3, 4, 5, 6, 7, 8, 9)));
  const projection = decodeVariant(wire(19, floats(...upTo(16))));
  assert(typeof basis === "object" && basis !== null && "type" in basis && basis.type === 17);
  assertEquals([basis.x.x, basis.x.y, basis.x.z, basis.y.x], [1, 4, 7, 2]);
  assertEquals(fixedComponents(basis), upTo(9));
  assert(typeof projection === "object" && projection !== null && "type" in projection);
  assert(projection.type === 19);
  assertEquals([projection.x.x, projection.x.y, projection.x.w, projection.y.x], [1, 2, 4, 5]);
});

Deno.test("NodePath is read in every form that the engine takes", async (t) => {
  const [a, b] = [text("a"), text("b")];
  const rows: [what: string, packet: Uint8Array, path: NodePath][] = [
    ["empty", wire(22, 0x80000000, 0, 0), new NodePath([], [], false)],
    ["the root", wire(22, 0x80000000, 0, 1), new NodePath([], [], true)],
    ["subnames alone", wire(22, 0x80000000, 2, 0, a, b), new NodePath([], ["a", "b"], false)],
    [
      "one more subname by flag 2",
      wire(22, 0x80000001, 0, 3, a, b),
      new NodePath(["a"], ["b"], true),
    ],
    [
      "flags without a meaning",
      wire(22, 0x80000001, 0, 0xfffffffc, a),
      new NodePath(["a"], [], false),
    ],
    ["counts that add up to 0", wire(22, 0xffffffff, 0x80000001, 0), new NodePath([], [], false)],
    [
      "a subname count that wraps",
      wire(22, 0x80000001, 0xffffffff, 2, a),
      new NodePath(["a"], [], false),
    ],
  ];
  for (const [what, packet, path] of rows) {
    await t.step(what, () => assertEquals(decodeVariant(packet), path));
  }
});

Deno.test("paths, ids and signals say what is wrong with them", async (t) => {
  const data = "ERR_INVALID_DATA";
  const rows: [packet: Uint8Array, code: string, reason: string, offset: number, what: string][] = [
    [wire(22, "0000"), data, "truncated", 4, "NodePath name count: needs 4 bytes, 2 left"],
    [wire(22, 0x80000000, 0), data, "truncated", 4, "NodePath header: needs 12 bytes, 8 left"],
    [
      wire(22, 0x7fffffff),
      ...[data, "legacy-node-path", 4] as const,
      "NodePath: the form of Godot before 2.0, a plain string, is not supported",
    ],
    [
      wire(22, 0x80000001, 1, 0, text("a")),
      ...[data, "truncated", 24] as const,
      "NodePath subname length: needs 4 bytes, 0 left",
    ],
    [
      wire(22, 0x80000002, 0, 0, text("a"), 5, 0),
      ...["ERR_FILE_EOF", "truncated", 24] as const,
      "NodePath name: its length says 8 bytes with padding, 4 left",
    ],
    [wire(23, 0, "00"), data, "truncated", 4, "RID: needs 8 bytes, 5 left"],
    [wire(FLAG_64 | 24, 0), data, "truncated", 4, "Object id: needs 8 bytes, 4 left"],
    [wire(26), data, "truncated", 4, "Signal name length: needs 4 bytes, 0 left"],
    [wire(26, text("a"), 0), data, "truncated", 12, "Signal object id: needs 8 bytes, 4 left"],
    [
      wire(21, 1, "ff000000"),
      ...[data, "bad-utf8", 8] as const,
      "StringName: its bytes are not valid UTF-8",
    ],
  ];
  for (const [packet, code, reason, offset, what] of rows) {
    await t.step(what, () => {
      const message = `Cannot decode ${what.replace(":", ` at byte ${offset}:`)}`;
      assertEquals(refusalOf(() => decodeVariant(packet)), {
        code,
        reason,
        offset,
        path: [],
        message,
      });
    });
  }
});

Deno.test("ids are unsigned 64-bit numbers", () => {
  const most = "ffffffff ffffffff";
  const idOf = (packet: Uint8Array): unknown => {
    const value: Variant = decodeVariant(packet);
    return typeof value === "object" && value !== null && "id" in value ? value.id : value;
  };
  assertEquals(idOf(wire(23, most)), 2n ** 64n - 1n);
  assertEquals(idOf(wire(FLAG_64 | 24, most)), 2n ** 64n - 1n);
  assertEquals(idOf(wire(FLAG_64 | 24, 0, 0)), 0n);
  assertEquals(decodeVariant(wire(16), { godot: 3 }), new Rid(0n));
});
