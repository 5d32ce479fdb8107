import { assert, assertEquals, assertRejects } from "@std/assert";
import { doctor } from "../../../src/commands/doctor.ts";
import { UsageError } from "../../../src/errors.ts";
import { runCommand } from "../../support/run_command.ts";

Deno.test("doctor without ENDPOINT says what works here", async () => {
  const { lines, stderr } = await runCommand(doctor, []);
  assertEquals(
    lines.slice(0, -1).filter((line) => !line.startsWith(" ")).map((line) =>
      line.slice(8, 22).trim()
    ),
    [
      "deno",
      "openssl",
      "ipv4",
      "ipv6",
      "permissions",
    ],
  );
  assert(/^\d ok, \d to note, \d failed$/.test(lines.at(-1) ?? ""), lines.at(-1));
  assertEquals(stderr, "");
});

Deno.test("doctor -o json gives an object a check and a summary", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = socket.addr as Deno.NetAddr; // it is a UDP socket
  const endpoint = `udp://127.0.0.1:${port}`;
  const bound = await runCommand(doctor, [endpoint, "-o", "json"]);
  const events = bound.lines.map((line) => JSON.parse(line));
  assertEquals(events.slice(0, -1).every(({ event }) => event === "check"), true);
  assertEquals([events.at(-1).event, events.at(-1).endpoint], ["summary", endpoint]);
  assertEquals(events.at(-2).check, "answer");
  socket.close();
  const silent = await runCommand(doctor, [endpoint, "-o", "json"]);
  assertEquals([silent.exit, JSON.parse(silent.lines.at(-1) ?? "").exit], [3, 3]);
});

Deno.test("doctor --explain puts numbers into words", async () => {
  const { lines, exit } = await runCommand(doctor, ["--explain", "-0x2700"]);
  assertEquals([lines[0], exit], ["mbedTLS -0x2700 MBEDTLS_ERR_X509_CERT_VERIFY_FAILED", 0]);
  assert(lines.at(-1)?.trimStart().startsWith("-> "), lines.at(-1));
  const json = await runCommand(doctor, [
    "--explain",
    "-9984",
    "--explain",
    "alert 48",
    "-o",
    "json",
  ]);
  assertEquals(json.lines.map((line) => JSON.parse(line).number), ["-0x2700", "48"]);
  assertEquals((await runCommand(doctor, ["--explain", "-0x7F80"])).exit, 1);
});

Deno.test("doctor refuses what it cannot do", async () => {
  const cases: [args: string[], message: string][] = [
    [["--explain", "hello"], `"hello" is no error number`],
    [["udp://127.0.0.1:1", "x"], `doctor got "x" too`],
    [["udp://127.0.0.1:1", "--explain", "1"], "it takes one ENDPOINT, or --explain"],
    [["--server-name", "x"], "need an ENDPOINT"],
    [["nonsense"], "bad endpoint"],
  ];
  for (const [args, message] of cases) {
    await assertRejects(() => runCommand(doctor, args), UsageError, message);
  }
});
