/**
 * Our DTLS and TLS engine against the `openssl` program, both roles: handshakes, data both ways,
 * close, resumption, client certificates, refusals. Sockets are Deno's own here, so that what is
 * tested is the engine. Without the program the tests are ignored, with the reason in their names.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SecureContext } from "../../src/dtls/context.ts";
import type { NewCertificate } from "../../src/dtls/new_certificate.ts";
import type { OpenSsl } from "../../src/dtls/openssl.ts";
import { acceptTls, connectTls } from "../../src/dtls/stream_session.ts";
import {
  LOOPBACK,
  now,
  OpensslProgram,
  TcpEndpoint,
  UdpEndpoint,
} from "../support/dtls_endpoints.ts";
import { caOf, filesOf, identity, opensslTest } from "../support/dtls_identities.ts";

const whyMissing = await explainMissing();

/** Registers a test that needs the program too; it gets a folder of its own. */
function interopTest(
  name: string,
  test: (openssl: OpenSsl, folder: string) => Promise<void>,
): void {
  if (whyMissing !== null) {
    Deno.test.ignore(`${name} (ignored: ${whyMissing})`, () => {});
    return;
  }
  opensslTest(name, async (openssl) => {
    const folder = await Deno.makeTempDir();
    try {
      await test(openssl, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function explainMissing(): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command("openssl", { args: ["version"] }).output();
    const version = new TextDecoder().decode(stdout).trim();
    return version.startsWith("OpenSSL 3.") ? null : `${version} is not OpenSSL 3`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no openssl program";
    throw error;
  }
}

/** Writes a certificate and its key for the program; gives the paths. */
async function save(
  folder: string,
  name: string,
  { certificatePem, keyPem }: NewCertificate,
): Promise<{ readonly cert: string; readonly key: string }> {
  const paths = { cert: `${folder}/${name}.pem`, key: `${folder}/${name}.key` };
  await Deno.writeTextFile(paths.cert, certificatePem);
  await Deno.writeTextFile(paths.key, keyPem);
  return paths;
}

/** The port that `s_server` says it has. */
async function portOf(program: OpensslProgram): Promise<number> {
  const printed = await program.printed(/ACCEPT \S+:\d+\n/);
  return Number(/ACCEPT \S+:(\d+)\n/.exec(printed)?.[1]);
}

for (const key of ["rsa-2048", "ec-p256"] as const) {
  interopTest(`s_server -dtls1_2 with our client, ${key}`, async (openssl, folder) => {
    const self = await identity(openssl, { key });
    const { cert, key: keyPath } = await save(folder, "server", self);
    await using program = new OpensslProgram([
      ...["s_server", "-dtls1_2", "-accept", `${LOOPBACK}:0`, "-cert", cert, "-key", keyPath],
    ]);
    using context = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
    await using client = new UdpEndpoint(context, { port: await portOf(program) });
    const { handshake } = await client.reached("connected");
    assertEquals(handshake.version, "DTLSv1.2");
    client.send("from packetpeer\n");
    await program.printed("from packetpeer");
    await program.type("from openssl\n");
    await client.received("from openssl");
    client.close();
    await program.printed("DONE");
  });
}

interopTest("s_server -dtls1_2 resumes our client's session", async (openssl, folder) => {
  const self = await identity(openssl);
  const { cert, key } = await save(folder, "server", self);
  await using program = new OpensslProgram([
    ...["s_server", "-dtls1_2", "-accept", `${LOOPBACK}:0`, "-cert", cert, "-key", key],
  ]);
  const port = await portOf(program);
  using context = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  let session: string | null = null;
  for (const isResumed of [false, true, true]) {
    await using client: UdpEndpoint = new UdpEndpoint(context, { port, session });
    const { handshake } = await client.reached("connected");
    assertEquals(handshake.isResumed, isResumed);
    session = client.session.exportSession();
    assert(session !== null);
    client.close();
  }
});

interopTest("s_server -Verify wants our client's certificate", async (openssl, folder) => {
  const self = await identity(openssl);
  const player = await identity(openssl, { commonName: "player", isCa: false });
  const { cert, key } = await save(folder, "server", self);
  const { cert: clientCa } = await save(folder, "player", player);
  await using program = new OpensslProgram([
    ...["s_server", "-dtls1_2", "-accept", `${LOOPBACK}:0`, "-cert", cert, "-key", key],
    ...["-Verify", "1", "-verify_return_error", "-CAfile", clientCa, "-partial_chain"],
  ]);
  const port = await portOf(program);
  using stranger = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  {
    await using client = new UdpEndpoint(stranger, { port });
    const change = await client.reached("error");
    assertEquals(change.alert, 40);
    assertStringIncludes(change.error.message, "no client certificate");
  }
  using known = SecureContext.client(openssl, {
    protocol: "dtls",
    ca: caOf(self),
    certificate: filesOf(player),
  });
  await using client = new UdpEndpoint(known, { port });
  await client.reached("connected");
});

interopTest(
  "our client refuses s_server's certificate, and s_server hears why",
  async (openssl, folder) => {
    const self = await identity(openssl, { names: ["other.example"] });
    const { cert, key } = await save(folder, "server", self);
    await using program = new OpensslProgram([
      ...["s_server", "-dtls1_2", "-accept", `${LOOPBACK}:0`, "-cert", cert, "-key", key],
    ]);
    using context = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
    await using client = new UdpEndpoint(context, { port: await portOf(program) });
    const { error } = await client.reached("error_hostname_mismatch");
    assertStringIncludes(error.message, "it is for other.example, not for localhost");
    await program.printed("alert bad certificate");
  },
);

interopTest("s_client -dtls1_2 with our server", async (openssl, folder) => {
  const self = await identity(openssl, { key: "rsa-2048" });
  const { cert } = await save(folder, "server", self);
  using context = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  await using server = new UdpEndpoint(context, null);
  await using program = new OpensslProgram([
    ...["s_client", "-dtls1_2", "-connect", `${LOOPBACK}:${server.port}`, "-CAfile", cert],
    ...["-verify_return_error", "-verify_hostname", "localhost", "-servername", "localhost"],
  ]);
  const { handshake } = await server.reached("connected");
  assertEquals(handshake.version, "DTLSv1.2");
  assertEquals(server.session.details().requestedName, "localhost");
  await program.printed("Verify return code: 0 (ok)");
  await program.type("from openssl\n");
  await server.received("from openssl");
  server.send("from packetpeer\n");
  await program.printed("from packetpeer");
  await program.type("Q\n");
  const { by, isOrderly } = await server.reached("disconnected");
  assertEquals([by, isOrderly], ["peer", true]);
  await program.ended();
});

for (const [how, flags] of [["ticket", []], ["id", ["-no_ticket"]]] as const) {
  interopTest(`s_client resumes a session of our server by ${how}`, async (openssl, folder) => {
    const self = await identity(openssl);
    using context = SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(self),
    });
    for (const isResumed of [false, true]) {
      await using server = new UdpEndpoint(context, null);
      await using program = new OpensslProgram([
        ...["s_client", "-dtls1_2", "-connect", `${LOOPBACK}:${server.port}`, ...flags],
        ...[isResumed ? "-sess_in" : "-sess_out", `${folder}/session.pem`],
      ]);
      const { handshake } = await server.reached("connected");
      assertEquals(handshake.isResumed, isResumed);
      await program.printed(isResumed ? "Reused, TLSv1.2" : "New, TLSv1.2");
      await program.type("Q\n");
      await server.reached("disconnected");
      await program.ended();
    }
  });
}

interopTest("our server requires s_client's certificate", async (openssl, folder) => {
  const self = await identity(openssl);
  const player = await identity(openssl, { commonName: "player", isCa: false });
  const { cert, key } = await save(folder, "player", player);
  using context = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(self),
    clientCertificate: "required",
    clientCa: caOf(player),
  });
  {
    await using server = new UdpEndpoint(context, null);
    await using program = new OpensslProgram([
      ...["s_client", "-dtls1_2", "-connect", `${LOOPBACK}:${server.port}`],
    ]);
    const { error } = await server.reached("error");
    assertStringIncludes(error.message, "the client sent no certificate, and one is required");
    await program.printed("alert handshake failure");
  }
  await using server = new UdpEndpoint(context, null);
  await using program = new OpensslProgram([
    ...["s_client", "-dtls1_2", "-connect", `${LOOPBACK}:${server.port}`],
    ...["-cert", cert, "-key", key],
  ]);
  await server.reached("connected");
  assertEquals(server.session.peerCertificates()[0]?.subject, "CN=player");
  await program.printed("CONNECTED");
});

