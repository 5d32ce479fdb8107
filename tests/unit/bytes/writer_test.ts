import { assert, assertEquals, assertGreater } from "@std/assert";
import { Writer } from "../../../src/bytes/writer.ts";
import { encodeRefusalOf } from "../../support/wire.ts";

/** What is written into the writer's own slab. */
function written(write: (writer: Writer) => void): string {
  const writer = new Writer();
  writer.useSlab();
  write(writer);
  return writer.takeCopy().toHex();
}

Deno.test("Writer writes numbers little-endian, one behind the other", () => {
  const hex = written((writer) => {
    writer.ensure(32);
    writer.uint32(0xfffffffe);
    writer.uint32(-2);
    writer.float32(1.5);
    writer.float64(-0.1);
    writer.uint64(0x0123456789abcdefn);
  });
  assertEquals(hex, "feffffff" + "feffffff" + "0000c03f" + "9a9999999999b9bf" + "efcdab8967452301");
});

/** The bytes of a string on the wire, as the description of the format has it. */
function stringHex(text: string, terminator: 0 | 1): string {
  const bytes = [...new TextEncoder().encode(text), ...new Uint8Array(terminator)];
  const padding = new Uint8Array(-bytes.length & 3);
  return new Uint8Array(Uint32Array.of(bytes.length).buffer).toHex() +
    Uint8Array.from([...bytes, ...padding]).toHex();
}

const TEXTS: readonly string[] = [
  ...Array.from({ length: 10 }, (_, length) => "abcdefghij".slice(0, length)),
  "x".repeat(40),
  "x".repeat(41),
  "x".repeat(9000),
  "é",
  "abcé",
  "😀😀",
  "日本語".repeat(2000),
  "\0\x7f\x80\ufeff",
];

Deno.test("Writer.string() writes length, UTF-8 and zeros, over what was there before", async (t) => {
  for (const text of TEXTS) {
    for (const terminator of [0, 1] as const) {
      await t.step(`${text.slice(0, 10)} (${text.length}), terminator ${terminator}`, () => {
        const expected = stringHex(text, terminator);
        assert(written((writer) => writer.string(text, terminator)) === expected);
        const target = new Uint8Array(expected.length / 2 + 2).fill(0xee);
        const writer = new Writer();
        writer.useTarget(target.subarray(0, -1), 1);
        writer.string(text, terminator);
        assert(target.toHex() === `ee${expected}ee`);
      });
    }
  }
});

Deno.test("Writer.string() keeps the text where its padding makes the slab grow", () => {
  for (let length = 1; length < 6000; length += 7) {
    for (const terminator of [0, 1] as const) {
      const text = "語".repeat(length); // three bytes a character, the most there are
      const hex = written((writer) => writer.string(text, terminator));
      assert(hex === stringHex(text, terminator), `${length} characters, ${terminator}`);
    }
  }
});

Deno.test("Writer.string() replaces unpaired surrogates", () => {
  const texts = ["a\ud800", "\udc00b", "\ud83dx".repeat(30)];
  for (const text of texts) {
    assertEquals(
      written((writer) => writer.string(text, 0)),
      stringHex(text.toWellFormed(), 0),
    );
  }
});

Deno.test("Writer takes exactly the room there is, and says when it takes more", async (t) => {
  const writes: [what: string, size: number, write: (writer: Writer) => void][] = [
    ["ensure", 12, (writer) => writer.ensure(12)],
    ["copy", 7, (writer) => writer.copy(new Uint8Array(7))],
    ["short ASCII", 8, (writer) => writer.string("abcd", 0)],
    ["a terminator", 12, (writer) => writer.string("abcd", 1)],
    ["padding", 8, (writer) => writer.string("a", 0)],
    ["long ASCII", 48, (writer) => writer.string("x".repeat(41), 0)],
    ["what is not ASCII", 12, (writer) => writer.string("日本", 0)],
    ["what is not ASCII, and padding", 12, (writer) => writer.string("ééa", 0)],
  ];
  for (const [what, size, write] of writes) {
    await t.step(what, () => {
      const writer = new Writer();
      const roomy = new Uint8Array(size + 20);
      writer.useTarget(roomy.subarray(0, size + 8), 8);
      write(writer);
      assertEquals(roomy.subarray(size + 8).toHex(), "00".repeat(12));
      const tight = new Uint8Array(size + 20);
      writer.useTarget(tight.subarray(0, size + 7), 8);
      assertEquals(encodeRefusalOf(() => write(writer)), {
        code: "ERR_OUT_OF_MEMORY",
        path: [],
        message: `Cannot encode the value: it takes more than the ${size - 1} bytes there are`,
      });
      assertEquals(tight.subarray(size + 7).toHex(), "00".repeat(13));
    });
  }
});

Deno.test("Writer.length counts from where it was started", () => {
  const writer = new Writer();
  const target = new Uint8Array(40).subarray(10);
  writer.useTarget(target, 6);
  assertEquals(writer.length, 0);
  writer.ensure(8);
  writer.uint64(1n);
  assertEquals([writer.length, writer.position], [8, 24]);
  assertEquals(target.toHex(), "00".repeat(6) + "0100000000000000" + "00".repeat(16));
  writer.useSlab();
  assertEquals(writer.length, 0);
});

Deno.test("Writer's slab grows and keeps what was written", () => {
  const chunks = Array.from({ length: 300 }, (_, i) => new Uint8Array(i).fill(i));
  const hex = written((writer) => chunks.forEach((chunk) => writer.copy(chunk)));
  assertEquals(hex, chunks.map((chunk) => chunk.toHex()).join(""));
});

Deno.test("Writer.takeCopy() gives bytes that later writing does not change", () => {
  const writer = new Writer();
  writer.useSlab();
  writer.string("first", 0);
  const first = writer.takeCopy();
  writer.useSlab();
  writer.string("other", 0);
  assertEquals(first.toHex(), stringHex("first", 0));
  assertEquals(writer.takeCopy().toHex(), stringHex("other", 0));
});

Deno.test("Writer keeps a slab that grew, and lets go of one that grew very large", () => {
  const writer = new Writer();
  const capacityAfter = (size: number): number => {
    writer.useSlab();
    writer.copy(new Uint8Array(size));
    assertEquals(writer.takeCopy().length, size);
    writer.useSlab();
    return writer.bytes.length;
  };
  const first = capacityAfter(10);
  assertGreater(capacityAfter(100_000), 99_999);
  assertGreater(capacityAfter(10), 99_999);
  assertEquals(capacityAfter(2_000_000), first);
});
