import { assertRejects } from "@std/assert";
import { cert } from "../../../src/commands/cert.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

Deno.test("cert is followed by new or show, and by the options of that one", async () => {
  const cases: [args: string[], message: string][] = [
    [[], "cert is followed by new or show"],
    [["make"], `cert got "make"; it is followed by new or show`],
    [["new", "--ca", "x"], "--ca is not for cert new"],
    [["new", "--pin", "x"], "--pin is not for cert new"],
    [["show", "x", "--days", "3"], "--days is not for cert show"],
    [["show", "x", "--leaf"], "--leaf is not for cert show"],
  ];
  for (const [args, message] of cases) {
    await assertRejects(() => runCommand(cert, args), UsageError, message);
  }
});