interopTest("s_client -dtls1 is told the version that our server wants", async (openssl) => {
  const self = await identity(openssl, { key: "rsa-2048" });
  using context = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  await using server = new UdpEndpoint(context, null);
  await using program = new OpensslProgram([
    ...["s_client", "-dtls1", "-cipher", "ALL:@SECLEVEL=0"],
    ...["-connect", `${LOOPBACK}:${server.port}`],
  ]);
  const { error } = await server.reached("error");
  assertStringIncludes(error.message, "protocol version");
  await program.printed("alert protocol version");
});

for (const version of ["1.2", "1.3"] as const) {
  const flag = `-tls1_${version.slice(2)}`;

  interopTest(`s_server ${flag} with our client`, async (openssl, folder) => {
    const self = await identity(openssl);
    const { cert, key } = await save(folder, "server", self);
    await using program = new OpensslProgram([
      ...["s_server", flag, "-accept", `${LOOPBACK}:0`, "-cert", cert, "-key", key],
    ]);
    const port = await portOf(program);
    using context = SecureContext.client(openssl, { protocol: "tls", ca: caOf(self) });
    let session: string | null = null;
    for (const isResumed of [false, true]) {
      const connection = await Deno.connect({ hostname: LOOPBACK, port });
      await using client: TcpEndpoint = new TcpEndpoint(
        connection,
        connectTls(context, {
          remote: `${LOOPBACK}:${port}`,
          host: "localhost",
          now: now(),
          session,
        }),
      );
      const { handshake } = await client.reached("connected");
      assertEquals([handshake.version, handshake.isResumed], [`TLSv${version}`, isResumed]);
      client.send("from packetpeer\n");
      await program.printed("from packetpeer");
      await program.type("from openssl\n");
      await client.received("from openssl");
      session = client.session.exportSession();
      client.close();
    }
  });

  interopTest(`s_client ${flag} with our server`, async (openssl, folder) => {
    const self = await identity(openssl);
    const { cert } = await save(folder, "server", self);
    using context = SecureContext.server(openssl, { protocol: "tls", certificate: filesOf(self) });
    using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
    const { port } = listener.addr;
    await using program = new OpensslProgram([
      ...["s_client", flag, "-connect", `${LOOPBACK}:${port}`, "-CAfile", cert],
      ...["-verify_return_error", "-verify_hostname", "localhost"],
    ]);
    await using server = new TcpEndpoint(
      await listener.accept(),
      acceptTls(context, { remote: "s_client", now: now() }),
    );
    assertEquals((await server.reached("connected")).handshake.version, `TLSv${version}`);
    await program.type("from openssl\n");
    await server.received("from openssl");
    server.send("from packetpeer\n");
    await program.printed("from packetpeer");
    await program.type("Q\n");
    assertEquals((await server.reached("disconnected")).by, "peer");
    await program.ended();
  });
}
