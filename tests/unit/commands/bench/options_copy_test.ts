import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import type { OptionSpec } from "../../../../src/cli/command.ts";
import { copyOptions, restoreOptions } from "../../../../src/commands/bench/options_copy.ts";

const SPECS: readonly OptionSpec[] = [
  { name: "insecure", kind: "flag", help: "" },
  { name: "ca", kind: "string", isRepeatable: true, help: "" },
  { name: "timeout", kind: "duration", default: "5s", help: "" },
];
const NAMES = SPECS.map(({ name }) => name);

Deno.test("restoreOptions() says what the options said, after a trip through a worker", () => {
  const options = parseOptions(["x", "--ca", "a", "--ca", "b", "--insecure", "y"], SPECS);
  const restored = restoreOptions(structuredClone(copyOptions(options, NAMES)));
  assertEquals(restored.values, ["x", "y"]);
  assertEquals([restored.flag("insecure"), restored.isGiven("insecure")], [true, true]);
  assertEquals([restored.text("ca"), restored.texts("ca")], ["a", ["a", "b"]]);
  assertEquals([restored.number("timeout"), restored.isGiven("timeout")], [5000, false]);
});

Deno.test("restoreOptions() knows no other names", () => {
  const restored = restoreOptions(copyOptions(parseOptions([], SPECS), NAMES));
  assertThrows(() => restored.flag("rate"), TypeError, 'Unknown option name "rate"');
});
