import { assert, assertEquals } from "@std/assert";
import { run } from "../../../src/cli/app.ts";
import { VERSION } from "../../../src/cli/version.ts";
import { type MemorySettings, MemorySystem } from "../../support/memory_io.ts";

interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function outcome(args: readonly string[], settings: MemorySettings = {}): Promise<Outcome> {
  const system = new MemorySystem(settings);
  const exit = await run(args, system);
  return { exit, stdout: system.stdout.text(), stderr: system.stderr.text() };
}

Deno.test("run() runs the command that the arguments name", async () => {
  const seven = "0200000007000000\n";
  assertEquals(await outcome(["encode", "7"]), { exit: 0, stdout: seven, stderr: "" });
  const before = await outcome(["-q", "--color", "never", "encode", "7"]);
  assertEquals([before.exit, before.stdout], [0, seven]);
});

Deno.test("run() without a command shows the help on stderr and ends with 2", async () => {
  const { exit, stdout, stderr } = await outcome([]);
  assertEquals([exit, stdout], [2, ""]);
  assert(stderr.includes("Usage: packetpeer COMMAND"), stderr);
});

Deno.test("run() prints help where it is asked for", async () => {
  const main = await outcome(["--help"]);
  assert(main.stdout.includes("Usage: packetpeer COMMAND"));
  assertEquals(await outcome(["help"]), main);
  assertEquals(await outcome(["-h"]), main);
  const decode = await outcome(["decode", "--help"]);
  assert(decode.stdout.includes("Usage: packetpeer decode"), decode.stdout);
  assertEquals(await outcome(["help", "decode"]), decode);
  assertEquals(await outcome(["-h", "decode", "ff"]), decode);
  assertEquals([main.exit, decode.exit, main.stderr, decode.stderr], [0, 0, "", ""]);
});

Deno.test("run() prints the version, alone, with details, and as JSON", async () => {
  const plain = { exit: 0, stdout: `packetpeer ${VERSION}\n`, stderr: "" };
  assertEquals(await outcome(["--version"]), plain);
  assertEquals(await outcome(["-V"]), plain);
  assertEquals(await outcome(["encode", "--version"]), plain);
  const verbose = await outcome(["--version", "-v"]);
  assertEquals(verbose.stdout, `packetpeer ${VERSION}\ndeno 2.9.6\n`);
  const json = await outcome(["-V", "-o", "json"]);
  assertEquals(JSON.parse(json.stdout), { event: "version", packetpeer: VERSION, deno: "2.9.6" });
});

Deno.test("run() suggests the nearest command, option and choice", async () => {
  const cases: [string[], string][] = [
    [["decod"], `packetpeer: unknown command "decod"; did you mean decode?\n`],
    [["frobnicate"], `packetpeer: unknown command "frobnicate"; packetpeer --help lists them\n`],
    [["encode", "--form", "json"], "packetpeer: unknown option --form; did you mean --from?\n"],
    [["help", "decod"], `packetpeer: no help on "decod"; did you mean decode?\n`],
  ];
  for (const [args, stderr] of cases) {
    assertEquals(await outcome(args), { exit: 2, stdout: "", stderr }, args.join(" "));
  }
});

Deno.test("run() reports errors as an event on stdout too, when JSON is asked for", async () => {
  for (const output of [["-o", "json"], ["--output=native"]]) {
    const { exit, stdout, stderr } = await outcome(["decode", ...output, "@missing"]);
    assertEquals(exit, 2);
    assertEquals(stderr, "packetpeer: cannot read missing: no such file\n");
    assertEquals(JSON.parse(stdout), {
      event: "error",
      exit: 2,
      code: "ERR_FILE_NOT_FOUND",
      message: "cannot read missing: no such file",
    });
  }
  const early = await outcome(["decode", "--bogus", "-ojson"]);
  assertEquals(JSON.parse(early.stdout).code, "ERR_INVALID_PARAMETER");
});

Deno.test("run() shows a stack trace only with --verbose", async () => {
  const terse = await outcome(["decode", "@missing"]);
  assertEquals(terse.stderr.trimEnd().split("\n").length, 1);
  const verbose = await outcome(["decode", "-v", "@missing"]);
  assert(verbose.stderr.includes("\n    at "), verbose.stderr);
});

Deno.test("run() colours what terminals show, and what --color says", async () => {
  const isColored = async (args: string[], settings: MemorySettings): Promise<boolean> =>
    (await outcome(["encode", "-o", "tree", "7", ...args], settings)).stdout.includes("\x1b[");
  const terminal = { isTerminal: true, environment: { TERM: "xterm" } };
  assertEquals(await isColored([], {}), false);
  assertEquals(await isColored([], { isStderrTerminal: true }), false);
  assertEquals(await isColored([], terminal), true);
  assertEquals(await isColored([], { ...terminal, noColor: true }), false);
  assertEquals(await isColored([], { ...terminal, environment: { TERM: "dumb" } }), false);
  assertEquals(await isColored(["--color", "never"], terminal), false);
  assertEquals(await isColored(["--color=always"], { noColor: true }), true);
});

Deno.test("run() wraps help at the width of the terminal, else at COLUMNS or 80", async () => {
  const width = async (settings: MemorySettings): Promise<number> => {
    const { stdout } = await outcome(["--help"], settings);
    return Math.max(...stdout.split("\n").map((line) => line.length));
  };
  const narrow = await width({});
  assert(narrow <= 80, `${narrow}`);
  assert(await width({ environment: { COLUMNS: "130" } }) > narrow);
  assert(await width({ isTerminal: true, columns: 130 }) > narrow);
  assertEquals(await width({ columns: 130 }), narrow);
  assertEquals(await width({ environment: { COLUMNS: "many" } }), narrow);
});

Deno.test("run() says when stdout cannot be written to, and ends with 1", async () => {
  const stdoutFailure = new Error("No space left on device (os error 28)");
  assertEquals(await outcome(["encode", "7"], { stdoutFailure }), {
    exit: 1,
    stdout: "",
    stderr: "packetpeer: cannot write to stdout: No space left on device (os error 28)\n",
  });
});

Deno.test("run() ends quietly when the reader of stdout goes away", async () => {
  const stdoutFailure = new Deno.errors.BrokenPipe();
  const quiet = { exit: 0, stdout: "", stderr: "" };
  assertEquals(await outcome(["encode", "7"], { stdoutFailure }), quiet);
});
