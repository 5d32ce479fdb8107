/**
 * Hostile datagrams: random ones, and real ones that were damaged, to a server's stateless path, to
 * handshakes and to established sessions. Nothing throws, nobody gets in without a cookie, and an
 * established session is unharmed.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readDer } from "../../src/dtls/certificate.ts";
import { SecureContext } from "../../src/dtls/context.ts";
import { CookieGuard, isClientHello } from "../../src/dtls/cookie.ts";
import type { OpenSsl } from "../../src/dtls/openssl.ts";
import { dtlsRecords, packRecords, summarizeDatagram } from "../../src/dtls/record.ts";
import { acceptTls, connectTls, type TlsSession } from "../../src/dtls/stream_session.ts";
import { summarizeCertificate } from "../../src/dtls/trust.ts";
import { PeerError } from "../../src/errors.ts";
import { caOf, filesOf, identity, opensslTest } from "../support/dtls_identities.ts";
import { barrage, NEWCOMER_EVERY } from "../support/dtls_barrage.ts";
import { DtlsWire } from "../support/dtls_wire.ts";
import { secureTest } from "../support/secure_pair.ts";
import { mutateBytes, seededRandom } from "../support/mutate.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const RUNS = 600;

/** Bytes that look like DTLS more often than chance would have it. */
const datagrams = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.tuple(
    fc.constantFrom(20, 21, 22, 23, 24, 25),
    fc.constantFrom(0xfd, 0xff, 0xfc, 0),
    fc.constantFrom(0, 1, 2),
    fc.uint8Array({ maxLength: 60 }),
    fc.integer({ min: -3, max: 3 }),
  ).map(([type, minor, epoch, body, offBy]) => {
    const length = Math.max(0, body.length + offBy);
    const header = [type, 0xfe, minor, 0, epoch, 0, 0, 0, 0, 0, 7, length >> 8, length & 0xff];
    return new Uint8Array([...header, ...body]);
  }),
);

/** A wire between a client that trusts the server and the server. */
async function withWire(
  openssl: OpenSsl,
  use: (makeWire: () => DtlsWire) => void,
): Promise<void> {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  use(() => new DtlsWire({ client, server }));
}

Deno.test("dtlsRecords() and summarizeDatagram() take any bytes and stay inside them", () => {
  fc.assert(fc.property(datagrams, (bytes) => {
    let end = 0;
    for (const record of dtlsRecords(bytes)) {
      assertEquals(record.offset, end);
      end = record.bodyOffset + record.bodyLength;
      assert(end <= bytes.length);
    }
    assertEquals(summarizeDatagram(bytes).length, dtlsRecords(bytes).length);
    isClientHello(bytes);
  }));
});

Deno.test("packRecords() comes to the end of any bytes, in steps", () => {
  fc.assert(fc.property(datagrams, fc.integer({ min: 1, max: 300 }), (bytes, mtu) => {
    let at = 0;
    while (at < bytes.length) {
      const next = packRecords(bytes, at, mtu);
      assert(next > at && next <= bytes.length);
      at = next;
    }
  }));
});

opensslTest(
  "CookieGuard takes any datagram and accepts none without its cookie",
  (openssl) =>
    withWire(openssl, (makeWire) => {
      using wire = makeWire();
      wire.settle();
      const [first, second] = wire.client.sent;
      assert(first !== undefined && second !== undefined);
      const guard = new CookieGuard(openssl);
      fc.assert(fc.property(datagrams, (bytes) => {
        assert(guard.answer(bytes, "192.0.2.1:1", 0).type !== "accept");
      }));
      for (let seed = 0; seed < RUNS; seed++) {
        // The cookie in it is good, but made by another server.
        for (const hello of [first, second]) {
          const answer = guard.answer(mutateBytes(hello, seed), "192.0.2.1:1", 0);
          assert(answer.type !== "accept");
          if (answer.type === "verify") assert(answer.datagram.length <= hello.length);
        }
      }
      assertEquals(openssl.crypto.ERR_get_error(), 0);
    }),
);

opensslTest("readDer() reads or refuses any damaged certificate", async (openssl) => {
  const names = ["localhost", "127.0.0.1", "::1"];
  const subject = { O: "Example", C: "DE" };
  for (const key of ["ec-p256", "rsa-2048"] as const) {
    const { certificate } = await identity(openssl, { key, names, subject });
    let readCount = 0;
    for (let seed = 0; seed < RUNS; seed++) {
      try {
        summarizeCertificate(readDer(openssl, mutateBytes(certificate.der, seed)));
        readCount++;
      } catch (error) {
        assert(error instanceof PeerError, String(error));
      }
      assertEquals(openssl.crypto.ERR_get_error(), 0);
    }
    assert(readCount > 0 && readCount < RUNS);
  }
});

