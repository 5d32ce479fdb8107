import { assertEquals, assertMatch } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import { SERVER_SECURITY } from "../../../../src/commands/security/options.ts";
import { readServerSecurity } from "../../../../src/commands/security/server.ts";
import { readCertificates } from "../../../../src/dtls/certificate.ts";
import { loadOpenSsl } from "../../../../src/dtls/openssl.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { secureTest } from "../../../support/secure_pair.ts";

secureTest("readServerSecurity() makes a certificate, and says its pin", async () => {
  using openssl = loadOpenSsl();
  const io = memoryIo();
  const options = parseOptions([], SERVER_SECURITY);
  const security = await readServerSecurity(options, "192.0.2.1", 5000, io);
  const { certificate, handshakeMs, maxHalfOpen } = security;
  const [made] = readCertificates(openssl, certificate.chain.content, "it");
  const names = made?.names.map(({ value }) => value);
  assertEquals(names, ["192.0.2.1", "localhost", "127.0.0.1", "::1"]);
  assertEquals([handshakeMs, maxHalfOpen], [5000, 1024]);
  assertMatch(io.stderrText(), new RegExp(`for 192.0.2.1, .*--pin sha256:${made?.sha256}\n$`));
});

secureTest(
  "readServerSecurity() leaves all interfaces out of the certificate's names",
  async () => {
    const io = memoryIo();
    await readServerSecurity(parseOptions(["--self-signed"], SERVER_SECURITY), "::", 0, io);
    assertMatch(
      io.stderrText(),
      /certificate for localhost, 127\.0\.0\.1, ::1; clients take --pin/,
    );
  },
);

Deno.test("readServerSecurity() reads what asks clients for certificates", async () => {
  const io = memoryIo({ files: { "c.pem": "c", "ca.pem": "ca" } });
  const kindOf = async (...args: string[]): Promise<unknown> => {
    const options = parseOptions(["--cert", "c.pem", ...args], SERVER_SECURITY);
    return (await readServerSecurity(options, "localhost", 0, io)).clientCertificate;
  };
  assertEquals(await kindOf(), "none");
  assertEquals(await kindOf("--client-ca", "ca.pem"), "optional");
  assertEquals(await kindOf("--client-ca", "ca.pem", "--require-client-cert"), "required");
  assertEquals(io.stderrText(), "");
});
