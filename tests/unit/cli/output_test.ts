import { assert, assertEquals, assertFalse, assertInstanceOf } from "@std/assert";
import { Output, type OutputSettings, type Sink } from "../../../src/cli/output.ts";
import { MemorySink } from "../../support/memory_io.ts";

interface Printed {
  readonly output: Output;
  readonly stdout: MemorySink;
  readonly stderr: MemorySink;
}

function printed(settings: OutputSettings = {}): Printed {
  const stdout = new MemorySink();
  const stderr = new MemorySink();
  return { output: new Output(stdout, stderr, settings), stdout, stderr };
}

/** A sink that fails, or that takes part of the bytes. */
function sink(writeSync: (bytes: Uint8Array) => number): Sink {
  return { writeSync };
}

Deno.test("Output.data() writes lines in the next turn of the event loop", async () => {
  let turn = Promise.withResolvers<void>();
  const { output, stdout } = printed({ nextTurn: () => turn.promise });
  output.data("a");
  output.data("é");
  await Promise.resolve();
  assertEquals(stdout.writeCount, 0);
  turn.resolve();
  await turn.promise;
  await Promise.resolve();
  assertEquals([stdout.text(), stdout.writeCount], ["a\né\n", 1]);
  turn = Promise.withResolvers<void>();
  output.data("b");
  turn.resolve();
  await turn.promise;
  await Promise.resolve();
  assertEquals([stdout.text(), stdout.writeCount], ["a\né\nb\n", 2]);
});

Deno.test("Output.data() writes many lines in few writes, in order", () => {
  const { output, stdout } = printed();
  const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i}`);
  for (const line of lines) output.data(line);
  output.flush();
  assertEquals(stdout.text(), lines.map((line) => `${line}\n`).join(""));
  assert(stdout.writeCount < 500, `${stdout.writeCount} writes`);
});

Deno.test("Output.data() writes each line at once on a terminal", () => {
  const { output, stdout } = printed({ isTerminal: true });
  output.data("a");
  assertEquals(stdout.text(), "a\n");
});

Deno.test("Output.raw() keeps its place between lines", () => {
  const { output, stdout } = printed();
  output.data("a");
  output.raw(new Uint8Array([0, 0xff]));
  output.data("b");
  output.flush();
  assertEquals(stdout.bytes(), new Uint8Array([0x61, 0x0a, 0, 0xff, 0x62, 0x0a]));
});

Deno.test("Output writes data before what is said after it on stderr", () => {
  const order: string[] = [];
  const recorder = (name: string): Sink =>
    sink((bytes) => {
      order.push(name + new TextDecoder().decode(bytes));
      return bytes.length;
    });
  const output = new Output(recorder("out "), recorder("err "));
  output.data("1");
  output.error("2");
  output.data("3");
  output.status("4");
  assertEquals(order, ["out 1\n", "err 2\n", "out 3\n", "err 4\n"]);
});

Deno.test("Output.status() and verbose() depend on quiet and verbose, error() does not", () => {
  const say = ({ output, stderr }: Printed): string => {
    output.status("status");
    output.verbose("verbose");
    output.error("error");
    return stderr.text();
  };
  assertEquals(say(printed()), "status\nerror\n");
  assertEquals(say(printed({ isQuiet: true })), "error\n");
  assertEquals(say(printed({ isVerbose: true })), "status\nverbose\nerror\n");
});

Deno.test("Output.progress() is replaced in place and cleared before other lines", () => {
  const { output, stderr } = printed({ isStatusTerminal: true, columns: 10 });
  output.progress("10 %");
  output.progress("much too long for it");
  output.status("done");
  output.status("again");
  const clear = "\r\x1b[2K";
  assertEquals(stderr.text(), `${clear}10 %${clear}much too ${clear}done\nagain\n`);
});

Deno.test("Output.progress() is cleared before data on a terminal and at the end", () => {
  const { output, stdout, stderr } = printed({ isTerminal: true, isStatusTerminal: true });
  const clear = "\r\x1b[2K";
  output.progress("p");
  output.data("line");
  assertEquals(stdout.text(), "line\n");
  assertEquals(stderr.text(), `${clear}p${clear}`);
  output.progress("q");
  output.flush();
  output.flush();
  assertEquals(stderr.text(), `${clear}p${clear}${clear}q${clear}`);
});

Deno.test("Output.progress() says nothing without a terminal, and nothing with quiet", () => {
  for (const settings of [{}, { isStatusTerminal: true, isQuiet: true }]) {
    const { output, stderr } = printed(settings);
    output.progress("10 %");
    output.flush();
    assertEquals(stderr.text(), "");
  }
});

Deno.test("Output takes a closed stdout quietly and says so once", () => {
  let closings = 0;
  const closed = new MemorySink(new Deno.errors.BrokenPipe());
  const stderr = new MemorySink();
  const output = new Output(closed, stderr, { onClosed: () => closings++ });
  assertFalse(output.isClosed);
  output.data("a");
  output.flush();
  output.data("b");
  output.raw(new Uint8Array(1));
  output.flush();
  assert(output.isClosed);
  assertEquals(closings, 1);
  assertEquals(output.failure, null);
  assertEquals(stderr.text(), "");
});

Deno.test("Output keeps the failure of a stdout that cannot be written", () => {
  const full = new MemorySink(new Error("No space left on device"));
  const output = new Output(full, new MemorySink());
  output.data("a");
  output.flush();
  assert(output.isClosed);
  assertInstanceOf(output.failure, Error);
});

Deno.test("Output goes on without stderr", () => {
  const stdout = new MemorySink();
  const closed = new MemorySink(new Deno.errors.BrokenPipe());
  const output = new Output(stdout, closed);
  output.error("nobody hears this");
  output.data("a");
  output.flush();
  assertEquals(stdout.text(), "a\n");
});

Deno.test("Output writes all bytes to a sink that takes few at a time or is busy", () => {
  const taken: number[] = [];
  let turns = 0;
  const slow = sink((bytes) => {
    if (turns++ % 2 === 0) throw new Deno.errors.WouldBlock();
    taken.push(...bytes.subarray(0, 2));
    return Math.min(2, bytes.length);
  });
  const output = new Output(slow, new MemorySink());
  output.data("hello");
  output.flush();
  assertEquals(new TextDecoder().decode(new Uint8Array(taken)), "hello\n");
});

Deno.test("Output writes whole lines at once, of at most what a pipe takes as a whole", () => {
  const pieces: string[] = [];
  const recorder = sink((bytes) => {
    pieces.push(new TextDecoder().decode(bytes));
    return bytes.length;
  });
  const output = new Output(recorder, new MemorySink());
  const lines = ["short", "x".repeat(10_000), ...Array(1000).fill("seventeen letters")];
  for (const line of lines) output.data(line);
  output.flush();
  assertEquals(pieces.join(""), lines.map((line) => `${line}\n`).join(""));
  assertEquals(pieces.filter((piece) => piece.length > 4096), []);
  const cut = pieces.filter((piece) => !piece.endsWith("\n"));
  assertEquals(cut, Array(2).fill("x".repeat(4096)));
});

Deno.test("Output has the defaults of a pipe", () => {
  const { output } = printed();
  assertEquals(output.mode, "human");
  assertEquals(output.columns, 80);
  assertFalse(output.isTerminal);
  assertEquals(output.paint.red("x"), "x");
  assertEquals(output.statusPaint.red("x"), "x");
});
