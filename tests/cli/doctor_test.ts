/** `doctor` as a child process: against servers of this process and of openssl, on loopback. */

import { assert, assertEquals } from "@std/assert";
import { filesOf, identity, opensslTest } from "../support/dtls_identities.ts";
import { runCli } from "../support/run_cli.ts";
import { startDtlsServer, startTlsServer } from "../support/secure_server.ts";

opensslTest(
  "packetpeer doctor examines dtls: all is well with the right CA and name",
  async (openssl) => {
    const made = await identity(openssl);
    const folder = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${folder}/ca.crt`, made.certificatePem);
      await using server = startDtlsServer(openssl, filesOf(made));
      const args = ["doctor", `dtls://127.0.0.1:${server.port}`, "--ca", "ca.crt"];
      const good = await runCli([...args, "--server-name", "localhost"], { cwd: folder });
      assertEquals([good.code, good.stderr], [0, ""], good.stdout);
      for (
        const id of ["answer", "cookie", "cipher", "chain", "names", "resumption", "retransmission"]
      ) {
        assert(good.stdoutLines.some((line) => line.startsWith(`✓ ok    ${id} `)), good.stdout);
      }
      const bad = await runCli([...args, "--server-name", "other.example"], { cwd: folder });
      assertEquals(bad.code, 1);
      assert(bad.stdout.includes("✗ fail  names "), bad.stdout);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

opensslTest("packetpeer doctor -o json is one object a check and a summary", async (openssl) => {
  const made = await identity(openssl);
  await using server = startTlsServer(openssl, filesOf(made));
  const endpoint = `tls://127.0.0.1:${server.port}`;
  const pin = `sha256:${made.certificate.sha256}`;
  const { code, stdoutLines } = await runCli(["doctor", endpoint, "--pin", pin, "-o", "json"]);
  const events = stdoutLines.map((line) => JSON.parse(line));
  const summary = events.at(-1);
  assertEquals([code, summary.event, summary.endpoint, summary.exit], [0, "summary", endpoint, 0]);
  assertEquals(summary.checks.fail, 0);
  const version = events.find(({ check }) => check === "version");
  assertEquals([version.verdict, version.version], ["ok", "TLSv1.3"]);
});

opensslTest("packetpeer doctor ends with 3 when nobody answers", async () => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr; // it is a UDP socket
  const result = await runCli(["doctor", `dtls://127.0.0.1:${port}`, "--timeout", "100ms"]);
  silent.close();
  assertEquals([result.code, result.stderr], [3, ""]);
  assert(result.stdout.includes("✗ fail  answer "), result.stdout);
});

Deno.test("packetpeer doctor --explain says what a number of Godot's means", async () => {
  const { code, stdout, stderr } = await runCli(["doctor", "--explain", "-0x2700"]);
  assertEquals([code, stderr], [0, ""]);
  assert(stdout.startsWith("mbedTLS -0x2700 MBEDTLS_ERR_X509_CERT_VERIFY_FAILED\n"), stdout);
  const unknown = await runCli(["doctor", "--explain", "hello"]);
  assertEquals([unknown.code, unknown.stdout], [2, ""]);
});

Deno.test("packetpeer doctor works without permissions, and says which are missing", async () => {
  const main = new URL("../../main.ts", import.meta.url).href;
  const args = ["run", "--no-prompt", "--no-check", "--allow-read", main, "doctor"];
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 1, text); // no network: nothing works
  assert(text.includes("--allow-ffi for dtls:// and tls://"), text);
  assert(text.includes("--allow-net for every endpoint"), text);
});
