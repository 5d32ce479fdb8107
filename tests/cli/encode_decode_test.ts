/** `encode` and `decode` as child processes: options, outputs, inputs and exit codes. */

import { assert, assertEquals } from "@std/assert";
import { concat, ethernet, framed, intVariant, pcap, tcp, udp } from "../support/pcap_builder.ts";
import { type CliResult, runCli } from "../support/run_cli.ts";
import { loadVariantVectors } from "../support/vectors.ts";

const SEVEN = "0200000007000000";
const SEVEN_BYTES = intVariant(7);
const LOGIN = `{"cmd": "login", "id": 7}`;

/** Writes files into a folder of their own for the time of a test. */
async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function assertRun(result: CliResult, code: number, lines: readonly string[]): void {
  assertEquals(result.stdoutLines, lines, result.stderr);
  assertEquals(result.code, code, result.stderr);
}

Deno.test("packetpeer encode prints every output form", async () => {
  const forms: [form: string, output: string][] = [
    ["hex", SEVEN],
    ["base64", "AgAAAAcAAAA="],
    ["text", "7"],
    ["json", `{"index":0,"size":8,"ok":true,"type":"int","value":7,"text":"7","hex":"${SEVEN}"}`],
    [
      "native",
      `{"index":0,"size":8,"ok":true,"type":"int","value":"i:7","text":"7","hex":"${SEVEN}"}`,
    ],
  ];
  for (const [form, output] of forms) {
    assertRun(await runCli(["encode", "-o", form, "7"]), 0, [output]);
  }
  const raw = await runCli(["encode", "--output=raw", "7", "null"]);
  assertEquals(raw.stdoutBytes.toHex(), `${SEVEN}00000000`);
  const tree = await runCli(["encode", "-o", "tree", "7"]);
  assertEquals(tree.stdoutLines.map((line) => line.slice(0, 10)), [
    "0000..0008",
    "0000..0008",
    "0000..0004",
    "0004..0008",
  ]);
});

Deno.test("packetpeer encode reads stdin, over lines and after errors", async () => {
  const stdin = `7\n\n{\n"a":\n  x}\n"two\nlines"\n`;
  const result = await runCli(["encode"], { stdin });
  assertRun(result, 2, [SEVEN, "", "", "04000000090000007477" + "6f0a6c696e6573000000"]);
  assertEquals(result.stderrLines.length, 3);
  assert(result.stderrLines[0]?.startsWith("packetpeer: line 5, column 3: "), result.stderr);
  assertEquals(result.stderrLines.slice(1), ["    x}", "    ^"]);
});

Deno.test("packetpeer encode refuses input that is not UTF-8", async () => {
  const result = await runCli(["encode"], { stdin: new Uint8Array([0x22, 0xff, 0x22, 0x0a]) });
  assertRun(result, 2, []);
  assert(result.stderr.startsWith("packetpeer: the input is not UTF-8"), result.stderr);
});

Deno.test("packetpeer encode knows --from, --full-objects and --godot", async () => {
  const json = await runCli(["encode", "--from", "json", `[true]`]);
  assertRun(json, 0, ["1c000000010000000100000001000000"]);
  assertRun(await runCli(["encode", "--from", "native", `"sn:a"`]), 0, [
    "150000000100000061000000",
  ]);
  const object = await runCli(["encode", "--full-objects", `Object(Node, "name": "a")`]);
  assertRun(object, 0, [
    "18000000" + "040000004e6f6465" + "01000000" + "040000006e616d65" + "04000000" +
    "0100000061000000",
  ]);
  const old = await runCli(["encode", "--godot", "3", "Color(1, 0, 0, 1)"]);
  assertRun(old, 0, ["0e000000" + "0000803f" + "00000000" + "00000000" + "0000803f"]);
  const missing = await runCli(["encode", "--godot", "3", `&"a"`]);
  assertRun(missing, 2, [""]);
});

Deno.test("packetpeer decode reads arguments in every notation", async () => {
  assertRun(await runCli(["decode", "0x02 00:00 00", SEVEN]), 1, ["", "7"]);
  assertRun(await runCli(["decode", "--from", "base64", "AgAAAAcAAAA="]), 0, ["7"]);
  assertRun(await runCli(["decode", "--from", "ndjson", `{"hex":"${SEVEN}"}`]), 0, ["7"]);
  const raw = await runCli(["decode", "--from", "raw", SEVEN]);
  assertRun(raw, 2, []);
  assertEquals(
    raw.stderr,
    "packetpeer: --from raw reads files and stdin: write FRAME as @file or -\n",
  );
});

