/**
 * Our DTLS and TLS engine against the `openssl` program, both roles: handshakes, data both ways,
 * close, resumption, client certificates, refusals. Sockets are Deno's own here, so that what is
 * tested is the engine. Without the program the tests are ignored, with the reason in their names.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SecureContext } from "../../src/dtls/context.ts";
import { CookieGuard } from "../../src/dtls/cookie.ts";
import type { NewCertificate } from "../../src/dtls/new_certificate.ts";
import type { OpenSsl } from "../../src/dtls/openssl.ts";
import type { SecureSession, StatusChange } from "../../src/dtls/secure_session.ts";
import { acceptDtls, connectDtls, type DtlsSession } from "../../src/dtls/session.ts";
import { acceptTls, connectTls, type TlsSession } from "../../src/dtls/stream_session.ts";
import { caOf, filesOf, identity, opensslTest } from "../support/dtls_identities.ts";

const DEADLINE_MS = 20_000;
const LOOPBACK = "127.0.0.1";

type Bytes = Uint8Array<ArrayBuffer>;

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

/** The `openssl` program at work: what it prints is collected, what it should print awaited. */
class OpensslProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #collecting: Promise<unknown>;
  #printed = "";
  #onPrinted: () => void = () => {};

  constructor(args: readonly string[]) {
    this.#child = new Deno.Command("openssl", {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#collecting = Promise.all([
      this.#collect(this.#child.stdout),
      this.#collect(this.#child.stderr),
    ]);
  }

  /** Waits until the program has printed this; gives all that it has printed. */
  async printed(text: string | RegExp): Promise<string> {
    const isThere = (): boolean =>
      typeof text === "string" ? this.#printed.includes(text) : text.test(this.#printed);
    await within(`openssl to print ${text}; it printed:\n${this.#printed}`, async () => {
      while (!isThere()) await new Promise<void>((resolve) => this.#onPrinted = resolve);
    });
    return this.#printed;
  }

  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(line));
  }

  /** Waits for the program to end by itself. */
  async ended(): Promise<void> {
    await within(`openssl to end; it printed:\n${this.#printed}`, () => this.#child.status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#collecting;
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#printed += text;
      this.#onPrinted();
    }
  }
}

async function within<T>(what: string, run: () => Promise<T>): Promise<T> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`gave up waiting for ${what}`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One of our sessions with what has come out of it. */
abstract class Endpoint {
  readonly changes: StatusChange[] = [];
  text = "";
  #onChange: () => void = () => {};

  /** Waits for a status; gives the change to it. */
  async reached<S extends StatusChange["status"]>(
    status: S,
  ): Promise<Extract<StatusChange, { readonly status: S }>> {
    const find = (): StatusChange | undefined => this.changes.find((one) => one.status === status);
    await this.#until(`status ${status}`, () => find() !== undefined);
    // `find` compares the status that the type asks for.
    return find() as Extract<StatusChange, { readonly status: S }>;
  }

  async received(text: string): Promise<void> {
    await this.#until(JSON.stringify(text), () => this.text.includes(text));
  }

  protected drain(session: SecureSession, transmit: (bytes: Bytes) => void): number | null {
    let wakeAt: number | null = null;
    for (let output = session.poll(); output !== null; output = session.poll()) {
      if (output.type === "transmit") transmit(output.bytes);
      else if (output.type === "data") this.text += new TextDecoder().decode(output.payload);
      else if (output.type === "status") this.changes.push(output);
      else wakeAt = output.at;
    }
    this.#onChange();
    return wakeAt;
  }

  async #until(what: string, isThere: () => boolean): Promise<void> {
    await within(what, async () => {
      while (!isThere()) await new Promise<void>((resolve) => this.#onChange = resolve);
    });
  }
}

