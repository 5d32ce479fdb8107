import { assert, assertEquals } from "@std/assert";
import {
  collectNotes,
  type Dissection,
  leavesOf,
  type NoteSeverity,
} from "../../../src/bytes/dissection.ts";
import { DecodeError } from "../../../src/errors.ts";
import { decodeVariant } from "../../../src/variant/decode.ts";
import type { DecodeOptions } from "../../../src/variant/decoding.ts";
import { dissectVariant } from "../../../src/variant/dissect.ts";
import { loadMalformedVectors, loadVariantVectors } from "../../support/vectors.ts";

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.replaceAll(" ", ""));
}

/** The nodes of a tree as `name: type = value`, indented. */
function outline(node: Dissection, depth = 0): string[] {
  const value = node.value instanceof Uint8Array ? node.value.toHex() : node.value;
  const shown = value === undefined ? "" : ` = ${value}`;
  const line = `${"  ".repeat(depth)}${node.name}: ${node.type}${shown}`;
  return [line, ...node.children.flatMap((child) => outline(child, depth + 1))];
}

function outlineOf(hex: string, options: DecodeOptions = {}): string[] {
  const [value] = dissectVariant(bytesOf(hex), options).children;
  return value === undefined ? [] : outline(value);
}

Deno.test("dissectVariant() covers the packet: the value, and what is left over", () => {
  const root = dissectVariant(bytesOf("02000000 07000000 aabb"));
  assertEquals([root.name, root.type, root.offset, root.length], [
    "packet",
    "Godot 4 Variant",
    0,
    10,
  ]);
  assertEquals(root.children.map(({ name, offset, length }) => [name, offset, length]), [
    ["value", 0, 8],
    ["trailing", 8, 2],
  ]);
});

