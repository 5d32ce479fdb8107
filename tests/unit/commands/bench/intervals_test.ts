import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import {
  intervalJson,
  intervalLine,
  IntervalPrinter,
} from "../../../../src/commands/bench/intervals.ts";
import { readBenchSettings } from "../../../../src/commands/bench/settings.ts";
import type { IntervalFigures } from "../../../../src/stats/bench_recording.ts";
import { type MemoryIo, memoryIo, type MemorySettings } from "../../../support/memory_io.ts";

const INTERVAL: IntervalFigures = {
  index: 1,
  startSeconds: 0.5,
  seconds: 0.5,
  sent: 30,
  received: 29,
  waiting: 1,
  count: 29,
  p50: 1.23456,
  p99: 2,
  max: 20,
};

function show(args: readonly string[], settings: MemorySettings): MemoryIo {
  const options = parseOptions(["udp://127.0.0.1:1", ...args], optionsOf(bench));
  const io = memoryIo(settings);
  const printer = new IntervalPrinter(io.output, readBenchSettings(options));
  printer.show(INTERVAL);
  printer.show({ ...INTERVAL, index: 2, startSeconds: 1 });
  return io;
}

Deno.test("intervalLine() shows rates and percentiles, or that there are none", () => {
  assertEquals(intervalLine(INTERVAL).trim().split(/ +/), [
    ...["1", "s", "60/s", "58/s", "1", "1.23", "2", "20"],
  ]);
  const none = intervalLine({ ...INTERVAL, p50: null, p99: null, max: null });
  assertEquals(none.trim().split(/ +/).slice(-3), ["-", "-", "-"]);
});

Deno.test("intervalJson() leaves out what was not measured", () => {
  assertEquals(JSON.parse(intervalJson(INTERVAL)), {
    event: "interval",
    time: 0.5,
    seconds: 0.5,
    packets: { sent: 30, received: 29, waiting: 1 },
    rtt_ms: { count: 29, p50: 1.2346, p99: 2, max: 20 },
  });
  const few = JSON.parse(intervalJson({ ...INTERVAL, p99: null }));
  assertEquals(few.rtt_ms, { count: 29, p50: 1.2346, max: 20 });
  const none = { ...INTERVAL, count: 0, p50: null, p99: null, max: null };
  assertEquals(JSON.parse(intervalJson(none)).rtt_ms, undefined);
});

Deno.test("IntervalPrinter prints a head once, and lines with --interval alone", () => {
  const lines = show(["--interval", "500ms"], {}).stdoutLines();
  assertEquals(lines.length, 3);
  assertEquals(lines[0]?.length, lines[1]?.length);
  assertEquals(show([], {}).stdoutLines(), []);
  const events = show(["--interval", "500ms"], { mode: "json" }).stdoutLines();
  assertEquals(events.map((line) => JSON.parse(line).time), [0.5, 1]);
});

Deno.test("IntervalPrinter shows progress on a terminal, with sums", () => {
  const { stderrText } = show([], { isStderrTerminal: true });
  assertStringIncludes(stderrText(), "1.5 of 10 s, 60 sent, 58 received, p99 2 ms");
  const io = memoryIo({ isStderrTerminal: true });
  const options = parseOptions(["udp://127.0.0.1:1"], optionsOf(bench));
  new IntervalPrinter(io.output, readBenchSettings(options)).show({ ...INTERVAL, p99: null });
  assertStringIncludes(io.stderrText(), "29 received, max 20 ms");
});
