import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { limitTeller, MAX_PEERS, readLimit } from "../../../../src/commands/session/peer_limits.ts";
import { MAX_HANDSHAKES } from "../../../../src/commands/security/options.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

function limitOf(args: readonly string[], option = MAX_PEERS): number {
  return readLimit(parseOptions(args, [MAX_PEERS, MAX_HANDSHAKES]), option);
}

Deno.test("readLimit() has a number for every server", () => {
  assertEquals([limitOf([]), limitOf([], MAX_HANDSHAKES)], [4096, 1024]);
  assertEquals(limitOf(["--max-peers", "3"]), 3);
  assertEquals(limitOf(["--max-handshakes", "2"], MAX_HANDSHAKES), 2);
});

Deno.test("readLimit() refuses a server that nobody gets into", () => {
  const message = "--max-peers 0 would let nobody in; write 1 or more";
  assertThrows(() => limitOf(["--max-peers", "0"]), UsageError, message);
});

Deno.test("limitTeller() says each limit once", () => {
  const io = memoryIo();
  const tell = limitTeller(io.output);
  for (let i = 0; i < 3; i++) tell("handshakes", 1024);
  for (let i = 0; i < 3; i++) tell("peers", 1);
  const rest = "allows: more are refused until there is room; the summary counts them";
  assertEquals(io.stderrText().trimEnd().split("\n"), [
    `packetpeer: warning: 1024 handshakes are under way, as many as --max-handshakes ${rest}`,
    `packetpeer: warning: 1 peer is connected, as many as --max-peers ${rest}`,
  ]);
});
