/** The program itself as a child process: help, version, wrong command lines, streams and signals. */

import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../src/cli/registry.ts";
import { runCli, startCli } from "../support/run_cli.ts";

const SEVEN = "0200000007000000";

Deno.test("packetpeer without arguments shows its usage on stderr and ends with 2", async () => {
  const result = await runCli([]);
  assertEquals([result.code, result.stdout], [2, ""]);
  assert(result.stderr.includes("Usage: packetpeer COMMAND"), result.stderr);
});

Deno.test("packetpeer --help fits 80 columns where there is no terminal", async () => {
  const result = await runCli(["--help"], { env: { COLUMNS: "" } });
  assertEquals([result.code, result.stderr], [0, ""]);
  assertEquals(result.stdoutLines[0], "packetpeer: inspect and test Godot's PacketPeer traffic");
  assertEquals(result.stdoutLines.filter((line) => line.length > 80), []);
  assert(result.stdout.includes("Exit codes:"));
});

Deno.test("packetpeer help COMMAND and COMMAND --help are the same", async () => {
  for (const name of COMMANDS.map(({ name }) => name)) {
    const [before, after] = await Promise.all([runCli(["help", name]), runCli([name, "--help"])]);
    assertEquals([before.code, before.stderr], [0, ""]);
    assert(before.stdout.startsWith(`packetpeer ${name}: `), before.stdout);
    assertEquals(after, before);
  }
});

Deno.test("packetpeer --version has one line, or all that a bug report needs", async () => {
  const plain = await runCli(["--version"]);
  assertEquals([plain.code, plain.stdout], [0, "packetpeer 0.1.0\n"]);
  const verbose = await runCli(["-Vv"]);
  const { deno, v8, typescript } = Deno.version;
  assertEquals(verbose.stdoutLines, [
    "packetpeer 0.1.0",
    `deno ${deno}`,
    `v8 ${v8}`,
    `typescript ${typescript}`,
    `system ${Deno.build.target}`,
  ]);
  const json = await runCli(["--version", "-o", "json"]);
  assertEquals(JSON.parse(json.stdout), {
    event: "version",
    packetpeer: "0.1.0",
    deno,
    v8,
    typescript,
    system: Deno.build.target,
  });
});

Deno.test("packetpeer refuses wrong command lines with one line and 2", async () => {
  const cases: [args: string[], message: string][] = [
    [["decod"], `unknown command "decod"; did you mean decode?`],
    [["decode", "--form", "hex"], "unknown option --form; did you mean --from?"],
    [
      ["decode", "--from", "hx"],
      `--from: "hx" is none of auto, hex, base64, raw, pcap, ndjson; did you mean hex?`,
    ],
    [
      ["decode", "--from"],
      "--from needs a value (FORMAT); write --from auto|hex|base64|raw|pcap|ndjson",
    ],
    [["decode", "--godot", "5"], `--godot: "5" is none of 4, 3`],
    [
      ["decode", "--timeout", "5"],
      `--timeout: "5" lacks its unit; write a number with its unit, such as 250ms, 2s or 1.5m`,
    ],
    [["decode", "-q=1", SEVEN], "unknown option -=; --help lists the options"],
    [["decode", "--quiet=1", SEVEN], `--quiet got "1"; it takes no value`],
    [["encode", "-o", "hex", "-o", "raw"], `--output got "hex" and "raw"; it can be given once`],
    [["help", "decod"], `no help on "decod"; did you mean decode?`],
  ];
  await Promise.all(cases.map(async ([args, message]) => {
    const result = await runCli(args);
    assertEquals([result.code, result.stdout], [2, ""], args.join(" "));
    assertEquals(result.stderr, `packetpeer: ${message}\n`);
  }));
});

Deno.test("packetpeer reports errors on stdout too when JSON is asked for", async () => {
  const result = await runCli(["decode", "-o", "json", "--from", "hx"]);
  const { event, exit, code, message } = JSON.parse(result.stdout);
  assertEquals([event, exit, code], ["error", 2, "ERR_INVALID_PARAMETER"]);
  assertEquals(result.stderr, `packetpeer: ${message}\n`);
  assertEquals(result.code, 2);
});

Deno.test("packetpeer takes negative numbers and what follows -- as values", async () => {
  const negative = await runCli(["encode", "-7", "-inf", "-0.5"]);
  assertEquals(negative.stdoutLines, ["02000000f9ffffff", "03000000000080ff", "03000000000000bf"]);
  const dashes = await runCli(["decode", "--", SEVEN, "--help"]);
  assertEquals([dashes.code, dashes.stdoutLines], [1, ["7", ""]]);
});

Deno.test("packetpeer prints colours where it is told to, and none into a pipe", async () => {
  const tree = ["decode", "-o", "tree", SEVEN];
  const plain = await runCli(tree, { env: { NO_COLOR: "" } });
  assert(!plain.stdout.includes("\x1b["));
  const always = await runCli([...tree, "--color", "always"], { env: { NO_COLOR: "1" } });
  assert(always.stdout.includes("\x1b["));
});

Deno.test("packetpeer ends quietly when the reader of its output goes away", async () => {
  await using run = startCli(["decode"]);
  await run.write(`${SEVEN}\n`);
  assertEquals(await run.stdoutLine("7"), "7");
  await run.closeStdout();
  const lines = `${SEVEN}\n`.repeat(1000);
  for (let i = 0; i < 100; i++) await run.write(lines);
  await run.endInput();
  const { code, signal, stderr } = await run.result();
  assertEquals({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
});

Deno.test("packetpeer prints lines as they happen", async () => {
  await using run = startCli(["decode"]);
  for (const value of ["00", "01", "02"]) {
    await run.write(`02000000${value}000000\n`);
    assertEquals(await run.stdoutLine(/./), `${Number(value)}`);
  }
  await run.endInput();
  assertEquals((await run.result()).code, 0);
});

Deno.test("packetpeer says which permission it needs, and needs none for help", async () => {
  const main = new URL("../../main.ts", import.meta.url).href;
  const run = async (
    ...args: string[]
  ): Promise<{ readonly code: number; readonly text: string }> => {
    const denied = ["run", "--no-prompt", "--no-check", main, ...args];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: denied })
      .output();
    return { code, text: new TextDecoder().decode(code === 0 ? stdout : stderr) };
  };
  assertEquals((await run("--help")).code, 0);
  assertEquals(await run("--version"), { code: 0, text: "packetpeer 0.1.0\n" });
  assertEquals(await run("encode", "7"), {
    code: 2,
    text: "packetpeer: Deno may not read packetpeer's own modules; run it with --allow-read\n",
  });
});

Deno.test({
  name: "packetpeer says when its output cannot be written, and ends with 1",
  ignore: Deno.build.os !== "linux", // /dev/full
  fn: async () => {
    const main = new URL("../../main.ts", import.meta.url).pathname;
    const command = new Deno.Command("sh", {
      args: ["-c", `"$0" run -A --no-check "$1" encode 7 > /dev/full`, Deno.execPath(), main],
      stderr: "piped",
    });
    const { code, stderr } = await command.output();
    const message = new TextDecoder().decode(stderr);
    assertEquals(code, 1);
    assert(message.startsWith("packetpeer: cannot write to stdout: No space left"), message);
  },
});
