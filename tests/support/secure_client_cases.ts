/** What a client of DTLS and one of TLS must do alike, as tests. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../src/errors.ts";
import type { SessionStore } from "../../src/net/security.ts";
import type { PeerStatus } from "../../src/packet/peer.ts";
import { caOf, certificateFor } from "./certificates.ts";
import { secureClient, secureServer, secureTest } from "./secure_pair.ts";

/** Keeps sessions by endpoint, as `--session-cache` does. */
export function rememberSessions(sessions: Map<string, string> = new Map()): SessionStore {
  return {
    get: (endpoint) => sessions.get(endpoint) ?? null,
    set: (endpoint, session) => void sessions.set(endpoint, session),
  };
}

/** Registers the tests; `opener` is what opens a client of the scheme. */
export function testSecureClients(scheme: "dtls" | "tls", opener: string): void {
  secureTest(`${opener}() connects, and says how`, async () => {
    await using server = await secureServer(scheme);
    await using client = await secureClient(server);
    assertEquals([client.transport, client.status], [scheme, "connected"]);
    assertEquals([client.handshake?.isResumed, client.handshake?.trust], [false, "pin"]);
    assertMatch(client.handshake?.version ?? "", /^D?TLSv1\.[23]$/);
    assertEquals((client.handshake?.durationMs ?? 0) > 0, true);
  });

  secureTest(`${opener}() refuses a certificate that is not the pinned one`, async () => {
    await using server = await secureServer(scheme);
    const pins = [{ kind: "certificate", sha256: "ab".repeat(32) } as const];
    const statuses: PeerStatus[] = [];
    const onStatus = (status: PeerStatus): number => statuses.push(status);
    const error = await assertRejects(() => secureClient(server, { pins, onStatus }), PeerError);
    assertEquals(error.code, "ERR_UNAUTHORIZED");
    assertMatch(error.message, /refused by the rule "pin".*it says: CN=localhost; names localhost/);
    assertEquals(statuses, ["handshaking", "error"]);
  });

  secureTest(`${opener}() tells another host name from other errors`, async () => {
    await using server = await secureServer(scheme);
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

  secureTest(`${opener}() accepts anything when it is insecure`, async () => {
    await using server = await secureServer(scheme);
    await using client = await secureClient(server, { pins: [], isInsecure: true });
    assertEquals(client.handshake?.trust, "insecure");
  });

  secureTest(`${opener}() resumes the session that a store remembers`, async () => {
    await using server = await secureServer(scheme);
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
    assertEquals([...sessions.keys()], [`${scheme}://127.0.0.1:${server.address.port}`]);
  });
}
