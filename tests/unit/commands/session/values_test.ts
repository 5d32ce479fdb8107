import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { SessionValues } from "../../../../src/commands/session/values.ts";
import { PeerError } from "../../../../src/errors.ts";
import { type MemoryIo, memoryIo, type MemorySettings } from "../../../support/memory_io.ts";
import { EMPTY_REPORT, packetOf, valuePacket } from "../../../support/session.ts";

const VIEW = { godot: 4, allowObjects: false, peers: "all" } as const;

async function printed(
  mode: "text" | "hex" | "tree",
  run: (values: SessionValues) => unknown,
  settings: MemorySettings = {},
): Promise<MemoryIo> {
  const io = memoryIo({ mode, ...settings });
  await run(new SessionValues(io.output, mode, VIEW));
  await io.output.flush();
  return io;
}

Deno.test("SessionValues prints what arrived, one a line, and nothing else", async () => {
  const io = await printed("text", (values) => {
    values.listening("udp://127.0.0.1:4242");
    values.peer("connected", "a:1", null);
    assertEquals(values.received(valuePacket(7n), "a:1"), true);
    values.sent();
    assertEquals(values.received(valuePacket("x"), "a:1"), true);
    return values.summary(EMPTY_REPORT);
  });
  assertEquals(io.stdoutLines(), ["7", '"x"']);
  assertMatch(io.stderrText(), /^listening on udp:\/\/127.0.0.1:4242\n--- udp:.* ---\nreceived/);
});

Deno.test("SessionValues keeps line N packet N where one does not decode", async () => {
  const io = await printed("text", (values) => {
    assertEquals(values.received(packetOf("63000000"), "a:1"), false);
    values.received(valuePacket(7n), "a:1");
  });
  assertEquals(io.stdoutLines(), ["", "7"]);
  assertMatch(
    io.stderrText(),
    /^packetpeer: packet 1 from a:1: Cannot decode .* at byte 0.* \(ERR_INVALID_DATA\)\n$/,
  );
});

Deno.test("SessionValues adds a guess to what does not decode", async () => {
  const io = await printed("text", (values) => values.received(packetOf("68656c6c6f"), "a:1"));
  assertStringIncludes(io.stderrText(), '; it is plain text: "hello"');
});

Deno.test("SessionValues prints hex of everything, good or bad", async () => {
  const io = await printed("hex", (values) => {
    assertEquals(values.received(packetOf("0200000007000000"), "a:1"), true);
    assertEquals(values.received(packetOf("63000000"), "a:1"), false);
  });
  assertEquals(io.stdoutLines(), ["0200000007000000", "63000000"]);
  assertStringIncludes(io.stderrText(), "packet 2 from a:1");
});

Deno.test("SessionValues prints trees of everything, good or bad", async () => {
  const io = await printed("tree", (values) => {
    assertEquals(values.received(packetOf("0200000007000000"), "a:1"), true);
    assertEquals(values.received(packetOf("63000000"), "a:1"), false);
  });
  const text = io.stdoutText();
  for (const part of ["packet 1 from a:1", "packet 2 from a:1", "int", "ERR_INVALID_DATA"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("SessionValues warns of what Godot would read differently, unless quiet", async () => {
  const run = (values: SessionValues): void =>
    void values.received(packetOf("0200000007000000ff"), "a:1");
  const io = await printed("text", run);
  assertEquals(io.stdoutLines(), ["7"]);
  assertMatch(io.stderrText(), /packet 1 from a:1, byte 8: warning: .* \(trailing-bytes\)/);
  assertEquals((await printed("text", run, { isQuiet: true })).stderrText(), "");
});

Deno.test("SessionValues tells why a peer failed, and with --verbose more", async () => {
  const run = (values: SessionValues): void => {
    values.peer("connected", "a:1", null);
    values.peer("error", "a:1", new PeerError("ERR_CONNECTION_ERROR", "lost it"));
  };
  assertEquals((await printed("text", run)).stderrText(), "packetpeer: a:1: lost it\n");
  const verbose = (await printed("text", run, { isVerbose: true })).stderrText();
  assertEquals(verbose, "a:1 connected\npacketpeer: a:1: lost it\n");
});
