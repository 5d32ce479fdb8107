import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import type { PeerStatus } from "../../../src/packet/peer.ts";
import { DtlsConnector } from "../../../src/net/dtls.ts";
import { openPeer } from "../../../src/net/open.ts";
import type { SessionStore } from "../../../src/net/security.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { caOf, certificateFor } from "../../support/certificates.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

/** Keeps sessions by endpoint, as `--session-cache` does. */
function rememberSessions(sessions = new Map<string, string>()): SessionStore {
  return {
    get: (endpoint) => sessions.get(endpoint) ?? null,
    set: (endpoint, session) => void sessions.set(endpoint, session),
  };
}

secureTest("openDtlsPeer() connects, and says how", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server);
  assertEquals([client.transport, client.status], ["dtls", "connected"]);
  assertEquals([client.handshake?.isResumed, client.handshake?.trust], [false, "pin"]);
  assertMatch(client.handshake?.version ?? "", /^D?TLSv1\.[23]$/);
  assertEquals((client.handshake?.durationMs ?? 0) > 0, true);
});

secureTest("openDtlsPeer() fails at once where nobody listens", async () => {
  if (Deno.build.os !== "linux") return;
  const closed = new BareUdp();
  closed[Symbol.dispose]();
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: closed.port } as const;
  const error = await assertRejects(() => openPeer(endpoint, { timeoutMs: 20_000 }), PeerError);
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertMatch(error.message, /cannot connect to dtls:.*nobody listens there/);
});

secureTest("openDtlsPeer() refuses a certificate that is not the pinned one", async () => {
  await using server = await secureServer("dtls");
  const pins = [{ kind: "certificate", sha256: "ab".repeat(32) } as const];
  const statuses: PeerStatus[] = [];
  const onStatus = (status: PeerStatus): number => statuses.push(status);
  const error = await assertRejects(() => secureClient(server, { pins, onStatus }), PeerError);
  assertEquals(error.code, "ERR_UNAUTHORIZED");
  assertMatch(error.message, /refused by the rule "pin".*it says: CN=localhost; names localhost/);
  assertEquals(statuses, ["handshaking", "error"]);
});

secureTest("openDtlsPeer() tells another host name from other errors", async () => {
  await using server = await secureServer("dtls");
  const ca = caOf(await certificateFor("localhost", ["localhost"]));
  const statuses: PeerStatus[] = [];
  const onStatus = (status: PeerStatus): number => statuses.push(status);
  const security = { pins: [], ca, serverName: "other.example", onStatus };
  const error = await assertRejects(() => secureClient(server, security), PeerError);
  assertMatch(error.message, /it is for localhost, not for other\.example/);
  assertEquals(statuses, ["handshaking", "error_hostname_mismatch"]);
  await using client = await secureClient(server, { ...security, serverName: "localhost" });
  assertEquals(client.handshake?.trust, "chain");
});

secureTest("openDtlsPeer() accepts anything when it is insecure", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server, { pins: [], isInsecure: true });
  assertEquals(client.handshake?.trust, "insecure");
});

secureTest(
  "openDtlsPeer() that may block lets others run: timers, and a server of the thread",
  async () => {
    await using server = await secureServer("dtls");
    const limits = { timeoutMs: 20_000, mayBlock: true };
    let hasFired = false;
    setTimeout(() => hasFired = true, 0);
    do {
      await using client = await secureClient(server, {}, limits);
      assertEquals(client.status, "connected");
      const peer = await server.accept({ timeoutMs: 20_000 });
      await peer?.send(new Uint8Array([1]));
      assertEquals((await client.receive({ timeoutMs: 20_000 }))?.payload[0], 1);
      await peer?.close();
    } while (!hasFired);
  },
);

secureTest("openDtlsPeer() resumes the session that a store remembers", async () => {
  await using server = await secureServer("dtls");
  const sessions = new Map<string, string>();
  const store = rememberSessions(sessions);
  const isResumed: (boolean | undefined)[] = [];
  for (let i = 0; i < 2; i++) {
    const client = await secureClient(server, { sessions: store });
    isResumed.push(client.handshake?.isResumed);
    const peer = await server.accept({ timeoutMs: 20_000 });
    await peer?.send(new Uint8Array([1])); // Over TLS 1.3 the ticket comes before it.
    await client.receive({ timeoutMs: 20_000 });
    await Promise.all([client.close(), peer?.close()]);
  }
  assertEquals(isResumed, [false, true]);
  assertEquals([...sessions.keys()], [`dtls://127.0.0.1:${server.address.port}`]);
});

