import { assertEquals, assertRejects } from "@std/assert";
import { bench } from "../../../src/commands/bench.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

Deno.test("bench has each option once, and each with its help", () => {
  const names = bench.options.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(bench.options.filter(({ help }) => help === ""), []);
});

Deno.test("bench runs or merges, by its first word", async () => {
  await assertRejects(() => runCommand(bench, ["merge"]), UsageError, "needs the FILEs");
  await assertRejects(() => runCommand(bench, ["mergee"]), UsageError, "bad endpoint");
});
