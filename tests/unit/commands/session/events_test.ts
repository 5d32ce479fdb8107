import { assertEquals } from "@std/assert";
import { SessionEvents } from "../../../../src/commands/session/events.ts";
import { DecodeError, PeerError } from "../../../../src/errors.ts";
import { Vector2 } from "../../../../src/variant/types.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";
import { EMPTY_REPORT, packetOf, valuePacket } from "../../../support/session.ts";

const VIEW = { godot: 4, allowObjects: false, peers: "all" } as const;

async function printed(
  mode: "json" | "native",
  run: (events: SessionEvents) => unknown,
  settings: { readonly isQuiet?: boolean } = {},
): Promise<MemoryIo> {
  const io = memoryIo({ mode, ...settings });
  await run(new SessionEvents(io.output, mode, VIEW));
  await io.output.flush();
  return io;
}

Deno.test("SessionEvents says where it listens, on both streams", async () => {
  const io = await printed("json", (events) => events.listening("udp://127.0.0.1:4242"));
  assertEquals(io.stdoutLines(), ['{"event":"listening","endpoint":"udp://127.0.0.1:4242"}']);
  assertEquals(io.stderrText(), "listening on udp://127.0.0.1:4242\n");
  const quiet = await printed("json", (events) => events.listening("udp://x:1"), { isQuiet: true });
  assertEquals([quiet.stdoutLines().length, quiet.stderrText()], [1, ""]);
});

Deno.test("SessionEvents prints a packet in either direction", async () => {
  const io = await printed("json", (events) => {
    assertEquals(events.received(valuePacket(new Vector2(1, 2)), "127.0.0.1:50312"), true);
    events.sent(valuePacket(7n), "[::1]:1");
  });
  assertEquals(io.stdoutLines(), [
    '{"event":"packet","direction":"in","time":"2026-01-31T12:00:00.123456Z",' +
    '"peer":"127.0.0.1:50312","size":12,"ok":true,"type":"Vector2","value":{"x":1.0,"y":2.0},' +
    '"text":"Vector2(1, 2)"}',
    '{"event":"packet","direction":"out","time":"2026-01-31T12:00:00.123456Z",' +
    '"peer":"[::1]:1","size":8,"ok":true,"type":"int","value":7,"text":"7"}',
  ]);
});

Deno.test("SessionEvents prints the value in the engine's JSON form with -o native", async () => {
  const io = await printed("native", (events) => events.received(valuePacket(7n), "a:1"));
  assertEquals(JSON.parse(io.stdoutText()).value, "i:7");
});

Deno.test("SessionEvents prints what does not decode, with its error and its bytes", async () => {
  const io = await printed("json", (events) => {
    assertEquals(events.received(packetOf("63000000"), "a:1"), false);
  });
  const { ok, error, hex, size, value } = JSON.parse(io.stdoutText());
  assertEquals([ok, hex, size, value], [false, "63000000", 4, undefined]);
  assertEquals([error.code, error.offset, error.path], ["ERR_INVALID_DATA", 0, "$"]);
});

Deno.test("SessionEvents adds notes where there are some", async () => {
  const io = await printed(
    "json",
    (events) => events.received(packetOf("0200000007000000ff"), "a:1"),
  );
  const { ok, notes } = JSON.parse(io.stdoutText());
  assertEquals([ok, notes.length, notes[0].offset, notes[0].code], [true, 1, 8, "trailing-bytes"]);
});

Deno.test("SessionEvents prints states of peers, and why they failed", async () => {
  const cutOff = new DecodeError({
    code: "ERR_FILE_EOF",
    reason: "frame-cut-off",
    offset: 5,
    what: "frame",
    why: "it ended",
  });
  const io = await printed("json", (events) => {
    events.peer("connected", "a:1", null);
    events.peer("error", "a:1", new PeerError("ERR_CONNECTION_ERROR", "lost it"));
    events.peer("error", "a:1", cutOff);
  });
  const time = /"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",/;
  assertEquals(io.stdoutLines().map((line) => line.replace(time, "")), [
    '{"event":"peer","state":"connected","peer":"a:1"}',
    '{"event":"peer","state":"error","peer":"a:1",' +
    '"error":{"code":"ERR_CONNECTION_ERROR","message":"lost it"}}',
    '{"event":"peer","state":"error","peer":"a:1","error":{"code":"ERR_FILE_EOF",' +
    '"message":"Cannot decode frame at byte 5: it ended","offset":5}}',
  ]);
});

Deno.test("SessionEvents ends with the summary", async () => {
  const io = await printed("json", (events) => events.summary(EMPTY_REPORT));
  assertEquals(JSON.parse(io.stdoutText()), { event: "summary", ...EMPTY_REPORT });
});
