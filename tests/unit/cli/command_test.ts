import { assertEquals } from "@std/assert";
import { EXIT } from "../../../src/cli/command.ts";

Deno.test("EXIT has the codes of the contract", () => {
  assertEquals(EXIT, { ok: 0, failed: 1, usage: 2, network: 3 });
});
