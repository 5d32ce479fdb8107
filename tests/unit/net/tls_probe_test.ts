import { assert, assertEquals } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import type { ProbeTarget } from "../../../src/net/secure_probe.ts";
import { probeTls, type TlsProbeResult } from "../../../src/net/tls_probe.ts";
import { filesOf, identity, opensslTest } from "../../support/dtls_identities.ts";
import { startTlsServer } from "../../support/secure_server.ts";

async function probe(
  openssl: OpenSsl,
  port: number,
  options: Partial<ProbeTarget> = {},
): Promise<TlsProbeResult> {
  using context = SecureContext.client(openssl, { protocol: "tls", isInsecure: true });
  const target = { context, hostname: "127.0.0.1", port, serverName: "localhost" };
  return await probeTls({ ...target, timeoutMs: 10_000, ...options });
}

opensslTest(
  "probeTls() shakes hands, and resumes by the ticket that came after",
  async (openssl) => {
    const made = await identity(openssl);
    await using server = startTlsServer(openssl, filesOf(made));
    const full = await probe(openssl, server.port);
    assertEquals([full.outcome, full.error], ["connected", null]);
    assertEquals([full.handshake?.version, full.handshake?.isResumed], ["TLSv1.3", false]);
    assertEquals(full.chain.map(({ sha256 }) => sha256), [made.certificate.sha256]);
    assert(full.session !== null && full.connectMs !== null);
    const resumed = await probe(openssl, server.port, { session: full.session });
    assertEquals(resumed.handshake?.isResumed, true);
  },
);

opensslTest("probeTls() tells that there is no server, and does not throw", async (openssl) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const result = await probe(openssl, port);
  assertEquals([result.outcome, result.connectMs], ["no answer", null]);
  assertEquals(result.error?.code, "ERR_CANT_CONNECT");
});

opensslTest("probeTls() tells that a server is silent, or speaks otherwise", async (openssl) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const silent = probe(openssl, listener.addr.port, { timeoutMs: 50 });
  using first = await listener.accept();
  assertEquals((await silent).outcome, "no answer");
  assert(first !== undefined);
  const spoken = probe(openssl, listener.addr.port);
  using second = await listener.accept();
  await second.write(new TextEncoder().encode("HTTP/1.0 400 Bad Request\r\n\r\n"));
  const result = await spoken;
  listener.close();
  assertEquals([result.outcome, result.handshake], ["failed", null]);
  assert(result.error?.message.includes("right port"), result.error?.message);
});
