/** `explain` as a child process: exit codes, the last line, files and stdin, the permissions it needs. */

import { assert, assertEquals } from "@std/assert";
import { runCli } from "../support/run_cli.ts";

const FRAMED = "080000000200000007000000";
const VERDICT =
  "a valid Godot Variant (int) behind a 4-byte length: the sender used PacketPeerStream";

Deno.test("packetpeer explain ends with its verdict, and with 0", async () => {
  const { code, stdoutLines, stderr } = await runCli(["explain", FRAMED]);
  assertEquals([code, stderr], [0, ""]);
  assert(stdoutLines.at(-1)?.startsWith(VERDICT), stdoutLines.at(-1));
});

Deno.test("packetpeer explain prints one JSON object as documented", async () => {
  const { code, stdoutLines } = await runCli(["explain", "-o", "json", FRAMED]);
  assertEquals([code, stdoutLines.length], [0, 1]);
  const event = JSON.parse(stdoutLines[0] ?? "");
  assertEquals(Object.keys(event), ["event", "verdict", "readings"]);
  assertEquals(event.event, "explanation");
  assertEquals(Object.keys(event.readings[0]), ["what", "score", "why", "text"]);
  assertEquals(event.readings[0].text, "7");
});

Deno.test("packetpeer explain ends with 1 when nothing explains the bytes, with 2 on bad usage", async () => {
  const unknown = await runCli(["explain", "ff00ff0012"]);
  assertEquals(unknown.code, 1);
  assert(unknown.stdoutLines.at(-1)?.startsWith("no reading explains these 5 bytes"));
  const bad = await runCli(["explain", "nonsense"]);
  assertEquals([bad.code, bad.stdout], [2, ""]);
  assert(bad.stderr.startsWith('packetpeer: "nonsense" is no hex; '), bad.stderr);
  assertEquals((await runCli(["explain", "@/no/such/file"])).code, 2);
});

Deno.test("packetpeer explain reads raw bytes and hex from stdin", async () => {
  for (
    const stdin of [
      Uint8Array.fromHex(FRAMED),
      `${FRAMED}\n`,
      "[8, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0]\n",
    ]
  ) {
    const { code, stdoutLines } = await runCli(["explain", "-"], { stdin });
    assertEquals(code, 0);
    assert(stdoutLines.at(-1)?.startsWith(VERDICT));
  }
});

Deno.test("packetpeer explain undoes compression", async () => {
  const zstd = "28b52ffd20084100000200000007000000";
  const { stdoutLines } = await runCli(["explain", zstd]);
  assert(
    stdoutLines.at(-1)?.startsWith(
      "a Godot Variant (int) compressed with PackedByteArray.compress",
    ),
  );
});
