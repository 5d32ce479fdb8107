import { assertInstanceOf } from "@std/assert";
import type { OutputMode } from "../../../../src/cli/output.ts";
import { SessionEvents } from "../../../../src/commands/session/events.ts";
import { SessionLines } from "../../../../src/commands/session/lines.ts";
import { createSessionPrinter } from "../../../../src/commands/session/printer.ts";
import { SessionValues } from "../../../../src/commands/session/values.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const VIEW = { godot: 4, allowObjects: false, peers: "all" } as const;

Deno.test("createSessionPrinter() follows the output mode", async () => {
  const printers: readonly [OutputMode, new (...args: never[]) => unknown][] = [
    ["human", SessionLines],
    ["json", SessionEvents],
    ["native", SessionEvents],
    ["text", SessionValues],
    ["hex", SessionValues],
    ["tree", SessionValues],
  ];
  for (const [mode, printer] of printers) {
    assertInstanceOf(await createSessionPrinter(memoryIo({ mode }).output, VIEW), printer);
  }
});
