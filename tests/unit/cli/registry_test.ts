import { assert, assertEquals } from "@std/assert";
import { optionsOf } from "../../../src/cli/common_options.ts";
import { parseOptions } from "../../../src/cli/args.ts";
import { COMMANDS } from "../../../src/cli/registry.ts";

for (const entry of COMMANDS) {
  Deno.test(`COMMANDS loads ${entry.name} as it is listed`, async () => {
    const command = await entry.load();
    assertEquals(command.name, entry.name);
    assertEquals(command.summary, entry.summary);
  });

  Deno.test(`COMMANDS has a sound option table for ${entry.name}`, async () => {
    const specs = optionsOf(await entry.load());
    const names = specs.map((spec) => spec.name);
    const shorts = specs.flatMap((spec) => spec.short ?? []);
    assertEquals(new Set(names).size, names.length, "option names are unique");
    assertEquals(new Set(shorts).size, shorts.length, "option letters are unique");
    for (const spec of specs) {
      assert(/^[a-z][a-z0-9-]*$/.test(spec.name), spec.name);
      assert(spec.kind === "flag" || spec.placeholder !== undefined, `${spec.name}: placeholder`);
      assertEquals(spec.kind === "choice", spec.choices !== undefined, `${spec.name}: choices`);
      assert(spec.help !== "" && !spec.help.endsWith("."), `${spec.name}: help`);
    }
    parseOptions([], specs); // every default is well-formed
  });
}