Deno.test("packetpeer decode prints the lines of the contract", async () => {
  const { stdoutLines } = await runCli(["encode", LOGIN]);
  const result = await runCli(["decode", "-o", "json", stdoutLines[0] ?? "", "020000"]);
  const value = `"type":"Dictionary","value":{"cmd":"login","id":7}`;
  assertRun(result, 1, [
    `{"index":0,"offset":0,"size":56,"ok":true,${value},"text":${
      JSON.stringify(LOGIN)
    },"notes":[]}`,
    `{"index":1,"offset":0,"size":3,"ok":false,"error":{"code":"ERR_INVALID_DATA","message":` +
    `"Cannot decode Variant header at byte 0: needs 4 bytes, 3 left","offset":0,"path":"$"}}`,
  ]);
  assertEquals(result.stderr, "");
});

Deno.test("packetpeer decode prints every output mode", async () => {
  assertRun(await runCli(["decode", SEVEN]), 0, ["7"]);
  assertRun(await runCli(["decode", "-o", "text", SEVEN]), 0, ["7"]);
  assertRun(await runCli(["decode", "-o", "hex", "02000000 07000000"]), 0, [SEVEN]);
  assertEquals(JSON.parse((await runCli(["decode", "-onative", SEVEN])).stdout).value, "i:7");
  const tree = await runCli(["decode", "-o", "tree", SEVEN, "02"]);
  assertEquals(tree.code, 1);
  assert(tree.stdoutLines[0]?.startsWith("0000..0008  frame 1"), tree.stdout);
  assert(tree.stdout.includes("[ERR_INVALID_DATA]"), tree.stdout);
});

Deno.test("packetpeer decode says what is wrong with a frame, and what is unusual", async () => {
  const array = "1c00000001000000" + "05000000" + "00000000";
  const result = await runCli(["decode", array, "zz", `${SEVEN}ffff`]);
  assertRun(result, 1, ["", "", "7"]);
  assertEquals(result.stderrLines, [
    "packetpeer: frame 1: Cannot decode Vector2 at byte 12 ($[0]): needs 8 bytes, 4 left (ERR_INVALID_DATA)",
    `packetpeer: frame 2: Cannot decode hex at byte 0: "z" in column 1 is no hexadecimal digit (ERR_INVALID_DATA)`,
    "packetpeer: frame 3, byte 8: warning: 2 bytes left over; Godot ignores them (trailing-bytes)",
  ]);
  const quiet = await runCli(["decode", "-q", `${SEVEN}ffff`]);
  assertEquals([quiet.code, quiet.stdout, quiet.stderr], [0, "7\n", ""]);
});

Deno.test("packetpeer decode stops at the first bad frame with --keep-going=false", async () => {
  for (const option of ["--keep-going=false", "--no-keep-going"]) {
    assertRun(await runCli(["decode", option, "02", SEVEN]), 1, [""]);
  }
  assertRun(await runCli(["decode", "--keep-going=true", "02", SEVEN]), 1, ["", "7"]);
});

Deno.test("packetpeer decode reads objects only with --allow-objects", async () => {
  const object = "18000000040000004e6f646500000000";
  const refused = await runCli(["decode", "-o", "json", object]);
  assertEquals(JSON.parse(refused.stdout).error.code, "ERR_UNAUTHORIZED");
  assertEquals(refused.code, 1);
  const allowed = await runCli(["decode", "-o", "json", "--allow-objects", object]);
  const { ok, type, notes } = JSON.parse(allowed.stdout);
  assertEquals([ok, type, allowed.code], [true, "Object", 0]);
  assert(notes.some(({ code }: { readonly code: string }) => code === "class-not-checked"));
});

Deno.test("packetpeer decode knows --godot 3", async () => {
  const result = await runCli([
    "decode",
    "--godot",
    "3",
    "-o",
    "json",
    "1400000002000000" + "01020000",
  ]);
  const { type, text } = JSON.parse(result.stdout);
  assertEquals([type, text], ["PoolByteArray", "PoolByteArray(1, 2)"]);
});

Deno.test("packetpeer decode finds out what stdin is", async () => {
  const inputs: [stdin: string | Uint8Array, lines: string[]][] = [
    [`${SEVEN}\n\n00000000\n`, ["7", "", "null"]],
    ["AgAAAAcAAAA=\r\nAAAAAA==\r\n", ["7", "null"]],
    [`{"event":"listening"}\n{"event":"packet","hex":"${SEVEN}"}\n{"bytes":"00000000"}`, [
      "7",
      "null",
    ]],
    [SEVEN_BYTES, ["7"]],
    ["", []],
  ];
  for (const [stdin, lines] of inputs) assertRun(await runCli(["decode"], { stdin }), 0, lines);
});

