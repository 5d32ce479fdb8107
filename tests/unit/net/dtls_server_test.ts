import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { openDtlsServer } from "../../../src/net/dtls_server.ts";
import { SecureEndpoint } from "../../../src/net/security.ts";
import type { SecureContext } from "../../../src/dtls/context.ts";
import { connectDtls, type DtlsSession } from "../../../src/dtls/session.ts";
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

const HELLO_VERIFY_REQUEST = 3;

/** Sends the first hello, and the second one with the cookie; gives that. */
async function exchangeCookie(
  client: BareUdp,
  session: DtlsSession,
  server: PacketServer,
): Promise<Uint8Array<ArrayBuffer>> {
  await sendAll(client, session, server);
  let [request] = await client.conn.receive();
  // What comes of an earlier handshake is not for this one.
  while (request[13] !== HELLO_VERIFY_REQUEST) [request] = await client.conn.receive();
  session.handleDatagram(request.slice(), 0);
  const [hello] = await sendAll(client, session, server);
  assert(hello !== undefined);
  return hello;
}

/** Takes datagrams until the handshake is done. */
async function finishHandshake(
  client: BareUdp,
  session: DtlsSession,
  server: PacketServer,
): Promise<void> {
  while (session.status === "handshaking") {
    const [datagram] = await client.conn.receive();
    session.handleDatagram(datagram.slice(), 0);
    await sendAll(client, session, server);
  }
  assertEquals(session.status, "connected");
}

async function answerTo(
  client: BareUdp,
  datagram: Uint8Array<ArrayBuffer>,
  server: PacketServer,
): Promise<Uint8Array> {
  await client.conn.send(datagram, { transport: "udp", ...server.address });
  const [answer] = await client.conn.receive();
  return answer;
}

async function sendAll(
  client: BareUdp,
  session: DtlsSession,
  server: PacketServer,
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const sent: Uint8Array<ArrayBuffer>[] = [];
  for (let output = session.poll(); output !== null; output = session.poll()) {
    if (output.type !== "transmit") continue;
    sent.push(output.bytes.slice());
    await client.conn.send(output.bytes, { transport: "udp", ...server.address });
  }
  return sent;
}

/** Completes a handshake over a socket, without the transport: a client that may vanish. */
async function shakeHands(
  client: BareUdp,
  context: SecureContext,
  server: PacketServer,
): Promise<void> {
  using session = connectDtls(context, { remote: "the server", now: 0 });
  await sendAll(client, session, server);
  await finishHandshake(client, session, server);
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

secureTest("openDtlsServer() refuses hellos above its limits until there is room", async () => {
  const told: string[] = [];
  await using server = await secureServer("dtls", {
    maxHalfOpen: 1,
    handshakeMs: 60_000,
    onDiscarded: (what, count) => told.push(`${count} ${what}`),
    onLimit: (limit, most) => told.push(`${most} ${limit}`),
  });
  using endpoint = SecureEndpoint.client("dtls", { isInsecure: true });
  using stuck = new BareUdp();
  using session = connectDtls(endpoint.context, { remote: "the server", now: 0 });
  await exchangeCookie(stuck, session, server);
  using refused = new BareUdp();
  using other = connectDtls(endpoint.context, { remote: "the server", now: 0 });
  const hello = await exchangeCookie(refused, other, server);
  await refused.conn.send(hello, { transport: "udp", ...server.address });
  await answerTo(refused, clientHello(9), server); // what came before it has been looked at
  assertEquals(told, ["1 refused", "1 handshakes", "1 refused", "1 handshakes"]);
  await finishHandshake(stuck, session, server);
  await refused.conn.send(hello, { transport: "udp", ...server.address });
  await finishHandshake(refused, other, server);
  assertEquals(told.length, 4);
});

secureTest("openDtlsServer() tells of what it throws away before there is a session", async () => {
  const told: string[] = [];
  await using server = await secureServer("dtls", {
    onDiscarded: (what, count) => told.push(`${count} ${what}`),
  });
  using endpoint = SecureEndpoint.client("dtls", { isInsecure: true });
  using client = new BareUdp();
  using session = connectDtls(endpoint.context, { remote: "the server", now: 0 });
  const hello = await exchangeCookie(client, session, server);
  using stranger = new BareUdp();
  await stranger.send("no DTLS", server.address);
  const answer = await answerTo(stranger, hello, server); // the cookie is for another address
  assertEquals([answer[0], answer[13]], [22, 3]);
  assertEquals(told, ["1 stray", "1 bad_cookie"]);
});

secureTest("openDtlsServer() gives up a peer that is silent", async () => {
  await using server = await secureServer("dtls", { idleMs: 20 });
  await using client = await secureClient(server);
  const peer = await server.accept(LIMITS);
  const error = await assertRejects(async () => await peer?.receive(LIMITS), PeerError);
  assertEquals([error.code, peer?.status], ["ERR_TIMEOUT", "error"]);
  assertEquals(await client.receive(LIMITS), null); // it was told
});

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

secureTest("openDtlsServer() lets a client give a handshake up and start again", async () => {
  await using server = await secureServer("dtls");
  using endpoint = SecureEndpoint.client("dtls", { isInsecure: true });
  using client = new BareUdp();
  using givenUp = connectDtls(endpoint.context, { remote: "the server", now: 0 });
  await exchangeCookie(client, givenUp, server);
  const [flight] = await client.conn.receive();
  assertEquals(flight[0], 22); // all of it: the certificate is a small one
  await shakeHands(client, endpoint.context, server);
  const peer = await server.accept(LIMITS);
  assertEquals(peer?.status, "connected");
});

secureTest("openDtlsServer() keeps a peer until the next one of its port is there", async () => {
  await using server = await secureServer("dtls");
  using endpoint = SecureEndpoint.client("dtls", { isInsecure: true });
  using client = new BareUdp();
  using session = connectDtls(endpoint.context, { remote: "the server", now: 0 });
  await sendAll(client, session, server);
  await finishHandshake(client, session, server);
  const peer = await server.accept(LIMITS);
  for (let i = 0; i < 2; i++) {
    // Somebody who saw a cookie can begin a handshake in the client's name, and no more than that.
    using other = connectDtls(endpoint.context, { remote: "the server", now: 0 });
    await exchangeCookie(client, other, server);
    session.send(new Uint8Array([i]), 0);
    await sendAll(client, session, server);
    assertEquals((await peer?.receive(LIMITS))?.payload, new Uint8Array([i]));
  }
  session.close(0);
  await sendAll(client, session, server);
  assertEquals(await peer?.receive(LIMITS), null);
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
