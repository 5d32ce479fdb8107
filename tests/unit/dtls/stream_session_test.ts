import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "@std/bytes/concat";
import { SecureContext } from "../../../src/dtls/context.ts";
import type {
  ClientContextOptions,
  ServerContextOptions,
} from "../../../src/dtls/context_options.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { tlsRecordAt } from "../../../src/dtls/record.ts";
import type { StatusChange } from "../../../src/dtls/session_outputs.ts";
import { acceptTls, connectTls, type TlsSession } from "../../../src/dtls/stream_session.ts";
import { PeerError } from "../../../src/errors.ts";
import { caOf, filesOf, identity, opensslTest } from "../../support/dtls_identities.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const HELLO = new TextEncoder().encode("hello");

/** One end of a stream in memory: what came out of it. */
class StreamEnd {
  readonly session: TlsSession;
  readonly changes: StatusChange[] = [];
  received: Bytes = new Uint8Array(0);
  #out: Bytes[] = [];

  constructor(session: TlsSession) {
    this.session = session;
  }

  /** The bytes that wait to go to the other end. */
  take(): readonly Bytes[] {
    for (let output = this.session.poll(); output !== null; output = this.session.poll()) {
      if (output.type === "transmit") this.#out.push(output.bytes);
      if (output.type === "status") this.changes.push(output);
      if (output.type === "data") {
        this.received = concat([this.received, output.payload]);
      }
    }
    return this.#out.splice(0);
  }
}

interface Stream {
  readonly client: StreamEnd;
  readonly server: StreamEnd;
  /** Carries bytes both ways until none are left, in pieces of so many bytes. */
  settle(pieceSize?: number): void;
}

interface Setup {
  readonly client?: Partial<ClientContextOptions>;
  readonly server?: Partial<ServerContextOptions>;
  readonly host?: string;
  readonly session?: string | null;
}

async function onStream(
  openssl: OpenSsl,
  { client = {}, server = {}, host = "localhost", session = null }: Setup,
  use: (stream: Stream) => void | Promise<void>,
): Promise<void> {
  const self = await identity(openssl);
  using serverContext = SecureContext.server(openssl, {
    protocol: "tls",
    certificate: filesOf(self),
    ...server,
  });
  using clientContext = SecureContext.client(openssl, {
    protocol: "tls",
    ca: caOf(self),
    ...client,
  });
  using connecting = connectTls(clientContext, { remote: "192.0.2.2:1", host, now: 0, session });
  using accepting = acceptTls(serverContext, { remote: "192.0.2.1:2", now: 0 });
  const ends = { client: new StreamEnd(connecting), server: new StreamEnd(accepting) };
  await use({ ...ends, settle: (pieceSize) => settle(ends.client, ends.server, pieceSize) });
}

function settle(client: StreamEnd, server: StreamEnd, pieceSize = 1 << 20): void {
  for (;;) {
    const moved = carry(client, server, pieceSize) + carry(server, client, pieceSize);
    if (moved === 0) return;
  }
}

/** Carries what an end has to send; returns how many pieces that were. */
function carry(from: StreamEnd, to: StreamEnd, pieceSize: number): number {
  const pieces = from.take();
  for (const bytes of pieces) {
    for (let at = 0; at < bytes.length; at += pieceSize) {
      to.session.handleBytes(bytes.slice(at, at + pieceSize), 5);
    }
  }
  return pieces.length;
}

function lastOf({ changes }: StreamEnd): StatusChange | undefined {
  return changes.at(-1);
}

for (const version of ["1.2", "1.3"] as const) {
  opensslTest(`TlsSession connects over TLS ${version} and echoes, cut anyhow`, async (openssl) => {
    for (const pieceSize of [1, 7, 1 << 20]) {
      const limit = { minVersion: version, maxVersion: version };
      await onStream(openssl, { client: limit, server: limit }, (stream) => {
        stream.settle(pieceSize);
        const change = lastOf(stream.client);
        assert(change?.status === "connected");
        assertEquals(change.handshake.version, `TLSv${version}`);
        assertEquals(change.handshake.durationMs, 5);
        stream.client.session.send(HELLO, 6);
        stream.settle(pieceSize);
        assertEquals(stream.server.received, HELLO);
        stream.server.session.send(HELLO, 6);
        stream.settle(pieceSize);
        assertEquals(stream.client.received, HELLO);
      });
    }
  });
}

opensslTest(
  "TlsSession carries more than its buffers hold",
  (openssl) =>
    onStream(openssl, {}, (stream) => {
      stream.settle();
      const large = new Uint8Array(1_000_000).map((_, i) => i * 7);
      stream.client.session.send(large, 0);
      stream.settle();
      assertEquals(stream.server.received.length, large.length);
      assert(stream.server.received.every((byte, i) => byte === large[i]));
    }),
);

