import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { openDtlsServer } from "../../../src/net/dtls_server.ts";
import { SecureEndpoint } from "../../../src/net/security.ts";
import type { SecureContext } from "../../../src/dtls/context.ts";
import { connectDtls } from "../../../src/dtls/session.ts";
import type { PacketServer, PeerStatus } from "../../../src/packet/peer.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { caOf, certificateFor, filesOf } from "../../support/certificates.ts";
import { LIMITS, secureClient, secureServer, secureTest } from "../../support/secure_pair.ts";

/** A ClientHello with an empty cookie, as short as one can be. */
function clientHello(random: number): Uint8Array<ArrayBuffer> {
  const body = `fefd${random.toString(16).padStart(2, "0").repeat(32)}00000002c02b0100`;
  const size = (body.length / 2).toString(16).padStart(6, "0");
  const message = `01${size}0000000000${size}${body}`;
  const length = (message.length / 2).toString(16).padStart(4, "0");
  return Uint8Array.fromHex(`16feff0000000000000000${length}${message}`);
}

secureTest("openDtlsServer() answers a hello without cookie, and keeps nothing", async () => {
  const heard: PeerStatus[] = [];
  await using server = await secureServer("dtls", { onStatus: (status) => heard.push(status) });
  using client = new BareUdp();
  for (let i = 0; i < 5; i++) {
    await client.conn.send(clientHello(i), { transport: "udp", ...server.address });
    const [answer] = await client.conn.receive();
    assertEquals([answer[0], answer[13]], [22, 3]); // handshake, HelloVerifyRequest
  }
  assertEquals(heard, []);
});

secureTest("openDtlsServer() takes no more handshakes than its limit", async () => {
  await using server = await secureServer("dtls", { maxHalfOpen: 0 });
  const error = await assertRejects(() => secureClient(server, {}, { timeoutMs: 200 }), PeerError);
  assertEquals(error.code, "ERR_TIMEOUT");
  assertMatch(error.message, /although answers came/);
});

secureTest("openDtlsServer() gives up a peer that is silent", async () => {
  await using server = await secureServer("dtls", { idleMs: 20 });
  await using client = await secureClient(server);
  const peer = await server.accept(LIMITS);
  const error = await assertRejects(async () => await peer?.receive(LIMITS), PeerError);
  assertEquals([error.code, peer?.status], ["ERR_TIMEOUT", "error"]);
  assertEquals(await client.receive(LIMITS), null); // it was told
});

/** Completes a handshake over a socket, without the transport: a client that may vanish. */
async function shakeHands(
  client: BareUdp,
  context: SecureContext,
  server: PacketServer,
): Promise<void> {
  using session = connectDtls(context, { remote: "the server", now: performance.now() });
  while (session.status === "handshaking") {
    for (let output = session.poll(); output !== null; output = session.poll()) {
      if (output.type !== "transmit") continue;
      await client.conn.send(output.bytes, { transport: "udp", ...server.address });
    }
    const [datagram] = await client.conn.receive();
    session.handleDatagram(datagram.slice(), performance.now());
  }
  assertEquals(session.status, "connected");
}

secureTest("openDtlsServer() lets a client start again from the same port", async () => {
  await using server = await secureServer("dtls");
  using endpoint = SecureEndpoint.client("dtls", { isInsecure: true });
  using client = new BareUdp();
  await shakeHands(client, endpoint.context, server);
  const earlier = await server.accept(LIMITS);
  await shakeHands(client, endpoint.context, server);
  const later = await server.accept(LIMITS);
  assertEquals(later?.remoteAddress, earlier?.remoteAddress);
  assertEquals(await earlier?.receive(LIMITS), null);
  assertEquals([earlier?.status, later?.status], ["disconnected", "connected"]);
});

secureTest("openDtlsServer() asks clients for certificates", async () => {
  const made = await certificateFor("player");
  const failures: PeerError[] = [];
  await using server = await secureServer("dtls", {
    clientCertificate: "required",
    clientCa: caOf(made),
    onStatus: (_status, _address, error) => {
      if (error !== null) failures.push(error);
    },
  });
  const refused = await assertRejects(() => secureClient(server), PeerError);
  assertMatch(refused.message, /alert/);
  assertMatch(failures[0]?.message ?? "", /the client sent no certificate, and one is required/);
  await using _client = await secureClient(server, { certificate: filesOf(made) });
  const peer = await server.accept(LIMITS);
  assertEquals(peer?.handshake?.trust, "chain");
});

secureTest("openDtlsServer() says what is wrong with a certificate", async () => {
  const { chain } = filesOf(await certificateFor("localhost"));
  const { key } = filesOf(await certificateFor("player"));
  const certificate = { chain, key };
  const opening = (): Promise<unknown> =>
    openDtlsServer("127.0.0.1", 0, { security: { certificate } });
  const error = await assertRejects(opening, PeerError);
  assertMatch(error.message, /cannot use the key of key\.pem with the certificate of cert\.pem/);
});
