import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { bench } from "../../../../src/commands/bench.ts";
import {
  benchModelOf,
  type BenchSettings,
  effectiveOptions,
  readBenchSettings,
} from "../../../../src/commands/bench/settings.ts";
import { UsageError } from "../../../../src/errors.ts";

function read(...args: string[]): BenchSettings {
  return readBenchSettings(parseOptions(["tls://127.0.0.1:1", ...args], optionsOf(bench)));
}

Deno.test("readBenchSettings() is a closed loop of one for ten seconds without options", () => {
  const settings = read();
  assertEquals(settings.model, { type: "closed", window: 1 });
  const { clients, workers, count, durationMs, timeoutMs } = settings;
  assertEquals([clients, workers, count, durationMs, timeoutMs], [1, 1, null, 10_000, 5000]);
});

Deno.test("readBenchSettings() reads each load model", () => {
  assertEquals(read("--rate", "60/s").model, { type: "open", ratePerSecond: 60 });
  assertEquals(read("--window", "8").model, { type: "closed", window: 8 });
  assertEquals(read("--flood").model, { type: "flood" });
  assertEquals(benchModelOf(read("--connect", "--rate", "5/s")), "connect");
});

Deno.test("readBenchSettings() has no duration beside a count, unless it is asked for", () => {
  assertEquals(read("--count", "5").durationMs, null);
  const { count, durationMs } = read("--count", "5", "--duration", "2s");
  assertEquals([count, durationMs], [5, 2000]);
});

Deno.test("readBenchSettings() refuses a ramp that goes on after the end", () => {
  const ramp = (...args: string[]): BenchSettings => read("--ramp", "2s", ...args);
  assertThrows(() => ramp("--duration", "1s"), UsageError, "some clients would never start");
  assertEquals(ramp("--duration", "1s", "--warmup", "1s").rampMs, 2000);
  assertEquals(ramp("--count", "1").rampMs, 2000);
});

Deno.test("readBenchSettings() makes some fifty intervals, unless one is asked for", () => {
  assertEquals(read().intervalMs, 200);
  assertEquals(read("--duration", "1m").intervalMs, 2000);
  assertEquals(read("--duration", "10h").intervalMs, 60_000);
  assertEquals(read("--count", "600", "--rate", "60/s").intervalMs, 200);
  assertEquals(read("--count", "600").intervalMs, 1000);
  const { intervalMs, showsIntervals } = read("--interval", "3s");
  assertEquals([intervalMs, showsIntervals], [3000, true]);
});

Deno.test("readBenchSettings() starts no worker without a client", () => {
  assertEquals(read("--workers", "8", "--clients", "3").workers, 3);
});

Deno.test("readBenchSettings() refuses what cannot be", () => {
  const bad = [
    ["--clients", "0"],
    ["--clients", "100000"],
    ["--workers", "1000"],
    ["--rate", "0/s"],
    ["--window", "0"],
    ["--count", "0"],
    ["--duration", "0s"],
    ["--interval", "1ms"],
    ["--flood", "--window", "1"],
    ["--resume"],
    ["--connect", "--header"],
  ];
  for (const args of bad) assertThrows(() => read(...args), UsageError, args[0]?.slice(2) ?? "");
});

Deno.test("effectiveOptions() has what was in effect, and what it means", () => {
  assertEquals(effectiveOptions(read("--rate", "60/s", "--ramp", "1s"), { packet_bytes: 28 }), {
    endpoint: "tls://127.0.0.1:1",
    godot: 4,
    clients: 1,
    workers: 1,
    rate: 60,
    duration_ms: 10_000,
    ramp_ms: 1000,
    warmup_ms: 0,
    timeout_ms: 5000,
    interval_ms: 200,
    packet_bytes: 28,
  });
  assertEquals(effectiveOptions(read("--connect", "--resume"), {})["resume"], true);
});
