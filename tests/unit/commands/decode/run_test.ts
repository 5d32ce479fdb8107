import { assertEquals, assertRejects } from "@std/assert";
import { decode } from "../../../../src/commands/decode.ts";
import { DecodeRun } from "../../../../src/commands/decode/run.ts";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { ParseError, UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { ethernet, intVariant, pcap, udp } from "../../../support/pcap_builder.ts";
import { runCommand } from "../../../support/run_command.ts";

const A = "10.0.0.1:5000", B = "10.0.0.2:4242", C = "10.0.0.3:5000";
const CAPTURE = pcap(
  ([[A, B, 1], [C, B, 2], [B, A, 3], [A, B, 4]] as const).map(([from, to, value], i) => ({
    bytes: ethernet(udp(from, to, intVariant(value))),
    seconds: 1000 + i,
  })),
);
const FILES = { files: { "a.pcap": CAPTURE } };

Deno.test("DecodeRun runs the options of decode", async () => {
  const io = memoryIo();
  const options = parseOptions(["0200000007000000"], optionsOf(decode));
  assertEquals(await new DecodeRun(options, io).run(), 0);
  await io.output.flush();
  assertEquals(io.stdoutText(), "7\n");
});

Deno.test("decode --filter prints what is wanted, under its own number", async () => {
  const text = await runCommand(
    decode,
    ["@a.pcap", "--filter", "port == 5000 && value > 1"],
    FILES,
  );
  assertEquals([text.lines, text.exit], [["2", "3", "4"], 0]);
  const json = await runCommand(decode, ["@a.pcap", "-o", "json", "--filter", "value == 3"], FILES);
  const [line = "null"] = json.lines;
  assertEquals([json.lines.length, JSON.parse(line).index, JSON.parse(line).frame], [1, 2, 3]);
  assertEquals(JSON.parse(line).elapsed, 2);
});

Deno.test("decode --filter works on every input", async () => {
  const hex = await runCommand(decode, ["0200000007000000", "00000000", "--filter", "type == int"]);
  assertEquals(hex.lines, ["7"]);
  const broken = await runCommand(decode, ["zz", "00000000", "--filter", "!ok"]);
  assertEquals([broken.lines, broken.exit], [[""], 1]);
  const passedOver = await runCommand(decode, ["zz", "00000000", "--filter", "ok"]);
  assertEquals([passedOver.lines, passedOver.exit, passedOver.stderr], [["null"], 0, ""]);
});

Deno.test("decode --follow prints one conversation", async () => {
  const dialogue = await runCommand(decode, ["@a.pcap", "--follow", "1"], FILES);
  assertEquals(dialogue.lines, [
    `--- conversation 1: udp, ${A} → ${B} ---`,
    "   0.000000  →     8 B  1",
    "   2.000000  ←     8 B  3",
    "   3.000000  →     8 B  4",
  ]);
  const values = await runCommand(decode, ["@a.pcap", "--follow", "2", "-o", "text"], FILES);
  assertEquals(values.lines, ["2"]);
  await assertRejects(() => runCommand(decode, ["@a.pcap", "--follow", "3"], FILES), UsageError);
});

Deno.test("decode --stats counts the same, filtered or not", async () => {
  const args = ["@a.pcap", "--stats", "-o", "json"];
  const all = JSON.parse((await runCommand(decode, args, FILES)).stdout);
  const slow = JSON.parse((await runCommand(decode, [...args, "--filter", "udp"], FILES)).stdout);
  assertEquals(slow, all);
  assertEquals([all.packets, all.seconds, all.conversations.length], [4, 3, 2]);
  const some = await runCommand(decode, [...args, "--filter", "value < 3"], FILES);
  assertEquals(JSON.parse(some.stdout).packets, 2);
});

Deno.test("decode --time lists for people, and changes nothing else", async () => {
  const listed = await runCommand(decode, ["@a.pcap", "--time", "delta"], FILES);
  assertEquals(listed.lines[2], `   1.000000  ${B} → ${A}     8 B  3`);
  const json = await runCommand(decode, ["@a.pcap", "--time", "delta", "-o", "json"], FILES);
  assertEquals(json.stdout, (await runCommand(decode, ["@a.pcap", "-o", "json"], FILES)).stdout);
  assertEquals((await runCommand(decode, ["@a.pcap"], FILES)).lines, ["1", "2", "3", "4"]);
});

Deno.test("decode --keep-going=false ends with the first packet that does not decode", async () => {
  const file = pcap([ethernet(udp(A, B, [99, 0])), ethernet(udp(A, B, intVariant(1)))]);
  const files = { files: { "a.pcap": file } };
  const args = ["@a.pcap", "-o", "json", "--keep-going=false"];
  const { lines, exit } = await runCommand(decode, args, files);
  assertEquals([lines.map((line) => JSON.parse(line).ok), exit], [[false], 1]);
});

Deno.test("decode refuses a filter that does not parse before it reads anything", async () => {
  await assertRejects(() => runCommand(decode, ["@missing", "--filter", "port ="]), ParseError);
});
