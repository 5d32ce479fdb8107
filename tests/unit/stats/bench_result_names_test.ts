import { assertEquals } from "@std/assert";
import { namedForFile, nameInFile } from "../../../src/stats/bench_result_names.ts";

Deno.test("nameInFile() writes snake_case, and leaves alone what has it", () => {
  const names = ["startMicros", "p50Ms", "isOneWay", "bad_cookie", "sent", "12"];
  const written = ["start_micros", "p50_ms", "is_one_way", "bad_cookie", "sent", "12"];
  assertEquals(names.map(nameInFile), written);
});

Deno.test("namedForFile() names the fields of all objects, and changes no value", () => {
  const data = { aB: [{ cD: "eF" }, null, 1.5], gH: null, lossRuns: { "10": 1 } };
  const named = { a_b: [{ c_d: "eF" }, null, 1.5], g_h: null, loss_runs: { "10": 1 } };
  assertEquals(namedForFile(data), named);
});
