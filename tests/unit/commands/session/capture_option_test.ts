import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { openCapture, withKeysIn } from "../../../../src/commands/session/capture_option.ts";
import { CLIENT_SECURITY } from "../../../../src/commands/security/options.ts";
import { CAPTURE } from "../../../../src/commands/session/options.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const ENDPOINT = { scheme: "dtls", host: "127.0.0.1", port: 4242 } as const;

function optionsOf(...args: string[]): ReturnType<typeof parseOptions> {
  return parseOptions(args, [CAPTURE, ...CLIENT_SECURITY]);
}

Deno.test("openCapture() opens nothing without the option", async () => {
  assertEquals(await openCapture(optionsOf(), ENDPOINT, memoryIo()), null);
});

Deno.test("openCapture() makes the file at once, and keeps it to its owner when it has keys", async () => {
  for (const keys of [[], ["--keylog", "keys"]]) {
    const io = memoryIo();
    const capture = await openCapture(optionsOf("--capture", "a", ...keys), ENDPOINT, io);
    const file = io.system.created.get("a");
    assert(file !== undefined && capture !== null);
    assertEquals(file.content.subarray(0, 4).toHex(), "0a0d0d0a");
    assert(new TextDecoder().decode(file.content).includes("dtls://127.0.0.1:4242"));
    assertEquals(file.isSecret, keys.length > 0);
    capture.close();
    assertEquals(file.isClosed, true);
  }
});

Deno.test("openCapture() leaves stdout to the packets", async () => {
  const open = (): Promise<unknown> => openCapture(optionsOf("--capture=-"), ENDPOINT, memoryIo());
  const error = await assertRejects(open, UsageError);
  assertEquals(error.message, "--capture writes a file, as stdout has the packets; name a file");
});

Deno.test("openCapture() says why a file cannot be written", async () => {
  const options = optionsOf("--capture", "/missing/a");
  const error = await assertRejects(() => openCapture(options, ENDPOINT, memoryIo()), UsageError);
  assertEquals(error.message, "cannot write /missing/a: no such folder");
});

Deno.test("withKeysIn() has keys go to the capture when they are logged anyway", async () => {
  const io = memoryIo();
  const options = optionsOf("--capture", "a", "--keylog", "k");
  const capture = await openCapture(options, ENDPOINT, io);
  const lines: string[] = [];
  const security = withKeysIn(capture, { mtu: 1200, onKeylog: (line: string) => lines.push(line) });
  assertEquals(security.mtu, 1200);
  security.onKeylog("CLIENT_RANDOM 1 2");
  capture?.close();
  assertEquals(lines, ["CLIENT_RANDOM 1 2"]);
  const content = new TextDecoder().decode(io.system.created.get("a")?.content);
  assert(content.includes("CLIENT_RANDOM 1 2\n"));
});

Deno.test("withKeysIn() changes nothing where no keys are logged, or nothing is captured", async () => {
  const keyless = {};
  const capture = await openCapture(optionsOf("--capture", "a"), ENDPOINT, memoryIo());
  assertStrictEquals(withKeysIn(capture, keyless), keyless);
  const security = { onKeylog: (): void => {} };
  assertStrictEquals(withKeysIn(null, security), security);
  capture?.close();
});
