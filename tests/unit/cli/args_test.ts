import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { firstValueIndex, isOption, parseOptions, wantsJson } from "../../../src/cli/args.ts";
import type { OptionSpec } from "../../../src/cli/command.ts";
import { UsageError } from "../../../src/errors.ts";

const SPECS: readonly OptionSpec[] = [
  {
    name: "output",
    short: "o",
    kind: "choice",
    placeholder: "MODE",
    choices: ["text", "json"],
    help: "",
  },
  { name: "quiet", short: "q", kind: "flag", help: "" },
  { name: "verbose", short: "v", kind: "flag", help: "" },
  { name: "keep-going", kind: "flag", isNegatable: true, default: "true", help: "" },
  { name: "wait", short: "w", kind: "duration", placeholder: "DURATION", default: "2s", help: "" },
  { name: "size", kind: "size", placeholder: "SIZE", help: "" },
  { name: "rate", kind: "rate", placeholder: "RATE", help: "" },
  { name: "throughput", kind: "byte-rate", placeholder: "RATE", help: "" },
  { name: "count", kind: "count", placeholder: "N", help: "" },
  { name: "local-port", kind: "port", placeholder: "PORT", help: "" },
  { name: "text", short: "t", kind: "string", placeholder: "TEXT", isRepeatable: true, help: "" },
  { name: "reply", kind: "string", placeholder: "VALUE", help: "" },
];

function parse(...args: string[]): ReturnType<typeof parseOptions> {
  return parseOptions(args, SPECS);
}

function assertUsage(args: readonly string[], ...parts: readonly string[]): void {
  const error = assertThrows(() => parseOptions(args, SPECS), UsageError);
  for (const part of parts) assert(error.message.includes(part), `${error.message} lacks ${part}`);
}

Deno.test("parseOptions() reads each way to write an option and its value", () => {
  const ways = [
    ["--output", "json"],
    ["--output=json"],
    ["-o", "json"],
    ["-ojson"],
    ["-o=json"],
    ["-qojson"],
    ["-qvo", "json"],
  ];
  for (const args of ways) {
    const options = parse(...args);
    assertEquals(options.text("output"), "json", args.join(" "));
    assert(options.isGiven("output"));
    assertEquals(options.values, []);
  }
});

Deno.test("parseOptions() reads flags, alone and combined", () => {
  const options = parse("-qv", "value");
  assert(options.flag("quiet"));
  assert(options.flag("verbose"));
  assertEquals(options.values, ["value"]);
  assertFalse(parse().flag("quiet"));
  assertFalse(parse().isGiven("quiet"));
  assert(parse("-q", "--quiet").flag("quiet"));
});

Deno.test("parseOptions() takes a word after a flag as a value", () => {
  for (const word of ["true", "false", "1", "json"]) {
    const options = parse("--quiet", word);
    assert(options.flag("quiet"));
    assertEquals(options.values, [word]);
    assertEquals(parse("-q", word).values, [word]);
  }
});

Deno.test("parseOptions() switches negatable flags off and on", () => {
  assert(parse().flag("keep-going"));
  assertFalse(parse().isGiven("keep-going"));
  for (
    const off of [["--keep-going=false"], ["--no-keep-going"], ["--keep-going", "--no-keep-going"]]
  ) {
    assertFalse(parse(...off).flag("keep-going"), off.join(" "));
    assert(parse(...off).isGiven("keep-going"));
  }
  for (const on of [["--keep-going"], ["--keep-going=true"], ["--no-keep-going", "--keep-going"]]) {
    assert(parse(...on).flag("keep-going"), on.join(" "));
  }
});

Deno.test("parseOptions() takes arguments that begin with - and a digit as values", () => {
  const values = ["-5", "-1.5", "-.5", "-0x10", "-inf", "-", "-5,3"];
  assertEquals(parse(...values).values, values);
  assertEquals(parse("--reply", "-5", "-7").text("reply"), "-5");
  assertEquals(parse("--text", "-inf").texts("text"), ["-inf"]);
});

Deno.test("parseOptions() leaves values as they were written", () => {
  const values = ["1e3", "0x10", "007", "1.0", " 5 ", "", "a=b", ":0", "__proto__", "true", "é\n"];
  assertEquals(parse(...values).values, values);
  assertEquals(parse("--reply", "007").text("reply"), "007");
  assertEquals(parse("--reply=a=b").text("reply"), "a=b");
  assertEquals(parse("--reply=").text("reply"), "");
  assertEquals(parse("--reply", "").text("reply"), "");
  assertEquals(parse("-t--quiet").texts("text"), ["--quiet"]);
});

Deno.test("parseOptions() takes everything after -- as values", () => {
  const options = parse("a", "--", "-q", "--output", "--", "-5");
  assertEquals(options.values, ["a", "-q", "--output", "--", "-5"]);
  assertFalse(options.flag("quiet"));
  assertEquals(parse("--").values, []);
});

Deno.test("parseOptions() collects repeatable options in order", () => {
  assertEquals(parse("--text", "b", "-t", "a", "--text=c").texts("text"), ["b", "a", "c"]);
  assertEquals(parse().texts("text"), []);
  assertFalse(parse().isGiven("text"));
});