Deno.test("packetpeer decode reads files, framed streams and captures", async () => {
  const stream = concat(framed(SEVEN_BYTES), framed(SEVEN_BYTES));
  const datagram = ethernet(udp("127.0.0.1:5000", "127.0.0.1:4242", SEVEN_BYTES));
  const segment = ethernet(
    tcp("127.0.0.1:5001", "127.0.0.1:4242", { sequence: 1, payload: stream }),
  );
  const files = {
    "one.bin": SEVEN_BYTES,
    "stream.bin": stream,
    "cut.bin": stream.slice(0, -2),
    "game.pcap": pcap([datagram, segment]),
    "lines.hex": `${SEVEN}\n`,
  };
  await withFiles(files, async (folder) => {
    const decode = (...args: string[]): Promise<CliResult> =>
      runCli(["decode", ...args.map((arg) => arg.replace("@", `@${folder}/`))]);
    assertRun(await decode("@one.bin", "@lines.hex"), 0, ["7", "7"]);
    assertRun(await decode("--framing", "packet-stream", "@stream.bin"), 0, ["7", "7"]);
    assertRun(await decode("--framing", "auto", "@stream.bin", "@one.bin"), 0, ["7", "7", "7"]);
    assertRun(await decode("--from", "hex", "@lines.hex"), 0, ["7"]);
    assertRun(await decode("@game.pcap"), 0, ["7", "7", "7"]);
    assertRun(await decode("--from", "pcap", "--framing", "auto", "@game.pcap"), 0, [
      "7",
      "7",
      "7",
    ]);
    // Taken as one packet, the stream is a Rect2i with bytes left over.
    assertRun(await decode("--framing", "none", "@game.pcap"), 0, ["7", "Rect2i(2, 7, 8, 2)"]);

    const offsets = await decode("-ojson", "--framing=packet-stream", "@stream.bin");
    assertEquals(offsets.stdoutLines.map((line) => JSON.parse(line).offset), [4, 16]);

    const cut = await decode("--framing=packet-stream", "@cut.bin");
    assertRun(cut, 1, ["7", ""]);
    assert(cut.stderr.includes("ERR_FILE_EOF"), cut.stderr);

    const hint = await decode("0c000000" + "04000000" + "02000000" + "68690000");
    assert(hint.stderr.includes("try --framing packet-stream"), hint.stderr);

    const captured = JSON.parse((await decode("-o", "json", "@game.pcap")).stdoutLines[0] ?? "");
    assertEquals([captured.frame, captured.source, captured.destination, captured.protocol], [
      1,
      "127.0.0.1:5000",
      "127.0.0.1:4242",
      "udp",
    ]);

    const noCapture = await decode("--from", "pcap", "@one.bin");
    assertEquals([noCapture.code, noCapture.stdout], [2, ""]);
    const missing = await decode("@missing.bin");
    assertRun(missing, 2, []);
    assertEquals(missing.stderr, `packetpeer: cannot read ${folder}/missing.bin: no such file\n`);
  });
});

Deno.test("packetpeer decode and encode undo each other for every golden vector", async () => {
  for (const godot of [4, 3] as const) {
    const vectors = loadVariantVectors(godot).filter((vector) => !vector.hasFullObjects);
    const stdin = vectors.map((vector) => `${vector.hex}\n`).join("");
    const decoded = await runCli(["decode", "-q", "--godot", `${godot}`], { stdin });
    assertEquals([decoded.code, decoded.stderr], [0, ""]);
    assertEquals(decoded.stdoutLines.length, vectors.length);
    const encoded = await runCli(["encode", "--godot", `${godot}`], { stdin: decoded.stdout });
    assertEquals([encoded.code, encoded.stderr], [0, ""]);
    assertEquals(encoded.stdout, stdin);
  }
});

Deno.test("packetpeer decode and encode take endless streams in constant memory", async () => {
  const count = 300_000;
  const env = { DENO_V8_FLAGS: "--max-old-space-size=16" }; // megabytes; the lines alone are 15
  const frames = Array.from({ length: count }, (_, i) => `0400000008000000${toHex(i)}\n`);
  const decoded = await runCli(["decode"], { stdin: frames.join(""), env });
  assertEquals([decoded.code, decoded.stdoutLines.length, decoded.stderr], [0, count, ""]);
  assertEquals(decoded.stdoutLines.at(-1), `"${count - 1}"`.replace(`"`, `"00`));
  const encoded = await runCli(["encode"], { stdin: decoded.stdout, env });
  assertEquals([encoded.code, encoded.stderr], [0, ""]);
  assertEquals(encoded.stdout, frames.join(""));
});

/** Eight digits of a number as the bytes of a text, in hexadecimal. */
function toHex(number: number): string {
  return new TextEncoder().encode(String(number).padStart(8, "0")).toHex();
}
