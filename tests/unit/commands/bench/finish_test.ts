import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import { finishBench, readFinish } from "../../../../src/commands/bench/finish.ts";
import { ParseError, UsageError } from "../../../../src/errors.ts";
import { benchResultToText } from "../../../../src/stats/bench_result.ts";
import { histograms, sampleResult } from "../../../support/bench.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";

const OLD = benchResultToText(sampleResult({ roundTrip: () => 1 }), histograms);

async function finish(
  args: readonly string[],
  mode: "human" | "json" = "human",
): Promise<{ readonly exit: number; readonly io: MemoryIo }> {
  const io = memoryIo({ mode, files: { "old.json": OLD } });
  const options = parseOptions(args, optionsOf(bench));
  const wanted = await readFinish(options, io, histograms);
  const result = sampleResult({ roundTrip: () => 2 });
  return { exit: await finishBench(result, wanted, io, histograms), io };
}

Deno.test("finishBench() prints the report, and writes the files that were asked for", async () => {
  const { exit, io } = await finish(["--result", "r.json", "--hdr", "r.hlog", "--html", "r.html"]);
  assertEquals(exit, 0);
  assertMatch(io.stdoutText(), /^round trip +200 +2 +2/m);
  assertEquals([...io.system.written.keys()], ["r.json", "r.hlog", "r.html"]);
  assertEquals(io.stderrText(), "wrote r.json\nwrote r.hlog\nwrote r.html\n");
});

Deno.test("finishBench() has printed the report when a file cannot be written", async () => {
  const io = memoryIo();
  const missing = (): Promise<void> => Promise.reject(new Deno.errors.NotFound());
  const options = parseOptions(["--result", "r.json"], optionsOf(bench));
  const wanted = await readFinish(options, io, histograms);
  const result = sampleResult({ roundTrip: () => 2 });
  const failing = { ...io, output: io.output, writeFile: missing };
  await assertRejects(() => finishBench(result, wanted, failing, histograms), UsageError, "r.json");
  assertMatch(io.stdoutText(), /^round trip +200/m);
});

Deno.test("finishBench() ends with 1 when a limit does not hold", async () => {
  const { exit, io } = await finish(["--assert", "p50<1ms, loss<1%"]);
  assertEquals(exit, 1);
  assertMatch(io.stdoutText(), /fails {2}p50 is .*1ms above the limit of 1ms\nholds {2}loss/);
  assertMatch(io.stderrText(), /1 of 2 limits do not hold: p50/);
});

Deno.test("finishBench() holds a run to an older one", async () => {
  assertEquals((await finish(["--compare", "old.json", "--assert", "p50<1.5x"])).exit, 1);
  const { exit, io } = await finish(["--compare", "old.json", "--assert", "p50<3x"], "json");
  const events = io.stdoutLines().map((line) => JSON.parse(line));
  assertEquals([exit, ...events.map(({ event }) => event)], [
    0,
    "comparison",
    "assertion",
    "summary",
  ]);
  const p50 = events[0].figures.find(({ figure }: { figure: string }) => figure === "p50");
  assertEquals([p50.old, p50.new, p50.is_better], [1, 2, false]);
});

Deno.test("finishBench() does not judge the rates of runs with different loads", async () => {
  const io = memoryIo({ mode: "json", files: { "old.json": OLD } });
  const options = parseOptions(["--compare", "old.json"], optionsOf(bench));
  const wanted = await readFinish(options, io, histograms);
  const result = sampleResult({ roundTrip: () => 2, options: { rate: 7 }, clients: 3 });
  await finishBench(result, wanted, io, histograms);
  assertMatch(io.stderrText(), /warning: the two runs are different loads: .*rate/);
  const { figures } = JSON.parse(io.stdoutLines()[0] ?? "");
  const verdictOn = (name: string): unknown =>
    figures.find(({ figure }: { figure: string }) => figure === name).is_better;
  assertEquals([verdictOn("sent/s"), verdictOn("p50")], [undefined, false]);
});

Deno.test("readFinish() says which file cannot be written, before anything runs", async () => {
  for (const option of ["--result", "--hdr", "--html"]) {
    const options = parseOptions([option, "/missing/r"], optionsOf(bench));
    const read = (): Promise<unknown> => readFinish(options, memoryIo(), histograms);
    await assertRejects(read, UsageError, "cannot write /missing/r: no such folder");
  }
});

Deno.test("readFinish() refuses limits that cannot be checked, before anything runs", async () => {
  await assertRejects(() => finish(["--assert", "p50<<1ms"]), ParseError);
  await assertRejects(() => finish(["--assert", "p50<2x"]), UsageError, "with --compare");
  await assertRejects(() => finish(["--compare", "none.json"]), UsageError, "no such file");
});
