import { assert, assertEquals, assertRejects } from "@std/assert";
import { cert } from "../../../../src/commands/cert.ts";
import { trustedBy } from "../../../../src/commands/cert/show.ts";
import { PeerError, UsageError } from "../../../../src/errors.ts";
import { filesOf, identity, opensslTest } from "../../../support/dtls_identities.ts";
import { runCommand } from "../../../support/run_command.ts";
import { startDtlsServer, startTlsServer } from "../../../support/secure_server.ts";

Deno.test("trustedBy() names who decides", () => {
  const file = { name: "ca.crt", content: new Uint8Array(0) };
  assertEquals(trustedBy({ ca: null, pins: [] }), "the system's CAs");
  assertEquals(trustedBy({ ca: [file, { ...file, name: "b" }], pins: [] }), "ca.crt, b");
  assertEquals(trustedBy({ ca: null, pins: [{ kind: "certificate", sha256: "" }] }), "--pin");
});

opensslTest("cert show shows a file and whether it would be refused", async (openssl) => {
  const { certificatePem, certificate } = await identity(openssl);
  const files = { "a.crt": certificatePem };
  const refused = await runCommand(cert, ["show", "a.crt"], { files });
  assertEquals(refused.exit, 0);
  assert(refused.stdout.includes("✗ refused by the system's CAs (rule: chain)"), refused.stdout);
  assert(refused.stdout.includes(`sha256:${certificate.sha256}`), refused.stdout);
  const good = await runCommand(cert, ["show", "a.crt", "--ca", "a.crt"], { files });
  assertEquals(good.exit, 0);
  assert(good.stdout.includes("✓ accepted by a.crt"), good.stdout);
});

opensslTest("cert show ends with 1 when it is asked and the answer is no", async (openssl) => {
  const files = { "a.crt": (await identity(openssl)).certificatePem };
  const args = ["show", "a.crt", "--ca", "a.crt", "--server-name", "example.com", "-o", "json"];
  const result = await runCommand(cert, args, { files });
  assertEquals(result.exit, 1);
  const { event, source, verdict, chain } = JSON.parse(result.stdout);
  assertEquals([event, source, chain], ["certificate", "a.crt", []]);
  assertEquals([verdict.accepted, verdict.rule, verdict.host], [false, "host name", "example.com"]);
});

opensslTest("cert show looks at dtls and tls endpoints, as PEM too", async (openssl) => {
  const made = await identity(openssl);
  for (const [scheme, start] of [["dtls", startDtlsServer], ["tls", startTlsServer]] as const) {
    await using server = start(openssl, filesOf(made));
    const args = ["show", `${scheme}://127.0.0.1:${server.port}`, "--server-name", "localhost"];
    const { stdout, exit } = await runCommand(cert, [...args, "-o", "pem"]);
    assertEquals([stdout, exit], [made.certificatePem, 1], scheme);
    const pinned = [...args, "--pin", `sha256:${made.certificate.sha256}`, "-o", "json"];
    const accepted = await runCommand(cert, pinned);
    assertEquals([accepted.exit, JSON.parse(accepted.stdout).verdict.rule], [0, "pin"]);
  }
});

opensslTest("cert show refuses what has no certificate", async () => {
  const files = { "a.txt": "hello" };
  const shown = (...args: string[]): Promise<unknown> =>
    runCommand(cert, ["show", ...args], { files });
  await assertRejects(() => shown(), UsageError, "needs one ENDPOINT or FILE");
  await assertRejects(() => shown("a", "b"), UsageError, "needs one ENDPOINT or FILE");
  await assertRejects(() => shown("missing"), UsageError, "no such file");
  await assertRejects(() => shown("a.txt"), UsageError, "neither PEM nor");
  await assertRejects(() => shown("udp://127.0.0.1:1"), UsageError, "has no certificates");
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await assertRejects(() => shown(`tls://127.0.0.1:${port}`), PeerError, "connection refused");
});