const OUTLINES: [what: string, hex: string, options: DecodeOptions, lines: string[]][] = [
  ["Nil", "00000000", {}, ["value: Nil", "  header: Nil header = 0x00000000"]],
  ["bool", "01000000 01000000", {}, [
    "value: bool",
    "  header: bool header = 0x00000001",
    "  value: u32 = true",
  ]],
  ["a 64-bit int", "02000100 0000000001000000", {}, [
    "value: int",
    "  header: int header, 64-bit = 0x00010002",
    "  value: i64 = 4294967296",
  ]],
  ["float", "03000000 0000c03f", {}, [
    "value: float",
    "  header: float header = 0x00000003",
    "  value: f32 = 1.5",
  ]],
  ["String", "04000000 03000000 61626300", {}, [
    "value: String",
    "  header: String header = 0x00000004",
    "  length: u32 = 3",
    "  text: utf8 = abc",
    "  padding: padding = 00",
  ]],
  ["an empty StringName", "15000000 00000000", {}, [
    "value: StringName",
    "  header: StringName header = 0x00000015",
    "  length: u32 = 0",
    "  text: utf8 = ",
  ]],
  ["Rect2i", "08000000 01000000 02000000 03000000 ffffffff", {}, [
    "value: Rect2i",
    "  header: Rect2i header = 0x00000008",
    "  position.x: i32 = 1",
    "  position.y: i32 = 2",
    "  size.x: i32 = 3",
    "  size.y: i32 = -1",
  ]],
  ["Quat of Godot 3", "0a000000 00000000 00000000 00000000 0000803f", { godot: 3 }, [
    "value: Quat",
    "  header: Quat header = 0x0000000a",
    "  x: f32 = 0",
    "  y: f32 = 0",
    "  z: f32 = 0",
    "  w: f32 = 1",
  ]],
  [
    "NodePath",
    "16000000 01000080 01000000 01000000 01000000 61000000 01000000 62000000",
    {},
    [
      "value: NodePath",
      "  header: NodePath header = 0x00000016",
      "  name count: u31 and format bit = 1",
      "  subname count: u32 = 1",
      "  flags: flags, absolute = 0x00000001",
      "  names[0]: text",
      "    length: u32 = 1",
      "    text: utf8 = a",
      "    padding: padding = 000000",
      "  subnames[0]: text",
      "    length: u32 = 1",
      "    text: utf8 = b",
      "    padding: padding = 000000",
    ],
  ],
  ["RID", "17000000 0500000000000000", {}, [
    "value: RID",
    "  header: RID header = 0x00000017",
    "  id: u64 = 5",
  ]],
  ["RID of Godot 3", "10000000", { godot: 3 }, [
    "value: RID",
    "  header: RID header = 0x00000010",
  ]],
  ["Signal", "1a000000 01000000 73000000 0500000000000000", {}, [
    "value: Signal",
    "  header: Signal header = 0x0000001a",
    "  length: u32 = 1",
    "  text: utf8 = s",
    "  padding: padding = 000000",
    "  object id: u64 = 5",
  ]],
  ["an object id", "18000100 0500000000000080", {}, [
    "value: Object",
    "  header: Object header, as id = 0x00010018",
    "  id: u64 = 9223372036854775813",
  ]],
  [
    "an object in full",
    "18000000 04000000 4e6f6465 01000000 01000000 70000000 00000000",
    { allowObjects: true },
    [
      "value: Object",
      "  header: Object header, in full = 0x00000018",
      "  class: text",
      "    length: u32 = 4",
      "    text: utf8 = Node",
      "  property count: i32 = 1",
      '  ["p"]: property',
      "    name: text",
      "      length: u32 = 1",
      "      text: utf8 = p",
      "      padding: padding = 000000",
      "    value: Nil",
      "      header: Nil header = 0x00000000",
    ],
  ],
  ["Dictionary", "1b000000 01000000 15000000 01000000 61000000 02000000 07000000", {}, [
    "value: Dictionary",
    "  header: Dictionary header = 0x0000001b",
    "  count: u32 = 1",
    '  [&"a"]: entry',
    "    key: StringName",
    "      header: StringName header = 0x00000015",
    "      length: u32 = 1",
    "      text: utf8 = a",
    "      padding: padding = 000000",
    "    value: int",
    "      header: int header = 0x00000002",
    "      value: i32 = 7",
  ]],
  ["a typed Dictionary", "1b000d00 02000000 0a000000 7265733a2f2f782e67640000 00000000", {}, [
    'value: Dictionary[int, Resource("res://x.gd")]',
    "  header: Dictionary header, key type builtin, value type script = 0x000d001b",
    "  key type: int = 2",
    "  value type: script",
    "    length: u32 = 10",
    "    text: utf8 = res://x.gd",
    "    padding: padding = 0000",
    "  count: u32 = 0",
  ]],
  ["a typed Array", "1c000100 02000000 01000000 02000000 05000000", {}, [
    "value: Array[int]",
    "  header: Array header, element type builtin = 0x0001001c",
    "  element type: int = 2",
    "  count: u32 = 1",
    "  [0]: int",
    "    header: int header = 0x00000002",
    "    value: i32 = 5",
  ]],
];

Deno.test("dissectVariant() names every field", async (t) => {
  for (const [what, hex, options, lines] of OUTLINES) {
    await t.step(`of ${what}`, () => assertEquals(outlineOf(hex, options), lines));
  }
});

Deno.test("dissectVariant() names entries by their keys, long ones cut", () => {
  const key = "04000000 64000000 " + "61".repeat(100);
  const [value] = dissectVariant(bytesOf(`1b000000 01000000 ${key} 00000000`)).children;
  assertEquals(value?.children.at(-1)?.name, `["${"a".repeat(63)}…]`);
});

interface NoteRow {
  readonly code: string;
  readonly severity: NoteSeverity;
  readonly offset: number;
  readonly message: string;
  readonly hex: string;
  readonly options?: DecodeOptions;
}

const OBJECTS: DecodeOptions = { allowObjects: true };
const GODOT3: DecodeOptions = { godot: 3 };
/** The class `Node`, as it stands in an object. */
const NODE = "04000000 4e6f6465";
/** Note of every object in full; not what these rows are about. */
const OBJECT_NOTE = "class-not-checked";