Deno.test("parseOptions() turns quantities into numbers", () => {
  const args = ["--size", "1KiB", "--rate", "60/s", "--throughput", "1kB/s", "--count", "3"];
  const options = parse(...args, "--local-port=0", "--wait", "250ms");
  assertEquals(options.number("size"), 1024);
  assertEquals(options.number("rate"), 60);
  assertEquals(options.number("throughput"), 1000);
  assertEquals(options.number("count"), 3);
  assertEquals(options.number("local-port"), 0);
  assertEquals(options.number("wait"), 250);
});

Deno.test("parseOptions() fills in defaults, and null without one", () => {
  const options = parse();
  assertEquals(options.number("wait"), 2000);
  assertEquals(options.text("wait"), "2s");
  assertFalse(options.isGiven("wait"));
  assertEquals(options.number("count"), null);
  assertEquals(options.text("output"), null);
});

Deno.test("parseOptions() names the nearest option for an unknown one", () => {
  assertUsage(["--cuont", "5"], "unknown option --cuont", "did you mean --count?");
  assertUsage(["--outputs=json"], "--outputs", "did you mean --output?");
  assertUsage(["--frobnicate"], "unknown option --frobnicate", "--help");
  assertUsage(["-x"], "unknown option -x", "--help");
  assertUsage(["-qx"], "unknown option -x");
  assertUsage(["--no-quiet"], "unknown option --no-quiet");
});

Deno.test("parseOptions() names flag, value and what would be accepted", () => {
  assertUsage(["-o", "jsn"], `--output: "jsn" is none of text, json`, "did you mean json?");
  assertUsage(["--wait", "5"], `--wait: "5" lacks its unit`, "250ms");
  assertUsage(["--size=64"], `--size: "64" lacks its unit`, "64KiB");
  assertUsage(["--count", "-5"], `--count: "-5"`, "whole number");
  assertUsage(["--local-port", "70000"], `--local-port: "70000"`, "0 to 65535");
  assertUsage(["--rate=60"], `--rate: "60"`, "60/s");
  assertUsage(["--wait="], `--wait: ""`, "250ms");
});

Deno.test("parseOptions() refuses a missing value", () => {
  assertUsage(["--wait"], "--wait needs a value (DURATION)", "--wait 2s");
  assertUsage(["-w"], "--wait needs a value");
  assertUsage(["--wait", "--quiet"], "--wait needs a value");
  assertUsage(["--wait", "--", "5s"], "--wait needs a value");
  assertUsage(["--output"], "--output needs a value (MODE)", "text|json");
  assertUsage(["--reply", "-q"], "--reply needs a value (VALUE)", "--reply=-…");
});

Deno.test("parseOptions() refuses a value where none is taken, and a second one", () => {
  assertUsage(["--quiet=yes"], `--quiet got "yes"`, "no value");
  assertUsage(["--keep-going=maybe"], `--keep-going got "maybe"`, "true and false");
  assertUsage(["--count", "1", "--count=2"], `--count got "1" and "2"`, "once");
});

Deno.test("parseOptions() answers only for options of the table", () => {
  assertThrows(() => parse().flag("bogus"), TypeError, "bogus");
});

Deno.test("isOption() tells options from values", () => {
  for (const option of ["-q", "--quiet", "--", "-i", "-infinite", "--5"]) {
    assert(isOption(option), option);
  }
  for (const value of ["-", "-5", "-.5", "-inf", "", "q", "a-b"]) {
    assertFalse(isOption(value), value);
  }
});

Deno.test("firstValueIndex() passes over options and their values", () => {
  assertEquals(firstValueIndex(["send"], SPECS), 0);
  assertEquals(firstValueIndex(["-q", "send", "-q"], SPECS), 1);
  assertEquals(firstValueIndex(["-o", "json", "send"], SPECS), 2);
  assertEquals(firstValueIndex(["--wait", "5s", "--output=json", "-ojson", "send"], SPECS), 4);
  assertEquals(firstValueIndex(["--output", "-o", "send"], SPECS), 2);
  assertEquals(firstValueIndex(["-qo", "json", "send"], SPECS), 2);
  assertEquals(firstValueIndex(["-ooo", "send"], SPECS), 1);
  assertEquals(firstValueIndex(["-5", "send"], SPECS), 0);
  assertEquals(firstValueIndex(["-q"], SPECS), -1);
  assertEquals(firstValueIndex([], SPECS), -1);
});

Deno.test("wantsJson() finds the wish for JSON in arguments that may be wrong elsewhere", () => {
  for (
    const args of [
      ["--bogus", "-o", "json"],
      ["-ojson"],
      ["-o=native"],
      ["-qo", "json"],
      ["--output", "native", "x"],
      ["--output=json"],
    ]
  ) assert(wantsJson(args), args.join(" "));
  for (
    const args of [
      [],
      ["-o", "text"],
      ["json"],
      ["--", "-o", "json"],
      ["--outputs=json"],
      ["-ojsonl"],
    ]
  ) assertFalse(wantsJson(args), args.join(" "));
});
