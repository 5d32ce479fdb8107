import { assertEquals } from "@std/assert";
import { decodeVariant, VariantDecoder } from "../../../src/variant/decode.ts";
import { MIN_RUN, readRun } from "../../../src/variant/decode_runs.ts";
import { Decoding } from "../../../src/variant/decoding.ts";
import { MAX_DEPTH, type Variant, VariantArray } from "../../../src/variant/types.ts";
import { doubles, refusalOf, text, wire } from "../../support/wire.ts";

interface Item {
  readonly value: Variant;
  readonly hex: string;
}

function item(value: Variant, ...parts: (number | string)[]): Item {
  return { value, hex: wire(...parts).toHex() };
}

const int = (value: number): Item => item(BigInt(value), 2, value >>> 0);
const string = (value: string): Item => item(value, 4, text(value));

const INTS: readonly Item[] = [0, 1, -1, 127, 1023, 1024, -129, 2 ** 31 - 1, -(2 ** 31)].map(int);
const STRINGS: readonly Item[] = ["", "a", "four", "\0", "x".repeat(15), "y".repeat(16)].map(
  string,
);

/** What is no part of a run. */
const ODD: readonly [what: string, item: Item][] = [
  ["nil", item(null, 0)],
  ["a bool", item(true, 1, 1)],
  ["a float", item(0.1, 0x10003, doubles(0.1))],
  ["a 64-bit int", item(2n ** 40n, 0x10002, 0, 256)],
  ["an int with idle header bits", item(7n, 0xfff00002, 7)],
  ["a string that is not ASCII", string("né")],
  ["a string of 16 bytes that is not ASCII", string("x".repeat(14) + "é")],
  ["a string of 17 bytes", string("x".repeat(17))],
  ["a string of 300 bytes", string("x".repeat(300))],
  ["a string with idle header bits", item("a", 0xff04, text("a"))],
  ["a string with dirty padding", item("a", 4, 1, "61ffffff")],
  ["an array of ints", item(new VariantArray([1n, 2n, 3n, 4n]), 28, 4, 2, 1, 2, 2, 2, 3, 2, 4)],
];

function packetOf(items: readonly Item[]): Uint8Array<ArrayBuffer> {
  return wire(28, items.length, ...items.map(({ hex }) => hex));
}

Deno.test("arrays are the same with something odd at every place of a run", async (t) => {
  for (const [what, odd] of ODD) {
    await t.step(what, () => {
      for (const run of [INTS, STRINGS]) {
        for (let at = 0; at <= run.length; at++) {
          const items = run.toSpliced(at, 0, odd);
          const expected = new VariantArray(items.map(({ value }) => value));
          assertEquals(decodeVariant(packetOf(items)), expected, `at ${at}`);
          const followed = packetOf([...items, ...STRINGS, ...INTS, odd]);
          const more = [...items, ...STRINGS, ...INTS, odd].map(({ value }) => value);
          assertEquals(decodeVariant(followed), new VariantArray(more), `at ${at}, more behind`);
        }
      }
    });
  }
});

Deno.test("arrays of any length are the same, whatever else the buffer holds", () => {
  for (const run of [INTS, STRINGS]) {
    for (let length = 0; length <= run.length; length++) {
      const items = run.slice(0, length);
      const packet = packetOf(items);
      const buffer = wire("ff", packet.toHex(), ...run.map(({ hex }) => hex));
      const decoded = decodeVariant(buffer.subarray(1, 1 + packet.length));
      assertEquals(decoded, new VariantArray(items.map(({ value }) => value)));
    }
  }
});

Deno.test("VariantDecoder reads the runs of one packet after the other", () => {
  const decoder = new VariantDecoder();
  const buffer = new Uint8Array(200);
  for (const letter of "abc") {
    const values = [1, 2, 3, 4, 5, 6].map((length) => letter.repeat(length));
    const packet = packetOf(values.map(string));
    assertEquals(decoder.decode(packet), new VariantArray(values));
    buffer.set(packet); // the same memory every time
    assertEquals(decoder.decode(buffer), new VariantArray(values));
  }
});