opensslTest(
  "TlsSession starts with a ClientHello that asks for the host's name",
  (openssl) =>
    onStream(openssl, {}, ({ client, settle }) => {
      const [hello = HELLO] = client.take();
      const record = tlsRecordAt(hello);
      assertEquals([record?.type, hello[5]], [22, 1]);
      assertEquals(new TextDecoder().decode(hello).includes("localhost"), true);
      settle();
    }),
);

opensslTest(
  "TlsSession sends close_notify and answers one",
  (openssl) =>
    onStream(openssl, {}, (stream) => {
      stream.settle();
      stream.client.session.close(9);
      assertEquals(stream.client.session.status, "disconnected");
      stream.settle();
      assertEquals(lastOf(stream.server), {
        type: "status",
        status: "disconnected",
        by: "peer",
        isOrderly: true,
      });
      const error = assertThrows(() => stream.server.session.send(HELLO, 9), PeerError);
      assertEquals(error.code, "ERR_UNCONFIGURED");
    }),
);

opensslTest(
  "TlsSession tells an end without close_notify",
  (openssl) =>
    onStream(openssl, {}, (stream) => {
      stream.settle();
      stream.client.session.handleEnd(9);
      stream.settle();
      assertEquals(lastOf(stream.client), {
        type: "status",
        status: "disconnected",
        by: "peer",
        isOrderly: false,
      });
    }),
);

opensslTest(
  "TlsSession fails when the stream ends in the handshake",
  (openssl) =>
    onStream(openssl, {}, ({ client }) => {
      client.session.handleEnd(9);
      client.take();
      const change = lastOf(client);
      assert(change?.status === "error");
      assertEquals(
        change.error.message,
        "the handshake with 192.0.2.2:1 failed: the peer closed the connection in the middle of it",
      );
      client.session.handleEnd(10);
      client.session.handleBytes(HELLO, 10);
      assertEquals(client.session.poll(), null);
    }),
);

opensslTest(
  "TlsSession says when the peer speaks something else",
  (openssl) =>
    onStream(openssl, {}, ({ client, server }) => {
      client.session.handleBytes(new Uint8Array([4, 0, 0, 0, 27, 0, 0, 0]), 1);
      client.take();
      const change = lastOf(client);
      assert(change?.status === "error");
      assertEquals(change.error.message.includes("something else than this protocol"), true);
      server.session.handleBytes(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), 1);
      server.take();
      const other = lastOf(server);
      assert(other?.status === "error");
      assertEquals(other.error.message.endsWith("the peer speaks plain HTTP"), true);
    }),
);

opensslTest(
  "TlsSession refuses a certificate for another host, with an alert",
  (openssl) =>
    onStream(openssl, { host: "example.com" }, (stream) => {
      stream.settle();
      assertEquals(lastOf(stream.client)?.status, "error_hostname_mismatch");
      const change = lastOf(stream.server);
      assert(change?.status === "error");
      assertEquals(change.alert, 42);
    }),
);

for (const version of ["1.2", "1.3"] as const) {
  opensslTest(`TlsSession resumes a session over TLS ${version}`, async (openssl) => {
    const self = await identity(openssl);
    const limit = { protocol: "tls", minVersion: version, maxVersion: version } as const;
    using server = SecureContext.server(openssl, { ...limit, certificate: filesOf(self) });
    using client = SecureContext.client(openssl, { ...limit, ca: caOf(self) });
    const connect = (session: string | null): [boolean, string | null] => {
      using connecting = connectTls(client, { remote: "s", host: "localhost", now: 0, session });
      using accepting = acceptTls(server, { remote: "c", now: 0 });
      const [a, b] = [new StreamEnd(connecting), new StreamEnd(accepting)];
      settle(a, b);
      const change = lastOf(a);
      assert(change?.status === "connected");
      return [change.handshake.isResumed, connecting.exportSession()];
    };
    const [isResumed, saved] = connect(null);
    assertEquals(isResumed, false);
    const [isNextResumed, next] = connect(saved);
    assertEquals(isNextResumed, true);
    assertEquals(connect(next)[0], true);
  });
}

opensslTest("TlsSession requires a client certificate over TLS 1.3", async (openssl) => {
  const player = await identity(openssl, { commonName: "player", isCa: false });
  const server = { clientCertificate: "required", clientCa: caOf(player) } as const;
  await onStream(openssl, { server, client: { certificate: filesOf(player) } }, (stream) => {
    stream.settle();
    assertEquals(stream.server.session.peerCertificates()[0]?.subject, "CN=player");
  });
  await onStream(openssl, { server }, (stream) => {
    stream.settle();
    const change = lastOf(stream.client);
    assert(change?.status === "error");
    assertEquals(change.alert, 116);
    assertEquals(change.error.code, "ERR_CONNECTION_ERROR");
  });
});

opensslTest("connectTls() and acceptTls() refuse the other one's context", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "tls", certificate: filesOf(self) });
  using dtls = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  assertThrows(() => connectTls(server, { remote: "x", now: 0 }), PeerError, "not a TLS client");
  assertThrows(() => acceptTls(dtls, { remote: "x", now: 0 }), PeerError, "for a client of DTLS");
});
