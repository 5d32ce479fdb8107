import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import { type BenchPacket, readBenchPacket } from "../../../../src/commands/bench/packet.ts";
import { readBenchSettings } from "../../../../src/commands/bench/settings.ts";
import { ParseError, UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

async function read(...args: string[]): Promise<BenchPacket> {
  const options = parseOptions(["udp://127.0.0.1:1", ...args], optionsOf(bench));
  const io = memoryIo({ files: { "packet.bin": Uint8Array.of(9, 8) } });
  return await readBenchPacket(options, readBenchSettings(options), io);
}

Deno.test("readBenchPacket() gives a Dictionary its number, and says so", async () => {
  const { template, matcher, options, remark } = await read('{"a": 1}');
  assertEquals([options["match"], options["value"]], ["key", '{"a": 1}']);
  assertEquals(template.sequenceOffsets.length, 1);
  assertStringIncludes(remark ?? "", '"$seq"');
  assertEquals(matcher()?.match(template.bytes), 0);
});

Deno.test("readBenchPacket() sends a Dictionary when there is no value", async () => {
  const { template, options } = await read();
  assertEquals([options["value"], template.bytes.length], ["{}", options["packet_bytes"]]);
});

Deno.test("readBenchPacket() takes bare placeholders, but leaves strings alone", async () => {
  const match = ["--raw", "--match", "reply.id == sent.id"];
  const { template, remark, options } = await read(
    '{"id": $seq, "say": "a $seq \\" $seq"}',
    ...match,
  );
  assertEquals([template.sequenceOffsets.length, remark], [1, null]);
  assertEquals(options["match"], "reply.id == sent.id");
  assertEquals((await read("[$time]", "--one-way")).template.timeOffsets.length, 1);
});

Deno.test("readBenchPacket() puts the header before values and bytes", async () => {
  const { template, options } = await read("--header", "--hex", "01 02");
  assertEquals([...template.bytes.subarray(8)], [1, 2]);
  assertEquals([template.hasHeader, options["match"], options["value"]], [
    true,
    "header",
    undefined,
  ]);
  assertEquals([...(await read("--header", "--file", "packet.bin")).template.bytes.subarray(8)], [
    9,
    8,
  ]);
});

Deno.test("readBenchPacket() has no matcher where no replies are expected", async () => {
  const { template, matcher } = await read("--one-way", '{"a": 1}');
  assertEquals([matcher(), template.sequenceOffsets.length], [null, 0]);
});

Deno.test("readBenchPacket() refuses what cannot be sent or matched", async () => {
  await assertRejects(() => read("{"), ParseError);
  await assertRejects(() => read("[1]", "--header", "--match", "reply == sent.$seq"), UsageError);
  await assertRejects(() => read("--raw", "[1]"), UsageError, "--raw: nothing tells");
  await assertRejects(
    () => read("--one-way", "--hex", "00", "--file", "x"),
    UsageError,
    "take one",
  );
  await assertRejects(() => read("--one-way", "--file", "none"), UsageError, "no such file");
  await assertRejects(() => read("--header", "--hex", "00", "--size", "70KB"), UsageError, "65507");
  await assertRejects(() => read("42"), Error, "--raw");
  await assertRejects(() => read('{"a": 1}', "--raw", "--match", "reply.a = 1"), ParseError);
});
