import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { Retransmission } from "../../../src/dtls/context_options.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { dtlsRecords, summarizeDatagram } from "../../../src/dtls/record.ts";
import { acceptDtls, connectDtls, type DtlsSessionOptions } from "../../../src/dtls/session.ts";
import { PeerError } from "../../../src/errors.ts";
import { caOf, filesOf, identity, opensslTest } from "../../support/dtls_identities.ts";
import { DtlsWire, type Faults, lastChange } from "../../support/dtls_wire.ts";

/** Waits of 15 ms: OpenSSL takes the last 15 ms of a wait as over. */
const SHORT_WAITS = { firstMs: 30, longestMs: 30 };
const LONG_WAITS = { firstMs: 60_000, longestMs: 60_000 };
const HELLO = new TextEncoder().encode("hello");

interface WireSetup {
  readonly client?: Partial<DtlsSessionOptions>;
  readonly server?: Partial<DtlsSessionOptions>;
  readonly faults?: Faults;
  readonly retransmission?: Retransmission;
}

/** Runs `use` on a wire between a client that trusts the server and the server. */
async function onWire(
  openssl: OpenSsl,
  { client = {}, server = {}, faults = { seed: 0 }, retransmission = LONG_WAITS }: WireSetup,
  use: (wire: DtlsWire) => void | Promise<void>,
): Promise<void> {
  const self = await identity(openssl);
  using serverContext = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(self),
    retransmission,
  });
  using clientContext = SecureContext.client(openssl, {
    protocol: "dtls",
    ca: caOf(self),
    retransmission,
  });
  using wire = new DtlsWire({
    client: clientContext,
    server: serverContext,
    clientOptions: client,
    serverOptions: server,
    faults,
  });
  await use(wire);
}

/** A wire whose handshake is done. */
async function onConnectedWire(
  openssl: OpenSsl,
  use: (wire: DtlsWire) => void | Promise<void>,
): Promise<void> {
  await onWire(openssl, {}, async (wire) => {
    wire.settle();
    assert(wire.isConnected, JSON.stringify([wire.client.changes, wire.server.changes]));
    await use(wire);
  });
}

function countersOf(wire: DtlsWire): NonNullable<DtlsWire["server"]["session"]>["counters"] {
  const { session } = wire.server;
  assert(session !== null);
  return session.counters;
}

opensslTest(
  "DtlsSession connects after a cookie exchange and echoes",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      assertEquals(wire.verifyRequests, 1);
      wire.send("client", HELLO);
      wire.settle();
      assertEquals(wire.server.packets, [HELLO]);
      wire.send("server", HELLO);
      wire.settle();
      assertEquals(wire.client.packets, [HELLO]);
    }),
);

opensslTest(
  "DtlsSession tells the handshake's version, cipher and time",
  (openssl) =>
    onConnectedWire(openssl, ({ client }) => {
      const change = lastChange(client);
      assert(change.status === "connected");
      assertEquals(change.handshake.version, "DTLSv1.2");
      assertEquals(change.handshake.cipher.startsWith("ECDHE-ECDSA-"), true);
      assertEquals(change.handshake.isResumed, false);
      assertGreater(change.handshake.durationMs, 0);
      assertEquals(client.session?.details().group, "X25519");
      assertEquals(client.wakeAt, null);
    }),
);

opensslTest(
  "DtlsSession sends each packet as one record in one datagram",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      for (const size of [1, 1199, 1200, 1201, 9000, 16_384]) {
        const before = wire.client.sent.length;
        wire.send("client", new Uint8Array(size).fill(7));
        assertEquals(wire.client.sent.length, before + 1);
        assertEquals(dtlsRecords(wire.client.sent.at(-1) ?? HELLO).length, 1);
        wire.settle();
        assertEquals(wire.server.packets.at(-1), new Uint8Array(size).fill(7));
      }
    }),
);

opensslTest(
  "DtlsSession.send() does not send an empty packet",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      const before = wire.client.sent.length;
      wire.send("client", new Uint8Array(0));
      assertEquals(wire.client.sent.length, before);
    }),
);