Deno.test("a run at the deepest level is too deep", () => {
  for (const run of [INTS, STRINGS]) {
    const packet = wire(...Array(MAX_DEPTH).fill([28, 1]).flat(), packetOf(run).toHex());
    const { reason, offset, path } = refusalOf(() => decodeVariant(packet));
    assertEquals([reason, offset], ["too-deep", 8 * MAX_DEPTH + 8]);
    assertEquals(path, Array(MAX_DEPTH + 1).fill(0));
  }
});

Deno.test("a run ends with its array", () => {
  for (const run of [INTS, STRINGS]) {
    const inner = run.slice(0, MIN_RUN);
    const packet = wire(28, 5, packetOf(inner).toHex(), ...run.slice(0, 4).map(({ hex }) => hex));
    const values = inner.map(({ value }) => value);
    assertEquals(decodeVariant(packet), new VariantArray([new VariantArray(values), ...values]));
  }
});

Deno.test("a run that is cut off says where, at every byte", async (t) => {
  for (const [what, run] of [["ints", INTS], ["strings", STRINGS]] as const) {
    await t.step(what, () => {
      const packet = packetOf(run);
      const ends = run.map((_, i) => packetOf(run.slice(0, i + 1)).length);
      for (let size = 8; size < packet.length; size++) {
        const index = ends.findIndex((end) => end > size);
        const { code, path, offset } = refusalOf(() => decodeVariant(packet.subarray(0, size)));
        assertEquals(path, [index], `${size} bytes`);
        const start = ends[index - 1] ?? 8;
        assertEquals(offset, size < start + 4 ? start : start + 4, `${size} bytes`);
        const isBodyCut = run === STRINGS && size >= start + 8;
        assertEquals(code, isBodyCut ? "ERR_FILE_EOF" : "ERR_INVALID_DATA", `${size} bytes`);
      }
    });
  }
});

Deno.test("a run of strings refuses lengths that lie", () => {
  const start = STRINGS.map(({ hex }) => hex).join("");
  const offset = 8 + start.length / 2 + 4;
  for (const length of [0xffffffff, 0x80000000, 0x7fffffff, 17, 25]) {
    const packet = wire(28, 20, start, 4, length, "61".repeat(16));
    const refusal = refusalOf(() => decodeVariant(packet));
    assertEquals(
      [refusal.code, refusal.offset, refusal.path],
      ["ERR_FILE_EOF", offset, [STRINGS.length]],
    );
  }
});

/** Reads a run of `count` items that begins at the packet's start; what it read and how far. */
function runOf(packet: Uint8Array, count: number): { values: Variant[]; size: number } {
  const d = new Decoding({});
  d.start(packet, 0, packet.length);
  const items: Variant[] = [];
  const next = readRun(d, items, 0, count);
  assertEquals(next, items.length);
  return { values: items, size: d.offset };
}

Deno.test("readRun() reads as far as values are plain, and stops before what is not", async (t) => {
  for (const run of [INTS, STRINGS]) {
    const hex = run.map(({ hex }) => hex).join("");
    const values = run.map(({ value }) => value);
    const size = hex.length / 2;
    for (const [what, odd] of ODD.filter(([what]) => what !== "a string with dirty padding")) {
      await t.step(what, () => {
        const packet = wire(hex, odd.hex, "00".repeat(24));
        assertEquals(runOf(packet, 99), { values, size });
        assertEquals(runOf(packet, 3).values, values.slice(0, 3));
      });
    }
  }
});

Deno.test("readRun() leaves strings to others that may reach over the end of the packet", () => {
  const strings = ["abc", "de"].map((value) => string(value).hex);
  for (let behind = 0; behind < 24; behind++) {
    const { values } = runOf(wire(...strings, "00".repeat(behind)), 2);
    // The second string begins 12 bytes before what is behind it; a run needs 24 bytes of it.
    assertEquals(values, behind >= 12 ? ["abc", "de"] : ["abc"], `${behind} bytes behind`);
  }
});

Deno.test("readRun() reads nothing where there is no room for a value", () => {
  for (const packet of [wire(), wire(2), wire(2, "000000"), wire(4, "000000")]) {
    assertEquals(runOf(packet, 99), { values: [], size: 0 });
  }
});
