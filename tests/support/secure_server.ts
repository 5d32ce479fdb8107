/**
 * TLS and DTLS servers on loopback, of the engine's own sessions and bare sockets, for tests of what
 * looks at servers. They shake hands and say nothing else. `await using` ends them.
 */

import { SecureContext } from "../../src/dtls/context.ts";
import type { CertificateFiles, ServerContextOptions } from "../../src/dtls/context_options.ts";
import { CookieGuard } from "../../src/dtls/cookie.ts";
import type { OpenSsl } from "../../src/dtls/openssl.ts";
import { acceptDtls, type DtlsSession } from "../../src/dtls/session.ts";
import { acceptTls } from "../../src/dtls/stream_session.ts";

/** A server under way. */
export interface SecureServer extends AsyncDisposable {
  readonly port: number;
}

/** Deviations from a server with everything. */
export type ServerOptions = Partial<Omit<ServerContextOptions, "protocol" | "certificate">>;

/** A DTLS server with a cookie exchange. */
export function startDtlsServer(
  openssl: OpenSsl,
  certificate: CertificateFiles,
  options: ServerOptions = {},
): SecureServer {
  const context = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate,
    retransmission: { firstMs: 100, longestMs: 1000 },
    ...options,
  });
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  return new DtlsTestServer(context, socket);
}

class DtlsTestServer implements SecureServer {
  readonly port: number;
  readonly #context: SecureContext;
  readonly #socket: Deno.DatagramConn;
  readonly #guard: CookieGuard;
  readonly #peers = new Map<
    string,
    { readonly session: DtlsSession; timer: ReturnType<typeof setTimeout> | undefined }
  >();
  readonly #reading: Promise<void>;
  readonly #sending = new Set<Promise<unknown>>();

  constructor(context: SecureContext, socket: Deno.DatagramConn) {
    this.port = (socket.addr as Deno.NetAddr).port; // it is a UDP socket
    this.#context = context;
    this.#socket = socket;
    this.#guard = new CookieGuard(context.openssl);
    this.#reading = this.#read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { timer } of this.#peers.values()) clearTimeout(timer);
    await Promise.allSettled(this.#sending);
    this.#socket.close();
    await this.#reading;
    for (const { session } of this.#peers.values()) session.dispose();
    this.#context.close();
  }

  async #read(): Promise<void> {
    for await (const [datagram, from] of this.#socket) {
      if (from.transport === "udp") this.#take(datagram.slice(), from);
    }
  }

  #take(datagram: Uint8Array<ArrayBuffer>, from: Deno.NetAddr): void {
    const remote = `${from.hostname}:${from.port}`;
    const now = performance.now();
    const peer = this.#peers.get(remote);
    if (peer !== undefined) peer.session.handleDatagram(datagram, now);
    else {
      const answer = this.#guard.answer(datagram, remote, now);
      if (answer.type === "verify") this.#send(answer.datagram, from);
      if (answer.type !== "accept") return;
      const session = acceptDtls(this.#context, datagram, { remote, now });
      this.#peers.set(remote, { session, timer: undefined });
    }
    this.#pump(remote, from);
  }

  #pump(remote: string, from: Deno.NetAddr): void {
    const peer = this.#peers.get(remote);
    if (peer === undefined) return;
    const { session } = peer;
    for (let output = session.poll(); output !== null; output = session.poll()) {
      if (output.type === "transmit") this.#send(output.bytes, from);
      if (output.type !== "wake") continue;
      clearTimeout(peer.timer);
      if (output.at === null) continue;
      peer.timer = setTimeout(() => {
        session.handleWake(performance.now());
        this.#pump(remote, from);
      }, Math.max(0, output.at - performance.now()));
    }
  }

  #send(datagram: Uint8Array, to: Deno.NetAddr): void {
    const sent = this.#socket.send(datagram, to).finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }
}

/** A TLS server. */
export function startTlsServer(
  openssl: OpenSsl,
  certificate: CertificateFiles,
  options: ServerOptions = {},
): SecureServer {
  const context = SecureContext.server(openssl, { protocol: "tls", certificate, ...options });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serveTls(context, listener);
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose](): Promise<void> {
      listener.close();
      await serving;
      context.close();
    },
  };
}

async function serveTls(context: SecureContext, listener: Deno.TcpListener): Promise<void> {
  const connections: Promise<void>[] = [];
  for await (const conn of listener) connections.push(serveTlsConnection(context, conn));
  await Promise.all(connections);
}

/** Until the client ends it. */
async function serveTlsConnection(context: SecureContext, conn: Deno.TcpConn): Promise<void> {
  using session = acceptTls(context, { remote: "client", now: performance.now() });
  const buffer = new Uint8Array(16 * 1024);
  try {
    for (let size = await conn.read(buffer); size !== null; size = await conn.read(buffer)) {
      session.handleBytes(buffer.slice(0, size), performance.now());
      for (let output = session.poll(); output !== null; output = session.poll()) {
        if (output.type === "transmit") await conn.write(output.bytes);
      }
    }
  } catch (error) {
    // The client has gone: that is all it wanted.
    if (
      !(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe)
    ) {
      throw error;
    }
  } finally {
    conn.close();
  }
}