opensslTest(
  "DtlsSession.send() refuses a packet over the record limit and stays usable",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      const error = assertThrows(() => wire.send("client", new Uint8Array(16_385)), PeerError);
      assertEquals(error.code, "ERR_INVALID_PARAMETER");
      assertEquals(
        error.message,
        "a packet of 16385 bytes does not fit: DTLS carries at most 16384 in one record",
      );
      wire.send("client", HELLO);
      wire.settle();
      assertEquals(wire.server.packets, [HELLO]);
    }),
);

opensslTest(
  "DtlsSession.send() is refused before and after the connection",
  (openssl) =>
    onWire(openssl, {}, (wire) => {
      const early = assertThrows(() => wire.send("client", HELLO), PeerError);
      assertEquals(early.code, "ERR_UNCONFIGURED");
      wire.settle();
      wire.close("client");
      const late = assertThrows(() => wire.send("client", HELLO), PeerError);
      assertEquals(late.message, "cannot send to 192.0.2.2:4242: it is closed");
    }),
);

opensslTest(
  "DtlsSession sends close_notify and answers one",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.close("server");
      assertEquals(wire.server.session?.status, "disconnected");
      const answers = wire.client.sent.length;
      wire.settle();
      assertEquals(wire.client.sent.length, answers + 1);
      assertEquals(lastChange(wire.client), {
        type: "status",
        status: "disconnected",
        by: "peer",
        isOrderly: true,
      });
      assertEquals(lastChange(wire.server), {
        type: "status",
        status: "disconnected",
        by: "us",
        isOrderly: true,
      });
    }),
);

opensslTest(
  "DtlsSession drops and counts repeated datagrams",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.send("client", HELLO);
      const datagram = wire.client.sent.at(-1) ?? HELLO;
      wire.settle();
      for (let i = 0; i < 5; i++) wire.inject("server", datagram);
      assertEquals(wire.server.packets.length, 1);
      const { droppedRecords, replayedRecords, forgedRecords } = countersOf(wire);
      assertEquals([droppedRecords, replayedRecords, forgedRecords], [5, 5, 0]);
      wire.send("client", HELLO);
      wire.settle();
      assertEquals(wire.server.packets.length, 2);
    }),
);

opensslTest(
  "DtlsSession drops and counts forged records and other datagrams",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.send("client", HELLO);
      const forged = (wire.client.sent.at(-1) ?? HELLO).slice();
      forged[10] = (forged[10] ?? 0) + 1;
      forged[20] = (forged[20] ?? 0) ^ 1;
      wire.inject("server", forged);
      wire.inject("server", new Uint8Array(0));
      wire.inject("server", HELLO);
      const { droppedRecords, replayedRecords, forgedRecords, droppedDatagrams } = countersOf(wire);
      assertEquals([droppedRecords, replayedRecords, forgedRecords], [1, 0, 1]);
      assertEquals(droppedDatagrams, 2);
      wire.settle();
      assertEquals(wire.server.packets, [HELLO]);
    }),
);

opensslTest(
  "DtlsSession tells repeated from forged records, one by one in a datagram of many",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      for (const byte of [1, 2, 3]) wire.send("client", new Uint8Array([byte]));
      const [one = HELLO, two = HELLO, three = HELLO] = wire.client.sent.slice(-3);
      wire.settle();
      wire.send("client", new Uint8Array([4]));
      const four = wire.client.sent.at(-1) ?? HELLO;
      const forged = four.slice();
      forged[10] = (forged[10] ?? 0) + 1;
      wire.inject("server", new Uint8Array([...one, ...four, ...two, ...forged, ...three]));
      const { droppedRecords, replayedRecords, forgedRecords } = countersOf(wire);
      assertEquals([droppedRecords, replayedRecords, forgedRecords], [4, 3, 1]);
      assertEquals(wire.server.packets.map(([byte]) => byte), [1, 2, 3, 4]);
    }),
);