/** A DTLS session over a UDP socket: a client from the start, a server from the first good cookie. */
class UdpEndpoint extends Endpoint implements AsyncDisposable {
  readonly #socket = Deno.listenDatagram({ hostname: LOOPBACK, port: 0, transport: "udp" });
  readonly #server: { readonly context: SecureContext; readonly guard: CookieGuard } | null;
  readonly #receiving: Promise<void>;
  #session: DtlsSession | null = null;
  #remote: Deno.NetAddr | null = null;
  #sending: Promise<unknown> = Promise.resolve();
  #timer = 0;

  constructor(
    context: SecureContext,
    client: { readonly port: number; readonly session?: string | null } | null,
  ) {
    super();
    const guard = new CookieGuard(context.openssl);
    this.#server = client === null ? { context, guard } : null;
    if (client !== null) {
      const { port, session = null } = client;
      this.#remote = { transport: "udp", hostname: LOOPBACK, port };
      const remote = `${LOOPBACK}:${port}`;
      this.#session = connectDtls(context, { remote, host: "localhost", now: now(), session });
      this.#step(this.#session);
    }
    this.#receiving = this.#receive();
  }

  get port(): number {
    const { addr } = this.#socket;
    assert(addr.transport === "udp");
    return addr.port;
  }

  get session(): DtlsSession {
    assert(this.#session !== null);
    return this.#session;
  }

  send(text: string): void {
    this.session.send(new TextEncoder().encode(text), now());
    this.#step(this.session);
  }

  close(): void {
    this.session.close(now());
    this.#step(this.session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    this.#socket.close();
    await this.#receiving;
    this.#session?.dispose();
  }

  async #receive(): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      assert(from.transport === "udp");
      this.#onDatagram(new Uint8Array(bytes), from);
    }
  }

  #onDatagram(datagram: Bytes, from: Deno.NetAddr): void {
    if (this.#session !== null) this.#session.handleDatagram(datagram, now());
    else if (this.#server !== null) {
      const remote = `${from.hostname}:${from.port}`;
      const answer = this.#server.guard.answer(datagram, remote, now());
      if (answer.type === "verify") this.#put(answer.datagram, from);
      if (answer.type !== "accept") return;
      this.#remote = from;
      this.#session = acceptDtls(this.#server.context, answer.hello, { remote, now: now() });
    }
    this.#step(this.session);
  }

  #step(session: DtlsSession): void {
    const remote = this.#remote;
    assert(remote !== null);
    const wakeAt = this.drain(session, (bytes) => this.#put(bytes, remote));
    clearTimeout(this.#timer);
    if (wakeAt === null) return;
    this.#timer = setTimeout(() => {
      session.handleWake(now());
      this.#step(session);
    }, wakeAt - now());
  }

  #put(bytes: Bytes, to: Deno.NetAddr): void {
    this.#sending = this.#sending.then(() => this.#socket.send(bytes, to));
  }
}

/** A TLS session over a TCP connection. */
class TcpEndpoint extends Endpoint implements AsyncDisposable {
  readonly session: TlsSession;
  readonly #connection: Deno.TcpConn;
  readonly #reading: Promise<void>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(connection: Deno.TcpConn, session: TlsSession) {
    super();
    this.#connection = connection;
    this.session = session;
    this.#step();
    this.#reading = this.#read();
  }

  send(text: string): void {
    this.session.send(new TextEncoder().encode(text), now());
    this.#step();
  }

  close(): void {
    this.session.close(now());
    this.#step();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
    this.#connection.close();
    await this.#reading;
    this.session.dispose();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        this.session.handleBytes(buffer.slice(0, count), now());
        this.#step();
      }
      this.session.handleEnd(now());
      this.#step();
    } catch (error) {
      // The test is over.
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
        throw error;
      }
    }
  }

  #step(): void {
    this.drain(this.session, (bytes) => {
      const connection = this.#connection;
      this.#writing = this.#writing.then(async () => {
        for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
      });
    });
  }
}

function now(): number {
  return performance.now();
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
    await using client = new UdpEndpoint(context, { port, session });
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
      await using client = new TcpEndpoint(
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