secureTest("openDtlsPeer() gives up when nobody answers, and when it is aborted", async () => {
  using silent = new BareUdp();
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: silent.port } as const;
  const late = await assertRejects(() => openPeer(endpoint, { timeoutMs: 1 }), PeerError);
  assertEquals(late.code, "ERR_TIMEOUT");
  assertMatch(late.message, /no answer within 1 ms; is a DTLS server running there\?/);
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => openPeer(endpoint, { signal })), reason);
});

secureTest(
  "openDtlsPeer() that may block says hello again when nobody answers, and is abortable",
  async () => {
    using silent = new BareUdp();
    const endpoint = { scheme: "dtls", host: "127.0.0.1", port: silent.port } as const;
    const [controller, reason] = [new AbortController(), new Error("enough")];
    const opening = openPeer(endpoint, { mayBlock: true, signal: controller.signal });
    const refused = assertRejects(() => opening);
    const hellos: string[] = [];
    for (let i = 0; i < 2; i++) hellos.push((await silent.conn.receive())[0].subarray(11).toHex());
    controller.abort(reason);
    assertEquals(await refused, reason);
    assertEquals(hellos[1], hellos[0]); // from the length on: the record has a new number
  },
);

secureTest("openDtlsPeer() ignores datagrams that are none of DTLS", async () => {
  await using server = await secureServer("dtls");
  await using client = await secureClient(server);
  const peer = await server.accept({ timeoutMs: 20_000 });
  using stranger = new BareUdp();
  await stranger.send("nonsense", client.localAddress);
  await stranger.send("nonsense", server.address);
  await peer?.send(new Uint8Array([7]));
  assertEquals((await client.receive({ timeoutMs: 20_000 }))?.payload.toHex(), "07");
  await peer?.close();
});

for (const mayBlock of [false, true]) {
  secureTest(
    `DtlsConnector connects over and over, and resumes (mayBlock ${mayBlock})`,
    async () => {
      await using server = await secureServer("dtls");
      const { hostname, port } = server.address;
      const security = { isInsecure: true, sessions: rememberSessions() };
      await using connector = new DtlsConnector(hostname, port, { security, mayBlock });
      const ports = new Set<number>();
      for (let i = 0; i < 4; i++) {
        const client = await connector.connect(LIMITS);
        ports.add(client.localAddress.port);
        assertEquals([client.status, client.handshake?.isResumed], ["connected", i > 0]);
        const peer = await server.accept(LIMITS);
        await peer?.send(new Uint8Array([i])); // Over TLS 1.3 the ticket comes before it.
        assertEquals((await client.receive(LIMITS))?.payload[0], i);
        await Promise.all([client.close(), peer?.close()]);
      }
      assertEquals(ports.size, 4);
    },
  );
}

secureTest("DtlsConnector opens several at once", async () => {
  await using server = await secureServer("dtls");
  const { hostname, port } = server.address;
  const options = { security: { isInsecure: true }, mayBlock: true };
  await using connector = new DtlsConnector(hostname, port, options);
  for (let round = 0; round < 2; round++) {
    const clients = await Promise.all([1, 2, 3].map(() => connector.connect(LIMITS)));
    assertEquals(new Set(clients.map(({ localAddress }) => localAddress.port)).size, 3);
    await Promise.all(clients.map((client) => client.close()));
  }
});

secureTest("DtlsConnector with a local port has room for one connection", async () => {
  await using server = await secureServer("dtls");
  const { hostname, port } = server.address;
  const free = new BareUdp();
  free[Symbol.dispose]();
  const options = { security: { isInsecure: true }, localPort: free.port, mayBlock: true };
  await using connector = new DtlsConnector(hostname, port, options);
  for (let i = 0; i < 2; i++) {
    await using client = await connector.connect(LIMITS);
    assertEquals([client.status, client.localAddress.port], ["connected", free.port]);
  }
});

secureTest("DtlsConnector tells each time why it cannot connect", async () => {
  const security = { isInsecure: true, library: "nowhere/libssl.so" };
  await using connector = new DtlsConnector("127.0.0.1", 1, { security });
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => connector.connect(LIMITS), PeerError);
    assertMatch(error.message, /nowhere\/libssl\.so/);
  }
});
