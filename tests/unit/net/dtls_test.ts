import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { DtlsConnector } from "../../../src/net/dtls.ts";
import { openPeer } from "../../../src/net/open.ts";
import type { PeerStatus } from "../../../src/packet/peer.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { rememberSessions, testSecureClients } from "../../support/secure_client_cases.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

testSecureClients("dtls", "openDtlsPeer");

secureTest("openDtlsPeer() fails at once where nobody listens", async () => {
  if (Deno.build.os !== "linux") return;
  const closed = new BareUdp();
  closed[Symbol.dispose]();
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: closed.port } as const;
  const error = await assertRejects(() => openPeer(endpoint, { timeoutMs: 20_000 }), PeerError);
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertMatch(error.message, /cannot connect to dtls:.*nobody listens there/);
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

secureTest("openDtlsPeer() does not begin with a session that is none", async () => {
  using silent = new BareUdp();
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: silent.port } as const;
  const statuses: PeerStatus[] = [];
  const onStatus = (status: PeerStatus): number => statuses.push(status);
  for (const mayBlock of [false, true]) {
    const sessions = { get: (): string => "nonsense", set: (): void => {} };
    const options = { security: { isInsecure: true, sessions, onStatus }, mayBlock };
    const error = await assertRejects(() => openPeer(endpoint, options), PeerError);
    assertEquals(error.message, "cannot resume the session: it is no TLS session");
  }
  assertEquals(statuses, []);
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
