import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../../src/errors.ts";
import { CaptureFile } from "../../../../src/commands/session/capture_file.ts";
import { type MemoryIo, memoryIo, type MemorySettings } from "../../../support/memory_io.ts";
import { codesOf, packetsOf, readAll } from "../../../support/pcap_builder.ts";

const HERE = { hostname: "127.0.0.1", port: 4242 };
const THERE = { hostname: "127.0.0.1", port: 50000 };
const TIME = 1_790_000_000_000_000;

interface Opened {
  readonly io: MemoryIo;
  readonly capture: CaptureFile;
  content(): Uint8Array;
}

function open(settings: MemorySettings = {}, hasKeys = false): Opened {
  const io = memoryIo(settings);
  const capture = new CaptureFile("a.pcapng", { endpoint: "udp://127.0.0.1:4242", hasKeys }, io);
  const content = (): Uint8Array => io.system.created.get("a.pcapng")?.content ?? new Uint8Array(0);
  return { io, capture, content };
}

function datagram(capture: CaptureFile, direction: "in" | "out", text: string, time = TIME): void {
  const bytes = new TextEncoder().encode(text);
  capture.datagram({ direction, local: HERE, remote: THERE, bytes, time });
}

function linesOf(file: Uint8Array): string[] {
  const events = readAll(file, { framing: "none" });
  assertEquals(codesOf(events), []);
  return packetsOf(events).map(({ source, destination, payload, notes }) => {
    assertEquals(notes, []);
    return `${source} > ${destination} ${new TextDecoder().decode(payload)}`;
  });
}

Deno.test("CaptureFile writes datagrams of both directions", () => {
  const { capture, content } = open();
  datagram(capture, "in", "hello");
  datagram(capture, "out", "", TIME + 1);
  datagram(capture, "out", "world", TIME + 2);
  capture.close();
  assertEquals(linesOf(content()), [
    "127.0.0.1:50000 > 127.0.0.1:4242 hello",
    "127.0.0.1:4242 > 127.0.0.1:50000 ",
    "127.0.0.1:4242 > 127.0.0.1:50000 world",
  ]);
  const times = packetsOf(readAll(content())).map(({ time }) => time);
  assertEquals(times[0], BigInt(TIME) * 1000n);
});

Deno.test("CaptureFile puts what is told late where it belongs", () => {
  const { capture, content } = open();
  datagram(capture, "out", "1", TIME);
  datagram(capture, "in", "3", TIME + 20);
  datagram(capture, "in", "4", TIME + 20);
  datagram(capture, "out", "2", TIME + 10);
  capture.close();
  assertEquals(linesOf(content()).map((line) => line.at(-1)), ["1", "2", "3", "4"]);
});

Deno.test("CaptureFile finds the local address of a socket that is bound to all", () => {
  const { capture, content } = open();
  const bytes = new Uint8Array(0);
  const any = { hostname: "::", port: 4242 };
  capture.datagram({ direction: "in", local: any, remote: THERE, bytes, time: TIME });
  const v6 = { hostname: "::1", port: 50000 };
  capture.datagram({ direction: "out", local: any, remote: v6, bytes, time: TIME });
  capture.close();
  assertEquals(linesOf(content()), [
    "127.0.0.1:50000 > 127.0.0.1:4242 ",
    "[::1]:4242 > [::1]:50000 ",
  ]);
});

for (const opener of ["in", "out"] as const) {
  Deno.test(`CaptureFile writes connections that are opened from ${opener}`, () => {
    const { capture, content } = open();
    const tap = capture.connection(opener, HERE, THERE);
    tap.bytes("in", new TextEncoder().encode("question"));
    tap.bytes("out", new TextEncoder().encode("answer"));
    tap.end("out");
    tap.end("in");
    capture.close();
    assertEquals(linesOf(content()), [
      "127.0.0.1:50000 > 127.0.0.1:4242 question",
      "127.0.0.1:4242 > 127.0.0.1:50000 answer",
    ]);
    // The first packet is a SYN of who opened: behind the file's head, a block's and an IP header.
    const text = content().toHex();
    const ports = opener === "out" ? "1092c350" : "c3501092";
    assert(text.includes(`7f0000017f000001${ports}00000000000000007002`), text.slice(0, 500));
  });
}

Deno.test("CaptureFile writes keys in front of the packets of the moment", () => {
  const { io, capture, content } = open({}, true);
  datagram(capture, "in", "encrypted");
  capture.addKey("CLIENT_RANDOM 00 11");
  capture.close();
  const text = new TextDecoder("latin1").decode(content());
  assert(text.indexOf("CLIENT_RANDOM 00 11\n") < text.indexOf("encrypted"));
  assert(text.includes("CLIENT_RANDOM"));
  assertEquals(io.system.created.get("a.pcapng")?.isSecret, true);
  assertEquals(linesOf(content()).length, 1);
});

Deno.test("CaptureFile is written while it goes on", async () => {
  const { capture, content } = open();
  datagram(capture, "in", "first");
  assertEquals(linesOf(content()), []);
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (linesOf(content()).length > 0) resolve();
    else setTimeout(look, 1);
  };
  look();
  await promise;
  datagram(capture, "in", "x".repeat(60_000));
  for (let i = 0; i < 4; i++) datagram(capture, "in", "y".repeat(60_000));
  assertEquals(linesOf(content()).length, 6); // so much does not wait
  capture.close();
  assertEquals(linesOf(content()).length, 6);
});

Deno.test("CaptureFile says once that the disk is full, and ends in front of what did not fit", () => {
  const error = new Error("No space left on device (os error 28)");
  const { io, capture, content } = open({ diskFailure: { at: 70_000, error } });
  const tap = capture.connection("in", HERE, THERE);
  for (let i = 0; i < 10; i++) datagram(capture, "in", "z".repeat(60_000));
  tap.bytes("in", Uint8Array.of(1));
  datagram(capture, "in", "after");
  capture.addKey("a key");
  capture.close();
  assertEquals(
    io.stderrText(),
    "packetpeer: cannot write a.pcapng any more: No space left on device (os error 28); " +
      "the capture ends here, the run goes on\n",
  );
  assertEquals(linesOf(content()), []);
  assertEquals(io.system.created.get("a.pcapng")?.isClosed, true);
});

Deno.test("CaptureFile cannot be where it cannot be written", () => {
  const settings = { endpoint: "udp://127.0.0.1:4242", hasKeys: false };
  const error = assertThrows(
    () => new CaptureFile("/missing/a.pcapng", settings, memoryIo()),
    UsageError,
  );
  assertEquals(error.message, "cannot write /missing/a.pcapng: no such folder");
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const failure = { diskFailure: { at: 0, error: full } };
  const other = assertThrows(() => open(failure), UsageError);
  assertMatch(other.message, /^cannot write a\.pcapng: No space left on device/);
});