const NOTES: readonly NoteRow[] = [
  {
    code: "trailing-bytes",
    severity: "warning",
    offset: 8,
    message: "3 bytes left over; Godot ignores them",
    hex: "02000000 07000000 010203",
  },
  {
    code: "trailing-bytes",
    severity: "warning",
    offset: 4,
    message: "1 byte left over; Godot ignores it",
    hex: "00000000 ff",
  },
  {
    code: "non-canonical-width",
    severity: "info",
    offset: 4,
    message: "Godot writes this number in 32 bits",
    hex: "02000100 ffffffffffffffff",
  },
  {
    code: "non-canonical-width",
    severity: "info",
    offset: 4,
    message: "Godot writes this number in 32 bits",
    hex: "03000100 000000000000f03f",
  },
  {
    code: "narrow-nan",
    severity: "info",
    offset: 4,
    message: "Godot writes NaN in 64 bits",
    hex: "03000000 0000c07f",
  },
  {
    code: "bool-value",
    severity: "info",
    offset: 4,
    message: "Godot reads 5 as true, and writes true as 1",
    hex: "01000000 05000000",
  },
  {
    code: "unused-header-bits",
    severity: "info",
    offset: 0,
    message: "Godot never sets header bits 0xfff0ff00 here and ignores them",
    hex: "01fff0ff 00000000",
  },
  {
    code: "unused-header-bits",
    severity: "info",
    offset: 0,
    message: "Godot never sets header bits 0x00010000 here and ignores them",
    hex: "12000100 00000000", // a typed Dictionary of Godot 4 has such bits
    options: GODOT3,
  },
  {
    code: "ignored-wide-flag",
    severity: "warning",
    offset: 0,
    message: "Godot 3 ignores the 64-bit flag here and reads 32-bit floats; " +
      "a 64-bit value of Godot 4 is misread",
    hex: "05000100 00000000 0000803f",
    options: GODOT3,
  },
  {
    code: "wide-reals",
    severity: "info",
    offset: 0,
    message: "64-bit components: the sender is a double-precision build of Godot; " +
      "others write 32 bits",
    hex: "05000100 000000000000f03f 000000000000e03f",
  },
  {
    code: "wide-reals",
    severity: "warning",
    offset: 0,
    message: "64-bit components: the sender is a double-precision build of Godot; " +
      "others round them to 32 bits",
    hex: "23000100 01000000 9a9999999999b93f 000000000000e03f",
  },
  {
    code: "nonzero-padding",
    severity: "info",
    offset: 9,
    message: "padding is 010203; Godot writes zeros and ignores it: " +
      "memory of the sender may have leaked",
    hex: "04000000 01000000 61010203",
  },
  {
    code: "nonzero-padding",
    severity: "info",
    offset: 10,
    message: "padding is 00ff; Godot writes zeros and ignores it: " +
      "memory of the sender may have leaked",
    hex: "1d000000 02000000 050600ff",
  },
  {
    code: "nonzero-padding",
    severity: "info",
    offset: 21,
    message: "padding is 615500: Godot 3 does not clear it in a NodePath, " +
      "so memory of the sender leaks",
    hex: "0f000000 01000080 00000000 00000000 01000000 61615500",
    options: GODOT3,
  },
  {
    code: "missing-padding",
    severity: "info",
    offset: 9,
    message: "3 bytes of padding are missing; Godot accepts that at the end of a packet",
    hex: "1d000000 01000000 05",
  },
  {
    code: "missing-padding",
    severity: "info",
    offset: 18,
    message: "1 byte of padding is missing; Godot accepts that at the end of a packet",
    hex: "1c000000 01000000 1d000000 02000000 0506 00",
  },
  {
    code: "string-nul",
    severity: "warning",
    offset: 8,
    message: 'Godot ends the string at the first NUL: "a"',
    hex: "04000000 03000000 61006200",
  },
  {
    code: "string-nul",
    severity: "warning",
    offset: 8,
    message: 'Godot ends the string at the first NUL: "a"',
    hex: "15000000 03000000 6100ff00", // what follows the NUL need not be UTF-8
  },
  {
    code: "string-nul",
    severity: "warning",
    offset: 12,
    message: 'Godot ends the string at the first NUL: "a"',
    hex: "22000000 01000000 04000000 61006200",
  },
  {
    code: "string-bom",
    severity: "warning",
    offset: 8,
    message: "Godot drops the byte order mark at the start",
    hex: "04000000 04000000 efbbbf78",
  },
  {
    code: "packed-string-terminator",
    severity: "info",
    offset: 12,
    message: "Godot ends each string with one NUL; none here",
    hex: "22000000 01000000 04000000 61616161",
  },
  {
    code: "packed-string-terminator",
    severity: "info",
    offset: 12,
    message: "Godot ends each string with one NUL; none here",
    hex: "22000000 01000000 00000000",
  },
  {
    code: "packed-string-terminator",
    severity: "info",
    offset: 12,
    message: "Godot ends each string with one NUL; 3 here",
    hex: "22000000 01000000 04000000 61000000",
  },
  {
    code: "count-top-bit",
    severity: "info",
    offset: 4,
    message: "Godot ignores the top bit of the count, a mark of old versions: 1",
    hex: "1c000000 01000080 00000000",
  },
  {
    code: "negative-count",
    severity: "warning",
    offset: 4,
    message: "Godot reads a count of -1 as 0",
    hex: "22000000 ffffffff",
  },
  {
    code: "negative-count",
    severity: "warning",
    offset: 12,
    message: "Godot reads a count of -2147483648 as 0",
    hex: `18000000 ${NODE} 00000080`,
    options: OBJECTS,
  },
  {
    code: "node-path-flags",
    severity: "info",
    offset: 12,
    message: "flags 0x00000002: one more subname follows, a form of old versions",
    hex: "16000000 01000080 00000000 02000000 01000000 61000000 01000000 70000000",
  },
  {
    code: "node-path-flags",
    severity: "info",
    offset: 12,
    message: "Godot knows bit 0 only; 0xfffffffc is here",
    hex: "16000000 01000080 00000000 fcffffff 01000000 61000000",
  },
  {
    code: "node-path-root",
    severity: "warning",
    offset: 12,
    message: "Godot 3 reads the path / as the empty path",
    hex: "0f000000 00000080 00000000 01000000",
    options: { godot: 3 },
  },
  {
    code: "node-path-overflow",
    severity: "warning",
    offset: 4,
    message: "name and subname count together overflow 32 bits: Godot reads 0 of them",
    hex: "16000000 ffffffff 01000080 00000000",
  },
  {
    code: "node-path-separator",
    severity: "warning",
    offset: 20,
    message: "a name with / in it; Godot keeps it, but as text the path means another one",
    hex: "16000000 01000080 00000000 00000000 03000000 612f6200",
  },
  {
    code: "node-path-separator",
    severity: "warning",
    offset: 20,
    message: "a name with : in it; Godot keeps it, but as text the path means another one",
    hex: "16000000 00000080 01000000 00000000 03000000 613a6200",
  },
  {
    code: "node-path-empty-name",
    severity: "warning",
    offset: 20,
    message: "an empty name; Godot keeps it, but as text the path means another one",
    hex: "16000000 01000080 00000000 00000000 00000000",
  },
  {
    code: "object-id-zero",
    severity: "info",
    offset: 4,
    message: "Godot reads id 0 as null, and writes null as Nil",
    hex: "18000100 0000000000000000",
  },
  {
    code: "empty-class",
    severity: "info",
    offset: 8,
    message: "Godot reads an empty class as null, and writes null as Nil",
    hex: "18000000 00000000",
    options: OBJECTS,
  },
  {
    code: "empty-class",
    severity: "warning",
    offset: 4,
    message: "Godot reads an empty class as Object",
    hex: "1c000200 00000000 00000000",
    options: OBJECTS,
  },
  {
    code: "duplicate-key",
    severity: "warning",
    offset: 24,
    message: "the same key as at byte 8: Godot keeps one entry, with the last value",
    hex: "1b000000 02000000 04000000 01000000 61000000 00000000" +
      "15000000 01000000 61000000 00000000",
  },
  {
    code: "duplicate-key",
    severity: "warning",
    offset: 20,
    message: "the same key as at byte 8: Godot keeps one entry, with the last value",
    hex: "1b000000 02000000 03000000 00000000 00000000 03000000 00000080 00000000",
  },
  {
    code: "duplicate-property",
    severity: "warning",
    offset: 32,
    message: "set at byte 20 already: the last value stays",
    hex: `18000000 ${NODE} 02000000 01000000 70000000 00000000 01000000 70000000 00000000`,
    options: OBJECTS,
  },
  {
    code: "element-type-nil",
    severity: "info",
    offset: 4,
    message: "Godot reads element type Nil as untyped",
    hex: "1c000100 00000000 00000000",
  },
  {
    code: "element-converted",
    severity: "warning",
    offset: 12,
    message: "Godot converts this float to int",
    hex: "1c000100 02000000 01000000 03000000 00002040",
  },
  {
    code: "element-dropped",
    severity: "warning",
    offset: 12,
    message: "Godot drops this Nil: it should be int",
    hex: "1c000100 02000000 01000000 00000000",
  },
  {
    code: "element-dropped",
    severity: "warning",
    offset: 12,
    message: "Godot drops the entry: its key is Nil and should be int",
    hex: "1b000100 02000000 01000000 00000000 00000000",
  },
  {
    code: "value-kept",
    severity: "warning",
    offset: 16,
    message: "should be String; Godot keeps the int all the same",
    hex: "1b000400 04000000 01000000 00000000 02000000 02000000",
  },
  {
    code: "element-class-replaced",
    severity: "warning",
    offset: 4,
    message: "without objects, Godot reads the element type Node as EncodedObjectAsID",
    hex: `1c000200 ${NODE} 00000000`,
  },
  {
    code: "element-class-replaced",
    severity: "warning",
    offset: 4,
    message: "without objects, Godot reads the element type Object as EncodedObjectAsID",
    hex: "1c000100 18000000 00000000",
  },
  {
    code: "class-not-checked",
    severity: "info",
    offset: 8,
    message: 'Godot refuses the packet with ERR_INVALID_DATA if it cannot instantiate "Node"',
    hex: `18000000 ${NODE} 00000000`,
    options: OBJECTS,
  },
  {
    code: "class-not-checked",
    severity: "info",
    offset: 8,
    message: 'Godot refuses the packet with ERR_UNAVAILABLE if it cannot instantiate "Node"',
    hex: `11000000 ${NODE} 00000000`,
    options: { godot: 3, allowObjects: true },
  },
  {
    code: "class-not-checked",
    severity: "info",
    offset: 4,
    message: 'Godot drops elements that are no "Node"',
    hex: `1c000200 ${NODE} 00000000`,
    options: OBJECTS,
  },
  {
    code: "script-not-checked",
    severity: "info",
    offset: 28,
    message: 'Godot refuses the packet with ERR_INVALID_DATA if it cannot load "res://"',
    hex: `18000000 ${NODE} 01000000 06000000 736372697074 0000` +
      "04000000 06000000 7265733a2f2f 0000",
    options: OBJECTS,
  },
  {
    code: "script-not-checked",
    severity: "info",
    offset: 4,
    message: 'Godot refuses the packet with ERR_INVALID_DATA if it cannot load "res://"',
    hex: "1c000300 06000000 7265733a2f2f 0000 00000000",
    options: OBJECTS,
  },
];

