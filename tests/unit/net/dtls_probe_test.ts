import { assert, assertEquals } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import {
  type DtlsProbeResult,
  type DtlsProbeTarget,
  probeDtls,
} from "../../../src/net/dtls_probe.ts";
import { filesOf, identity, opensslTest } from "../../support/dtls_identities.ts";
import { startDtlsServer } from "../../support/secure_server.ts";

async function probe(
  openssl: OpenSsl,
  port: number,
  options: Partial<DtlsProbeTarget> = {},
): Promise<DtlsProbeResult> {
  using context = SecureContext.client(openssl, {
    protocol: "dtls",
    isInsecure: true,
    retransmission: { firstMs: 100, longestMs: 1000 },
  });
  const target = { context, hostname: "127.0.0.1", port, serverName: "localhost" };
  return await probeDtls({ ...target, timeoutMs: 10_000, ...options });
}

opensslTest("probeDtls() shakes hands, sees the cookie exchange and the chain", async (openssl) => {
  const made = await identity(openssl);
  await using server = startDtlsServer(openssl, filesOf(made));
  const result = await probe(openssl, server.port);
  assertEquals([result.outcome, result.error], ["connected", null]);
  assertEquals(result.handshake?.version, "DTLSv1.2");
  assert(result.hasCookieExchange);
  assert(result.largestDatagram > 100 && result.firstReplyMs !== null);
  assertEquals(result.chain.map(({ sha256 }) => sha256), [made.certificate.sha256]);
  assertEquals([result.lostDatagrams, result.handshake?.isResumed], [0, false]);
});

opensslTest("probeDtls() resumes the session of an earlier probe", async (openssl) => {
  await using server = startDtlsServer(openssl, filesOf(await identity(openssl)));
  const { session } = await probe(openssl, server.port);
  assert(session !== null);
  const resumed = await probe(openssl, server.port, { session });
  assertEquals(resumed.handshake?.isResumed, true);
});

opensslTest("probeDtls() gets through when a flight is lost or comes twice", async (openssl) => {
  await using server = startDtlsServer(openssl, filesOf(await identity(openssl)));
  const lost = await probe(openssl, server.port, { fault: "lost flight" });
  assertEquals(lost.outcome, "connected");
  assert(lost.lostDatagrams > 0 && lost.retransmissions > 0);
  const duplicated = await probe(openssl, server.port, { fault: "duplicate" });
  assertEquals(duplicated.outcome, "connected");
});

opensslTest("probeDtls() tells that nobody answers, and does not throw", async (openssl) => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr; // it is a UDP socket
  const result = await probe(openssl, port, { timeoutMs: 50 });
  silent.close();
  assertEquals([result.outcome, result.firstReplyMs], ["no answer", null]);
  assertEquals(result.error?.code, "ERR_TIMEOUT");
});

opensslTest("probeDtls() tells why a server refuses", async (openssl) => {
  const made = await identity(openssl);
  await using server = startDtlsServer(openssl, filesOf(made), {
    clientCertificate: "required",
    clientCa: [filesOf(made).chain],
  });
  const result = await probe(openssl, server.port);
  assertEquals([result.outcome, result.handshake], ["failed", null]);
  assert(result.alert !== null && result.error !== null);
});