for (
  const cipher of [
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-RSA-AES256-SHA384",
    "AES128-CCM",
    "AES128-CCM8:@SECLEVEL=0",
  ]
) {
  opensslTest(`DtlsSession drops forged records of all sizes, ${cipher}`, async (openssl) => {
    const self = await identity(openssl, { key: "rsa-2048" });
    const context = { protocol: "dtls", ciphers: cipher } as const;
    using server = SecureContext.server(openssl, { ...context, certificate: filesOf(self) });
    using client = SecureContext.client(openssl, { ...context, ca: caOf(self) });
    using wire = new DtlsWire({ client, server });
    wire.settle();
    const sizes = [...Array.from({ length: 100 }, (_, i) => i), 16_384, 17_000, 20_000, 65_000];
    for (const size of sizes) {
      for (const type of [20, 21, 22, 23]) {
        const forged = new Uint8Array(13 + size).map((_, i) => i * 37);
        forged.set([type, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 1, 0, size >> 8, size & 0xff]);
        wire.inject("client", forged);
        wire.inject("server", forged);
      }
    }
    assertEquals(countersOf(wire).droppedRecords, sizes.length * 4);
    assertEquals(countersOf(wire).forgedRecords, sizes.length * 3);
    for (const size of [1, 2, 1000]) {
      wire.send("client", new Uint8Array(size));
      wire.send("server", new Uint8Array(size));
      wire.settle();
      assertEquals(wire.server.packets.at(-1)?.length, size);
      assertEquals(wire.client.packets.at(-1)?.length, size);
    }
  });
}

opensslTest(
  "DtlsSession knows records again that came with the handshake",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      const before = countersOf(wire);
      const [, ...accepted] = wire.client.sent; // the first hello led to no session
      for (const datagram of accepted) wire.inject("server", datagram);
      const { droppedRecords, replayedRecords } = countersOf(wire);
      const sent = accepted.flatMap(dtlsRecords).length;
      assertEquals([droppedRecords, replayedRecords], [before.droppedRecords + sent, sent]);
    }),
);

opensslTest(
  "DtlsSession ignores what comes of the handshake once more",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      for (const datagram of wire.client.sent.slice()) wire.inject("server", datagram);
      for (const datagram of wire.server.sent.slice()) wire.inject("client", datagram);
      wire.settle();
      assert(wire.isConnected);
      wire.send("client", HELLO);
      wire.settle();
      assertEquals(wire.server.packets, [HELLO]);
    }),
);

opensslTest(
  "DtlsSession takes packets that arrive out of order",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.faults = { seed: 5, reorder: 0.7 };
      const sent = Array.from({ length: 40 }, (_, i) => new Uint8Array([i]));
      for (const packet of sent) wire.send("client", packet);
      wire.settle();
      const numbers = wire.server.packets.map(([number = -1]) => number);
      assertEquals(numbers.toSorted((a, b) => a - b), sent.map(([number = -1]) => number));
      assert(numbers.some((number, i) => number !== i));
    }),
);

opensslTest(
  "DtlsSession delivers each packet once over a bad wire, and never resends",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.faults = { seed: 11, loss: 0.2, duplicate: 0.3, reorder: 0.2, corrupt: 0.2 };
      for (let i = 0; i < 60; i++) wire.send("client", new Uint8Array([i]));
      wire.settle();
      const numbers = wire.server.packets.map(([number = -1]) => number);
      assertEquals(new Set(numbers).size, numbers.length);
      assertLess(numbers.length, 60);
      assertGreater(numbers.length, 20);
      assertGreater(countersOf(wire).droppedRecords + countersOf(wire).droppedDatagrams, 5);
      assert(wire.isConnected);
    }),
);

for (let seed = 1; seed <= 12; seed++) {
  opensslTest(
    `DtlsSession shakes hands at 30 % loss both ways, seed ${seed}`,
    (openssl) =>
      onWire(
        openssl,
        { faults: { seed, loss: 0.3 }, retransmission: SHORT_WAITS },
        async (wire) => {
          await wire.shakeHands();
          assert(wire.isConnected, JSON.stringify([wire.client.changes, wire.server.changes]));
          wire.faults = { seed };
          wire.send("client", HELLO);
          wire.settle();
          assertEquals(wire.server.packets, [HELLO]);
        },
      ),
  );
}

for (let seed = 1; seed <= 6; seed++) {
  opensslTest(`DtlsSession shakes hands over a bad wire, seed ${seed}`, (openssl) => {
    const faults = { seed, loss: 0.2, duplicate: 0.3, reorder: 0.3 };
    return onWire(openssl, { faults, retransmission: SHORT_WAITS }, async (wire) => {
      await wire.shakeHands();
      assert(wire.isConnected, JSON.stringify([wire.client.changes, wire.server.changes]));
    });
  });
}