Deno.test("dissectVariant() remarks on what Godot never writes or reads differently", async (t) => {
  for (const { hex, options = {}, ...expected } of NOTES) {
    await t.step(`${expected.code}: ${hex}`, () => {
      const found = collectNotes(dissectVariant(bytesOf(hex), options));
      const others = expected.code === OBJECT_NOTE ? [] : [OBJECT_NOTE];
      assertEquals(found.filter(({ code }) => !others.includes(code)), [expected]);
    });
  }
});

Deno.test("dissectVariant() remarks on a signalling NaN besides its width", () => {
  const found = collectNotes(dissectVariant(bytesOf("03000000 0100807f")));
  assertEquals(found.map(({ code, severity, offset }) => [code, severity, offset]), [
    ["narrow-nan", "info", 4],
    ["signalling-nan", "warning", 4],
  ]);
});

Deno.test("dissectVariant() has nothing to remark on what Godot writes", async (t) => {
  for (const godot of [4, 3] as const) {
    const vectors = loadVariantVectors(godot).filter(({ hasFullObjects }) => !hasFullObjects);
    for (const { name, bytes } of vectors) {
      await t.step(`Godot ${godot} ${name}`, () => {
        const codes = collectNotes(dissectVariant(bytes, { godot })).map(({ code }) => code);
        assertEquals(codes, name === "string-bom" ? ["string-bom"] : []); // Godot writes that one
      });
    }
  }
});