opensslTest(
  "an established DtlsSession is unharmed by any datagram",
  (openssl) =>
    withWire(openssl, (makeWire) => {
      using wire = makeWire();
      wire.settle();
      wire.send("client", new Uint8Array(100));
      wire.send("server", new Uint8Array(100));
      wire.settle();
      const real = [...wire.client.sent, ...wire.server.sent];
      const inject = (bytes: Bytes): void => {
        wire.inject("client", bytes);
        wire.inject("server", bytes);
      };
      fc.assert(fc.property(datagrams, (bytes) => inject(new Uint8Array(bytes))));
      for (let seed = 0; seed < RUNS; seed++) {
        for (const datagram of real) inject(mutateBytes(datagram, seed));
      }
      wire.settle();
      assert(wire.isConnected);
      assertEquals([wire.client.packets.length, wire.server.packets.length], [1, 1]);
      wire.send("client", new Uint8Array([1]));
      wire.send("server", new Uint8Array([2]));
      wire.settle();
      assertEquals(wire.server.packets.at(-1), new Uint8Array([1]));
      assertEquals(wire.client.packets.at(-1), new Uint8Array([2]));
      assertEquals(openssl.crypto.ERR_get_error(), 0);
    }),
);

opensslTest(
  "a DTLS handshake takes damaged datagrams: it fails, or goes on",
  (openssl) =>
    withWire(openssl, (makeWire) => {
      const random = seededRandom(1);
      const ends = { connected: 0, failed: 0, waiting: 0 };
      for (let seed = 1; seed <= RUNS / 3; seed++) {
        using wire = makeWire();
        wire.faults = { seed, corrupt: random() * 0.3 };
        wire.settle();
        for (const end of [wire.client, wire.server]) {
          const status = end.session?.status ?? "handshaking";
          if (status === "connected") ends.connected++;
          else if (status === "handshaking") ends.waiting++;
          else {
            ends.failed++;
            const change = end.changes.at(-1);
            assert(change !== undefined && "error" in change && change.error.message.length > 20);
          }
        }
        assertEquals(openssl.crypto.ERR_get_error(), 0);
      }
      assert(ends.connected > 0 && ends.failed > 0 && ends.waiting > 0, JSON.stringify(ends));
    }),
);

opensslTest("a TLS handshake takes damaged bytes: it fails, or goes on", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "tls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, { protocol: "tls", ca: caOf(self) });
  for (let seed = 1; seed <= RUNS / 3; seed++) {
    const random = seededRandom(seed);
    using connecting = connectTls(client, { remote: "s", host: "localhost", now: 0 });
    using accepting = acceptTls(server, { remote: "c", now: 0 });
    const carry = (from: TlsSession, to: TlsSession): number => {
      let count = 0;
      for (let output = from.poll(); output !== null; output = from.poll()) {
        if (output.type !== "transmit") continue;
        const isDamaged = random() < 0.3;
        to.handleBytes(isDamaged ? mutateBytes(output.bytes, seed) : output.bytes, 0);
        count++;
      }
      return count;
    };
    while (carry(connecting, accepting) + carry(accepting, connecting) > 0);
    assertEquals(openssl.crypto.ERR_get_error(), 0);
  }
});

secureTest("a DTLS server and its peers are unharmed by datagrams from real sockets", async () => {
  const rounds = 400;
  const { thrown, echoes, peers, handshakes, discarded, before, after } = await barrage(rounds);
  const clients = 2 + rounds / NEWCOMER_EVERY;
  assertEquals([thrown, echoes, peers], [rounds * 60, rounds * 2, clients]);
  const { stray = 0, bad_cookie = 0, replayed = 0, forged = 0, ...others } = discarded;
  assertEquals(others, {});
  assert(Math.min(stray, bad_cookie, replayed, forged) > rounds / 2, JSON.stringify(discarded));
  // Hellos with a good cookie and another random number begin a handshake in the client's name.
  assert(handshakes > clients && handshakes < rounds, `${handshakes} handshakes`);
  // A leaked SSL object alone would be some 50 KB, of which there could be thousands.
  assert(after - before < 24 * 1024 * 1024, `${after - before} bytes more`);
});
