import { assertEquals } from "@std/assert";
import { COMMON_OPTIONS, commonOptionsOf, optionsOf } from "../../../src/cli/common_options.ts";
import type { OptionSpec } from "../../../src/cli/command.ts";

const OWN_OUTPUT: OptionSpec = {
  name: "output",
  short: "o",
  kind: "choice",
  placeholder: "FORM",
  choices: ["raw"],
  help: "",
};

Deno.test("COMMON_OPTIONS are those of the contract, with its defaults", () => {
  const defaults = COMMON_OPTIONS.map((spec) => [spec.name, spec.short ?? "", spec.default ?? ""]);
  assertEquals(defaults, [
    ["output", "o", ""],
    ["godot", "", "4"],
    ["timeout", "", "5s"],
    ["color", "", "auto"],
    ["quiet", "q", ""],
    ["verbose", "v", ""],
    ["help", "h", ""],
    ["version", "V", ""],
  ]);
});

Deno.test("optionsOf() lets a command's own option replace the common one", () => {
  const command = { options: [OWN_OUTPUT] };
  assertEquals(optionsOf(command).filter((spec) => spec.name === "output"), [OWN_OUTPUT]);
  assertEquals(optionsOf(command).length, COMMON_OPTIONS.length);
  assertEquals(commonOptionsOf(command).length, COMMON_OPTIONS.length - 1);
});