opensslTest(
  "DtlsSession counts the flights that it sent again",
  (openssl) =>
    onWire(openssl, { faults: { seed: 1, loss: 1 }, retransmission: SHORT_WAITS }, async (wire) => {
      const shaking = wire.shakeHands();
      await new Promise((resolve) => setTimeout(resolve, 20));
      wire.faults = { seed: 1 };
      await shaking;
      assert(wire.isConnected);
      assertGreater(wire.client.session?.counters.retransmissions ?? 0, 0);
    }),
);

opensslTest(
  "DtlsSession gives up when nothing ever comes back",
  (openssl) =>
    onWire(openssl, { faults: { seed: 1, loss: 1 }, retransmission: SHORT_WAITS }, async (wire) => {
      await wire.shakeHands();
      const change = lastChange(wire.client);
      assert(change.status === "error");
      assertEquals(change.error.code, "ERR_CANT_CONNECT");
      assertEquals(
        change.error.message,
        "the handshake with 192.0.2.2:4242 failed: no answer came, however often it was asked",
      );
    }),
);

opensslTest("DtlsSession cuts a large chain to a small MTU", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root", key: "rsa-4096" });
  const leaf = await identity(openssl, {
    key: "rsa-2048",
    isCa: false,
    names: ["localhost", ...Array.from({ length: 40 }, (_, i) => `server-${i}.example.org`)],
    issuer: root,
  });
  using server = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(leaf, root),
  });
  using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(root) });
  for (const mtu of [300, 600, 1200]) {
    using wire = new DtlsWire({ client, server, clientOptions: { mtu }, serverOptions: { mtu } });
    wire.settle();
    assert(wire.isConnected);
    for (const datagram of [...wire.client.sent.slice(2), ...wire.server.sent]) {
      assertLess(datagram.length, mtu + 1);
    }
    const texts = wire.server.sent.flatMap(summarizeDatagram).map(({ text }) => text);
    assertEquals(texts.some((text) => text.startsWith("Certificate (fragment 0-")), true);
  }
});

opensslTest(
  "DtlsSession packs small records into one datagram",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      const first = wire.server.sent[0] ?? HELLO;
      assertGreater(dtlsRecords(first).length, 1);
    }),
);

opensslTest(
  "DtlsSession.handleWake() too early sends nothing",
  (openssl) =>
    onWire(openssl, {}, async () => {
      const self = await identity(openssl);
      using context = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
      using session = connectDtls(context, { remote: "192.0.2.2:1", host: "localhost", now: 1000 });
      const outputs = [session.poll(), session.poll(), session.poll(), session.poll()];
      assertEquals(outputs.map((output) => output?.type), [
        "status",
        "transmit",
        "wake",
        undefined,
      ]);
      const wake = outputs[2];
      assert(wake?.type === "wake" && wake.at !== null);
      assertGreater(wake.at, 1900);
      session.handleWake(1500);
      assertEquals(session.poll()?.type, "wake");
      assertEquals(session.poll(), null);
      assertEquals(session.counters.retransmissions, 0);
    }),
);

opensslTest(
  "acceptDtls() ends in an error for a ClientHello that OpenSSL refuses",
  async (openssl) => {
    const self = await identity(openssl);
    using context = SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(self),
    });
    using session = acceptDtls(context, HELLO, { remote: "192.0.2.1:1", now: 0 });
    assertEquals(session.status, "error");
  },
);

opensslTest("connectDtls() and acceptDtls() refuse the other one's context", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using tls = SecureContext.client(openssl, { protocol: "tls", ca: caOf(self) });
  assertThrows(() => connectDtls(server, { remote: "x", now: 0 }), PeerError, "not a DTLS client");
  assertThrows(() => connectDtls(tls, { remote: "x", now: 0 }), PeerError, "for a client of TLS");
  assertThrows(() => acceptDtls(tls, HELLO, { remote: "x", now: 0 }), PeerError, "a DTLS server");
});

opensslTest(
  "DtlsSession ignores all input once it has ended",
  (openssl) =>
    onConnectedWire(openssl, (wire) => {
      wire.close("client");
      const { session } = wire.client;
      assert(session !== null);
      wire.send("server", HELLO);
      wire.settle();
      session.handleWake(0);
      session.close(0);
      assertEquals(wire.client.packets, []);
      assertEquals(session.poll(), null);
      session.dispose();
      session.dispose();
      session.handleDatagram(HELLO, 0);
      assertEquals(session.poll(), null);
    }),
);
