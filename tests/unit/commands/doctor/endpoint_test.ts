import { assert, assertEquals } from "@std/assert";
import type { Check } from "../../../../src/commands/doctor/check.ts";
import { examineEndpoint } from "../../../../src/commands/doctor/endpoint.ts";
import type { TrustQuestion } from "../../../../src/commands/security/trust_options.ts";
import { parseEndpoint } from "../../../../src/net/endpoint.ts";
import { filesOf, identity, opensslTest } from "../../../support/dtls_identities.ts";
import { startDtlsServer, startTlsServer } from "../../../support/secure_server.ts";

const NOTHING: TrustQuestion = { ca: null, serverName: null, pins: [], isAsked: false };

async function examine(
  endpointText: string,
  question: Partial<TrustQuestion> = {},
  timeoutMs = 10_000,
): Promise<Check[]> {
  const endpoint = parseEndpoint(endpointText, "connect");
  const examination = { endpoint, endpointText, question: { ...NOTHING, ...question }, timeoutMs };
  return await Array.fromAsync(examineEndpoint(examination));
}

function verdicts(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

opensslTest("examineEndpoint() finds a good dtls server good", async (openssl) => {
  const files = filesOf(await identity(openssl));
  await using server = startDtlsServer(openssl, files);
  const question = { ca: [files.chain], serverName: "localhost" };
  const checks = await examine(`dtls://127.0.0.1:${server.port}`, question);
  assertEquals(verdicts(checks), {
    answer: "ok",
    version: "ok",
    cipher: "ok",
    "key-exchange": "ok",
    cookie: "ok",
    "datagram-size": "ok",
    chain: "ok",
    names: "ok",
    dates: "ok",
    key: "ok",
    resumption: "ok",
    "handshake-time": "ok",
    duplicates: "ok",
    retransmission: "ok",
  });
  const times = checks.find(({ id }) => id === "handshake-time")?.facts;
  assert(typeof times?.["full_ms"] === "number" && typeof times["resumed_ms"] === "number");
});

opensslTest("examineEndpoint() finds what is wrong with a dtls server", async (openssl) => {
  const expired = await identity(openssl, { notBefore: 1_000_000, notAfter: 2_000_000 });
  await using server = startDtlsServer(openssl, filesOf(expired), { resumesSessions: false });
  const checks = verdicts(await examine(`dtls://127.0.0.1:${server.port}`));
  assertEquals([checks["chain"], checks["names"], checks["dates"], checks["resumption"]], [
    "warn",
    "fail",
    "fail",
    "warn",
  ]);
});

opensslTest("examineEndpoint() examines tls without what only datagrams have", async (openssl) => {
  const files = filesOf(await identity(openssl));
  await using server = startTlsServer(openssl, files);
  const question = { ca: [files.chain], serverName: "localhost" };
  const found = verdicts(await examine(`tls://127.0.0.1:${server.port}`, question));
  assertEquals([found["answer"], found["chain"], found["resumption"]], ["ok", "ok", "ok"]);
  assertEquals([found["cookie"], found["retransmission"]], [undefined, undefined]);
});

opensslTest(
  "examineEndpoint() stops where there is no answer, or no handshake",
  async (openssl) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    assertEquals(verdicts(await examine(`tls://127.0.0.1:${port}`)), { answer: "fail" });
    const files = filesOf(await identity(openssl));
    const options = { clientCertificate: "required", clientCa: [files.chain] } as const;
    await using server = startDtlsServer(openssl, files, options);
    const refused = verdicts(await examine(`dtls://127.0.0.1:${server.port}`));
    assertEquals(refused, { answer: "ok", handshake: "fail" });
  },
);

Deno.test("examineEndpoint() needs no OpenSSL for tcp, and names the addresses of a host", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const examined = examine(`tcp://localhost:${listener.addr.port}`);
  (await accepted).close();
  const found = verdicts(await examined);
  listener.close();
  assertEquals([found["addresses"], found["answer"]], ["ok", "ok"]);
});
