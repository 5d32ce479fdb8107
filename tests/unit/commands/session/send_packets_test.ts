import { assertEquals, assertRejects } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { send } from "../../../../src/commands/send.ts";
import {
  type OutgoingPackets,
  readPackets,
} from "../../../../src/commands/session/send_packets.ts";
import { ParseError, UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const RULES = { godot: 4, fullObjects: false, scheme: "udp", maxPacketSize: 65507 } as const;

async function read(...args: string[]): Promise<OutgoingPackets> {
  const io = memoryIo({ stdin: "1\n", files: { f: "file" } });
  const options = parseOptions(args, optionsOf(send));
  return await readPackets(options.values, options, RULES, io);
}

Deno.test("readPackets() takes values first, then raw packets, by option", async () => {
  const { listed, lines } = await read(
    "--file=f",
    "1",
    "--text=a",
    "--base64=AQ==",
    "--hex=02",
    "true",
    "--hex=03",
  );
  assertEquals(listed.map(({ name, payload }) => [name, payload.toHex()]), [
    ["value 1", "0200000001000000"],
    ["value 2", "0100000001000000"],
    ["--hex 1", "02"],
    ["--hex 2", "03"],
    ["--base64 1", "01"],
    ["--text 1", "61"],
    ["--file 1", "66696c65"],
  ]);
  assertEquals(listed.map(({ value }) => value).slice(0, 3), [1n, true, undefined]);
  assertEquals(lines, null);
});

Deno.test("readPackets() leaves stdin for later", async () => {
  const { listed, lines } = await read("1", "-");
  assertEquals([listed.length, lines === null], [1, false]);
  const names: string[] = [];
  for await (const packet of lines ?? []) names.push(packet.name);
  assertEquals(names, ["line 1"]);
});

Deno.test("readPackets() reads everything before anything is sent", async () => {
  await assertRejects(() => read("1", "[2"), ParseError);
  await assertRejects(() => read("1", "--hex=0"), UsageError);
  await assertRejects(() => read("-", "-"), UsageError, "stdin was named twice");
});
