import { assert, assertEquals } from "@std/assert";
import { parseOptions } from "../../../src/cli/args.ts";
import { optionsOf } from "../../../src/cli/common_options.ts";
import { demo } from "../../../src/cli/demo.ts";
import { memoryIo } from "../../support/memory_io.ts";
import { runCommand } from "../../support/run_command.ts";

Deno.test("demo shows values over UDP, TCP and DTLS, broken packets and round trips", async () => {
  const { exit, lines, stderr } = await runCommand(demo, []);
  assertEquals([exit, stderr], [0, ""]);
  assertEquals(lines.at(-1), "Everything came out as it should.");
  const isTitle = (line: string): boolean => !/^$|│|^Not shown: /.test(line);
  assertEquals(lines.filter(isTitle), [
    "Values over UDP: one end echoes, the other waits for it",
    "Values over TCP: one end echoes, the other waits for it",
    "A value over DTLS: a self-signed certificate, and a client that knows its pin",
    "Broken packets: which byte, why, and what Godot says to them",
    "Round trips over UDP: four clients, 60 packets a second each",
    "Everything came out as it should.",
  ]);
  const has = (pattern: RegExp): void =>
    assert(lines.some((line) => pattern.test(line)), `${pattern} in\n${lines.join("\n")}`);
  for (const scheme of ["udp", "tcp"]) {
    has(new RegExp(`^listen  │ listening on ${scheme}://127\\.0\\.0\\.1:[1-9]\\d*$`));
    has(new RegExp(`^send    │ \\$ packetpeer send ${scheme}://127\\.0\\.0\\.1:[1-9]\\d* '\\{`));
  }
  for (const [label, arrows] of [["listen ", ["<", ">"]], ["send   ", [">", "<"]]] as const) {
    for (const arrow of arrows) {
      const packet = new RegExp(
        `^${label} │ \\S+ ${arrow} .* Array\\[int\\]\\(\\[3, 1, 4, 1, 5\\]\\)$`,
      );
      assertEquals(lines.filter((line) => packet.test(line)).length, 2, `${packet}`); // UDP and TCP
    }
  }
  has(/^listen {2}│ +hint: .*PacketPeerStream/);
  has(
    /^decode {2}│ .*Cannot decode String at byte 24 \(\$\["cmd"\]\): its length says 8 bytes with padding, 4 left/,
  );
  has(/^decode {2}│ .*ERR_FILE_EOF/);
  has(/^explain │ .*the sender used PacketPeerStream/);
  has(/^bench {3}│ round trip +4\d\d /);
  has(/^bench {3}│ holds {2}loss /);
});

Deno.test("demo plays no scene once it is interrupted, and ends with 1", async () => {
  const io = memoryIo();
  const { interrupted } = io; // from here on the demo takes Ctrl-C
  io.interrupt();
  assert(interrupted.aborted);
  assertEquals(await demo.run(parseOptions([], optionsOf(demo)), io), 1);
  assertEquals(io.stdoutLines(), [""]);
  assertEquals(io.stderrText(), "");
});
