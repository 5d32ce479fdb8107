import { assert, assertEquals } from "@std/assert";
import { Performance } from "../../../src/cli/demo_stage.ts";
import { Output } from "../../../src/cli/output.ts";
import { loadColors, type Paint } from "../../../src/cli/paint.ts";
import { MemorySink } from "../../support/memory_io.ts";

/** An output in memory, and the lines that came out of it. */
function stage(paint?: Paint): { output: Output; shown: () => string[] } {
  const stdout = new MemorySink();
  const settings = paint === undefined ? {} : { paint };
  const output = new Output(stdout, new MemorySink(), settings);
  const shown = (): string[] => {
    output.flush();
    return stdout.text().split("\n").slice(0, -1);
  };
  return { output, shown };
}

Deno.test("Performance shows the command line and what it prints behind the run's name", async () => {
  const { output, shown } = stage();
  const encoder = new Performance(["encode", "[7, null]"], "encode", output);
  assertEquals(await encoder.exit(), 0);
  const hex = "1c000000020000000200000007000000" + "00000000";
  assertEquals(shown(), [
    "encode  │ $ packetpeer encode '[7, null]'",
    `encode  │ ${hex}`,
  ]);
  assertEquals(encoder.lines, [hex]);
});

Deno.test("Performance quotes what a shell would take apart, and only that", async (t) => {
  const rows: [args: string[], line: string][] = [
    [["help", "encode"], "help encode"],
    [["decode", "udp://127.0.0.1:0", "--a=b,c", "x-y"], "decode udp://127.0.0.1:0 --a=b,c x-y"],
    [["encode", "a b"], "encode 'a b'"],
    [["encode", '{"k": 1}'], `encode '{"k": 1}'`],
    [["encode", "$HOME", "*", "a;b"], "encode '$HOME' '*' 'a;b'"],
    [["encode", ""], "encode ''"],
  ];
  for (const [args, line] of rows) {
    await t.step(line, async () => {
      const { output, shown } = stage();
      await new Performance(args, "run", output).exit();
      assertEquals(shown()[0], `run     │ $ packetpeer ${line}`);
    });
  }
});

Deno.test("Performance keeps stderr, too, and gives the exit code", async () => {
  const { output } = stage();
  const decoder = new Performance(["decode", "27000000"], "decode", output);
  assertEquals(await decoder.exit(), 1);
  const verdict = "Cannot decode Variant at byte 0: type 39 does not exist, the last one is 38";
  assert(decoder.lines.some((line) => line.includes(verdict)), decoder.lines.join("\n"));
  assertEquals(await new Performance(["frobnicate"], "nothing", output).exit(), 2);
});

Deno.test("Performance shows the lines that are picked and keeps all", async () => {
  const { output, shown } = stage();
  const isShown = (line: string): boolean => line.startsWith("02");
  const encoder = new Performance(["encode", "7", '"x"', "8"], "encode", output, isShown);
  assertEquals(await encoder.exit(), 0);
  assertEquals(encoder.lines.length, 3);
  assertEquals(shown().slice(1), [
    "encode  │ 0200000007000000",
    "encode  │ 0200000008000000",
  ]);
});

Deno.test("Performance shows colours where the output has them, and keeps lines without", async () => {
  const { output, shown } = stage(await loadColors());
  const encoder = new Performance(["encode", "-o", "tree", "7"], "encode", output);
  assertEquals(await encoder.exit(), 0);
  const escape = "\x1b[";
  const isColored = (line: string): boolean =>
    line.includes(escape, line.indexOf(" ", line.indexOf("│")));
  assert(shown().slice(1).some(isColored), shown().join("\n"));
  assert(encoder.lines.length > 0);
  assertEquals(encoder.lines.filter((line) => line.includes(escape)), []);
  const plain = new Performance(["encode", "-o", "tree", "7"], "encode", stage().output);
  await plain.exit();
  assertEquals(encoder.lines, plain.lines);
});

Deno.test("Performance.line() gives a line that came before, or comes, or null at the end", async () => {
  const { output } = stage();
  const listener = new Performance(["listen", "udp://127.0.0.1:0"], "listen", output);
  const line = await listener.line("listening on ");
  assert(line !== null);
  assertEquals(await listener.line("listening on udp://127.0.0.1:"), line);
  const never = listener.line("this is never printed");
  const port = line.split(":").at(-1) ?? "";
  const sender = new Performance(["send", `udp://127.0.0.1:${port}`, '"hi"', "-q"], "send", output);
  assertEquals(await sender.exit(), 0);
  assert((await listener.line('"hi"'))?.endsWith(' "hi"'));
  assertEquals(await listener.interrupt(), 0);
  assertEquals(await never, null);
  assertEquals(await listener.line("nor is this"), null);
  assertEquals(await listener.line("listening on "), line);
});

Deno.test("Performance.interrupt() ends a run that has only just begun", async () => {
  const { output } = stage();
  const listener = new Performance(["listen", "udp://127.0.0.1:0", "-q"], "listen", output);
  assertEquals(await listener.interrupt(), 0);
});

Deno.test("Performance gives its run no input and no files", async () => {
  const { output } = stage();
  const reader = new Performance(["decode", "@packet.bin"], "decode", output);
  assertEquals(await reader.exit(), 2);
  assertEquals(reader.lines, ["packetpeer: cannot read packet.bin: no such file"]);
});
