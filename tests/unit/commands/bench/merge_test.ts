import { assertEquals, assertRejects } from "@std/assert";
import { bench } from "../../../../src/commands/bench.ts";
import { UsageError } from "../../../../src/errors.ts";
import { benchResultToText } from "../../../../src/stats/bench_result.ts";
import { histograms, sampleResult } from "../../../support/bench.ts";
import { runCommand } from "../../../support/run_command.ts";

const FILES = {
  "a.json": benchResultToText(sampleResult({ roundTrip: () => 1 }), histograms),
  "b.json": benchResultToText(sampleResult({ roundTrip: (n) => n === 3 ? null : 3 }), histograms),
  "other.json": benchResultToText(sampleResult({ model: "closed" }), histograms),
  "bad.json": "{}",
};

Deno.test("mergeResults() adds files up", async () => {
  const { exit, lines } = await runCommand(bench, ["merge", "a.json", "b.json", "-o", "json"], {
    files: FILES,
  });
  const { packets, rtt_ms, runs } = JSON.parse(lines.at(-1) ?? "");
  assertEquals([exit, runs, packets.sent, packets.lost], [0, 2, 400, 1]);
  assertEquals([rtt_ms.count, rtt_ms.min, rtt_ms.max], [399, 1, 3]);
});

Deno.test("mergeResults() holds the sum to limits", async () => {
  const args = ["merge", "a.json", "b.json", "--assert", "max<2ms"];
  assertEquals((await runCommand(bench, args, { files: FILES })).exit, 1);
});

Deno.test("mergeResults() refuses files that do not fit", async () => {
  const merge = (...args: string[]): Promise<unknown> =>
    runCommand(bench, ["merge", ...args], { files: FILES });
  await assertRejects(() => merge("a.json", "other.json"), UsageError);
  await assertRejects(() => merge("a.json", "bad.json"), UsageError, "bad.json");
  await assertRejects(() => merge("none.json"), UsageError, "no such file");
  await assertRejects(() => merge("a.json", "a.json"), UsageError, "named twice");
  await assertRejects(() => merge("a.json", "--clients", "2"), UsageError, "leave out --clients");
});
