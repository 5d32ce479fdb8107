import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { listen } from "../../../../src/commands/listen.ts";
import { send } from "../../../../src/commands/send.ts";
import { readSessionOptions } from "../../../../src/commands/session/options.ts";
import { UsageError } from "../../../../src/errors.ts";

Deno.test("readSessionOptions() has the engine's limits and 5 seconds by default", () => {
  const options = parseOptions(["udp://:4242"], optionsOf(listen));
  assertEquals(readSessionOptions(options, "listen"), {
    endpoint: { scheme: "udp", host: "127.0.0.1", port: 4242 },
    godot: 4,
    allowObjects: false,
    fullObjects: false,
    maxPacketSize: 65532,
    timeoutMs: 5000,
  });
});

Deno.test("readSessionOptions() reads what is given", () => {
  const args = ["tcp://h:1", "--godot=3", "--allow-objects", "--full-objects"];
  const options = parseOptions([...args, "--max-packet=1MiB", "--timeout=2s"], optionsOf(send));
  assertEquals(readSessionOptions(options, "connect"), {
    endpoint: { scheme: "tcp", host: "h", port: 1 },
    godot: 3,
    allowObjects: true,
    fullObjects: true,
    maxPacketSize: 1024 * 1024,
    timeoutMs: 2000,
  });
});

Deno.test("readSessionOptions() asks for the endpoint", () => {
  for (const [command, use] of [[listen, "listen"], [send, "connect"]] as const) {
    const options = parseOptions([], optionsOf(command));
    const message = `${command.name} needs an ENDPOINT`;
    assertThrows(() => readSessionOptions(options, use), UsageError, message);
  }
});
