import { assertEquals, assertThrows } from "@std/assert";
import {
  parseByteRate,
  parseCount,
  parseDuration,
  parsePort,
  parseRate,
  parseSize,
} from "../../../src/cli/units.ts";
import { UsageError } from "../../../src/errors.ts";

type Parser = (text: string) => number;

function assertParses(parse: Parser, cases: Readonly<Record<string, number>>): void {
  for (const [text, expected] of Object.entries(cases)) {
    assertEquals(parse(text), expected, `${parse.name}("${text}")`);
  }
}

function assertRefuses(parse: Parser, texts: readonly string[], hint: string): void {
  for (const text of texts) assertThrows(() => parse(text), UsageError, hint);
}

Deno.test("parseDuration() gives milliseconds", () => {
  const cases = {
    "250ms": 250,
    "2s": 2000,
    "1m": 60_000,
    "1.5h": 5_400_000,
    "0s": 0,
    "500us": 0.5,
  };
  assertParses(parseDuration, cases);
});

Deno.test("parseDuration() refuses numbers without a unit and unknown units", () => {
  assertRefuses(parseDuration, ["2", "0", "1.5"], "lacks its unit; write a number with its unit");
  const unknown = [
    "",
    "s",
    "2 s",
    "-2s",
    "2sec",
    "1e3s",
    ".5s",
    "1_0s",
    "2S",
    "NaNs",
    "2constructor",
  ];
  assertRefuses(
    parseDuration,
    unknown,
    "is no duration; write a number with its unit, such as 250ms",
  );
});

Deno.test("parseSize() gives bytes in decimal and binary units", () => {
  assertParses(parseSize, {
    "500B": 500,
    "1kB": 1000,
    "1KB": 1000,
    "1.1MB": 1_100_000,
    "2GB": 2_000_000_000,
    "64KiB": 65_536,
    "1.5KiB": 1536,
    "1MiB": 1_048_576,
    "1GiB": 1_073_741_824,
    "0B": 0,
  });
});

Deno.test("parseSize() refuses bare numbers, parts of bytes, bits and what is too large", () => {
  assertRefuses(parseSize, ["64"], `"64" lacks its unit`);
  assertRefuses(
    parseSize,
    ["0.5B", "1.0001KiB", "64K", "64kb", "1Mbit", "99999999GB", "-1B"],
    "is no size",
  );
});

Deno.test("parseRate() gives how many a second", () => {
  assertParses(parseRate, { "60/s": 60, "0.5/s": 0.5, "0/s": 0 });
  assertRefuses(parseRate, ["60", "60/m", "/s", "1KiB/s", "-1/s", "60/s/s"], "such as 60/s");
});

Deno.test("parseByteRate() gives bytes a second", () => {
  assertParses(parseByteRate, { "1MiB/s": 1_048_576, "64kB/s": 64_000 });
  assertRefuses(parseByteRate, ["60/s", "1MiB", "1MiB/m"], "such as 64KiB/s");
});

Deno.test("parseCount() takes whole numbers from 0 on", () => {
  assertParses(parseCount, { "0": 0, "1000": 1000, "007": 7 });
  assertRefuses(
    parseCount,
    ["", "-1", "1.5", "1e3", "0x10", "9007199254740993", "ten"],
    "is no count",
  );
});

Deno.test("parsePort() takes numbers from 0 to 65535", () => {
  assertParses(parsePort, { "0": 0, "4242": 4242, "65535": 65535 });
  assertRefuses(parsePort, ["65536", "-1", "http", ""], "from 0 to 65535");
});