Deno.test("dissectVariant() remarks on accepted bytes that Godot writes differently", async (t) => {
  for (const { name, bytes, hex, allowObjects, isAccepted, reencoded } of loadMalformedVectors()) {
    if (!isAccepted || reencoded === null || reencoded === hex) continue;
    if (name === "tarray-builtin-object-allowed-id") continue; // an id becomes an object that holds it
    await t.step(name, () => {
      assert(collectNotes(dissectVariant(bytes, { allowObjects })).length > 0);
    });
  }
});

Deno.test("dissectVariant() puts the error of decodeVariant() where it belongs", async (t) => {
  for (const { name, bytes, allowObjects } of loadMalformedVectors()) {
    const error = errorOf(bytes, { allowObjects });
    await t.step(name, () => {
      const root = dissectVariant(bytes, { allowObjects });
      const errors = collectNotes(root).filter(({ severity }) => severity === "error");
      assertEquals(
        errors.map(({ code, offset, message }) => [code, offset, message]),
        error === null ? [] : [[error.code, Math.min(error.offset, bytes.length), error.problem]],
      );
    });
  }
});

function errorOf(bytes: Uint8Array, options: DecodeOptions): DecodeError | null {
  try {
    decodeVariant(bytes, options);
    return null;
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

const BROKEN: [what: string, hex: string, options: DecodeOptions, leaf: string][] = [
  ["nothing at all", "", {}, "unparsed@0"],
  ["a header that is cut off", "0400", {}, "unparsed@0"],
  ["an unknown type", "27000000 ffff", {}, "header@0"],
  ["a value that is cut off", "05000000 00000000", {}, "unparsed@4"],
  ["a length that is too long", "04000000 05000000 61", {}, "length@4"],
  ["a negative length", "04000000 ffffffff 61", {}, "length@4"],
  ["bytes that are not UTF-8", "04000000 02000000 c0800000", {}, "text@8"],
  ["a count that is too large", "1e000000 02000000 00000000", {}, "count@4"],
  ["a negative count", "23000000 ffffffff", {}, "count@4"],
  ["a path of an old form", "16000000 01000000 61000000", {}, "length@4"],
  ["an element type that does not exist", "1c000100 27000000 00000000", {}, "element type@4"],
  ["a missing element", "1c000000 01000000", {}, "unparsed@8"],
  [
    "an element behind missing padding",
    "1c000000 02000000 1d000000 01000000 05",
    {},
    "unparsed@17",
  ],
];

Deno.test("dissectVariant() blames one leaf for an error", async (t) => {
  for (const [what, hex, options, leaf] of BROKEN) {
    await t.step(what, () => {
      const leaves = leavesOf(dissectVariant(bytesOf(hex), options));
      const blamed = leaves.filter(({ notes }) =>
        notes.some(({ severity }) => severity === "error")
      );
      assertEquals(blamed.map(({ name, offset }) => `${name}@${offset}`), [leaf]);
    });
  }
});

Deno.test("dissectVariant() keeps what was read before an error", () => {
  const hex =
    "1b000000 02000000 02000000 01000000 01000000 01000000 02000000 02000000 04000000 ffff";
  const root = dissectVariant(bytesOf(hex));
  assertEquals(root.children[0]?.children.map(({ name }) => name), [
    "header",
    "count",
    "[1]",
    "[2]",
  ]);
  const rest = leavesOf(root).at(-1);
  assertEquals([rest?.type, rest?.offset, rest?.length], ["unparsed", 36, 2]);
});

Deno.test("dissectVariant() reads a class that begins with NUL as null, as Godot does", () => {
  const hex = "18000000 02000000 00410000 02000000";
  const codes = collectNotes(dissectVariant(bytesOf(hex), OBJECTS)).map(({ code }) => code);
  assertEquals(codes, ["string-nul", "empty-class", "trailing-bytes"]);
});

Deno.test("dissectVariant() takes a view of a larger buffer", () => {
  const bytes = bytesOf("ffffff 04000000 03000000 61626300 ffff").subarray(3, 15);
  assertEquals(collectNotes(dissectVariant(bytes)), []);
  assertEquals(leavesOf(dissectVariant(bytes)).map(({ offset }) => offset), [0, 4, 8, 11]);
});
