import { assertRejects, assertStrictEquals } from "@std/assert";
import { load } from "../../../src/cli/load.ts";
import * as version from "../../../src/cli/version.ts";

Deno.test("load() imports a module by its path from src/cli", async () => {
  const loaded = await load<typeof import("../../../src/cli/version.ts")>("./version.ts");
  assertStrictEquals(loaded.VERSION, version.VERSION);
});

Deno.test("load() rejects when there is no such module", async () => {
  await assertRejects(() => load("./no_such_module.ts"), TypeError);
});
