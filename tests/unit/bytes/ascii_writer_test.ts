import { assertEquals } from "@std/assert";
import { AsciiWriter } from "../../../src/bytes/ascii_writer.ts";

function written(write: (writer: AsciiWriter) => void): string {
  const writer = new AsciiWriter();
  write(writer);
  return new TextDecoder().decode(writer.written);
}

Deno.test("AsciiWriter writes integers as JavaScript does", () => {
  const numbers = [0, 9, 10, 99, 100, 12345, 2 ** 31 - 1, 2 ** 31, -1, -10, -(2 ** 31), 2 ** 53];
  for (const number of numbers) assertEquals(written((w) => w.int(number)), String(number));
});

Deno.test("AsciiWriter writes a given number of digits", () => {
  assertEquals(written((w) => w.digits(42, 9)), "000000042");
  assertEquals(written((w) => w.digits(999_999_999, 9)), "999999999");
});

Deno.test("AsciiWriter grows, and keeps what was written", () => {
  const long = "x".repeat(10_000);
  const bytes = new TextEncoder().encode(long);
  const text = written((w) => {
    w.text("a");
    w.text(long);
    w.code(0x62);
    w.append(bytes);
    w.append(bytes, 3);
    w.copy(bytes, 5, 7);
    for (let i = 0; i < 20_000; i++) w.code(0x63);
  });
  assertEquals(text, `a${long}b${long}xxxxx${"c".repeat(20_000)}`);
});
