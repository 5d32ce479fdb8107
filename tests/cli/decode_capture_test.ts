import { assert, assertEquals } from "@std/assert";
import { ethernet, intVariant, pcapHeader, pcapRecord, udp } from "../support/pcap_builder.ts";
import { runCli, startCli } from "../support/run_cli.ts";

const FIXTURE = new URL("../../fixtures/pcap/godot_udp.pcapng", import.meta.url).pathname;

Deno.test("decode --stats tells what a real session was", async () => {
  const { code, stdoutLines } = await runCli(["decode", `@${FIXTURE}`, "--stats"]);
  assertEquals(code, 1); // one packet is no Variant
  assert(
    stdoutLines.some((line) => line.includes("Dictionary{cmd: String, pos: Vector3, t: float}")),
  );
  assert(stdoutLines.some((line) => line.includes("does not decode: ERR_INVALID_DATA")));
});

Deno.test("decode --follow and --filter select from a real session", async () => {
  const args = ["decode", `@${FIXTURE}`, "--follow", "1", "--filter", 'value.cmd == "move"'];
  const { code, stdoutLines, stderr } = await runCli(args);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdoutLines.slice(1).map((line) => line.replace(/^ *[\d.]+ +/, "")), [
    '→    80 B  {"cmd": "move", "pos": Vector3(1, 2.5, -3), "t": 0.25}',
  ]);
});

Deno.test("decode -o json has when, who and how of captured packets", async () => {
  const { stdoutLines } = await runCli(["decode", `@${FIXTURE}`, "-o", "json", "--filter", "ok"]);
  const line = JSON.parse(stdoutLines[1] ?? "null");
  assertEquals([line.protocol, line.path], ["udp", "eth:ip:udp"]);
  assert(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(line.time));
  assert(line.elapsed > 0 && line.frame > 1 && line.source.includes(":"));
});

Deno.test("decode says where a filter does not parse", async () => {
  const { code, stderrLines } = await runCli(["decode", "--filter", "udp && port = 1", "00000000"]);
  assertEquals(code, 2);
  assert(stderrLines[0]?.includes('write "==" to compare'));
  assertEquals(stderrLines[2], " ".repeat("  udp && port ".length) + "^");
});

Deno.test("decode -o hexdump and encode -o hexdump explain every byte", async () => {
  const decoded = await runCli(["decode", "-o", "hexdump", "0200000007000000"]);
  assertEquals(decoded.stdoutLines, [
    "frame 1  8 bytes",
    "0000  02 00 00 00              ....      header  int header  0x00000002",
    "0004  07 00 00 00              ....      value   i32  7",
  ]);
  const encoded = await runCli(["encode", "-o", "hexdump", "7"]);
  assertEquals(encoded.stdoutLines.slice(1), decoded.stdoutLines.slice(1));
});

Deno.test("decode prints the packets of a live capture as they come", async () => {
  for (const mode of ["json", "text"]) {
    await using run = startCli(["decode", "-", "--from", "pcap", "-o", mode]);
    await run.write(pcapHeader());
    for (let i = 1; i <= 2; i++) {
      await run.write(pcapRecord(ethernet(udp("10.0.0.1:1", "10.0.0.2:2", intVariant(i)))));
      await run.stdoutLine(mode === "json" ? `"value":${i},` : /^\d$/);
    }
    await run.endInput();
    assertEquals((await run.result()).code, 0);
  }
});

Deno.test("decode reads a gzipped capture of many chunks as it reads the plain one", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const frames = Array.from(
      { length: 6000 },
      (_, i) => pcapRecord(ethernet(udp("10.0.0.1:1", "10.0.0.2:2", intVariant(i)))),
    );
    const file = new Blob([pcapHeader(), ...frames].map((part) => part.slice()));
    await Deno.writeFile(`${folder}/a.pcap`, await file.bytes());
    const zipped = file.stream().pipeThrough(new CompressionStream("gzip"));
    await Deno.writeFile(`${folder}/a.pcap.gz`, zipped);
    for (const args of [["-o", "json"], ["--stats"], ["-o", "text"]]) {
      const plain = await runCli(["decode", `@${folder}/a.pcap`, ...args]);
      const unzipped = await runCli(["decode", `@${folder}/a.pcap.gz`, ...args]);
      assertEquals([plain.code, unzipped.code], [0, 0]);
      assertEquals(unzipped.stdout, plain.stdout);
      if (args[0] === "-o") assertEquals(plain.stdoutLines.length, 6000);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
