import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import {
  CookieGuard,
  helloVerifyRequest,
  isClientHello,
  readClientHellos,
} from "../../../src/dtls/cookie.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { summarizeDatagram } from "../../../src/dtls/record.ts";
import { connectDtls, type DtlsSession } from "../../../src/dtls/session.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

const ADDRESS = "192.0.2.1:50000";
const MINUTE = 60_000;

type Datagram = Uint8Array<ArrayBuffer>;

/** Calls `use` with a client's first ClientHello and a way to get the one after a request. */
function withHello(
  openssl: OpenSsl,
  use: (hello: Datagram, answerTo: (request: Datagram) => Datagram) => void,
): void {
  using context = SecureContext.client(openssl, { protocol: "dtls", isInsecure: true });
  using session = connectDtls(context, { remote: "192.0.2.2:1", now: 0 });
  use(nextDatagram(session), (request) => {
    session.handleDatagram(request, 0);
    return nextDatagram(session);
  });
}

function nextDatagram(session: DtlsSession): Datagram {
  for (let output = session.poll(); output !== null; output = session.poll()) {
    if (output.type === "transmit") return output.bytes;
  }
  throw new Error("nothing was sent");
}

opensslTest(
  "CookieGuard asks for a cookie and takes its own",
  (openssl) =>
    withHello(openssl, (hello, answerTo) => {
      const guard = new CookieGuard(openssl);
      const first = guard.answer(hello, ADDRESS, 0);
      assert(first.type === "verify" && !first.hadCookie);
      assertEquals(summarizeDatagram(first.datagram)[0]?.text, "HelloVerifyRequest");
      assert(first.datagram.length < hello.length);
      const second = answerTo(first.datagram);
      assertEquals(guard.answer(second, ADDRESS, 0), { type: "accept", hello: second });
    }),
);

opensslTest(
  "CookieGuard binds a cookie to address, port, server and time",
  (openssl) =>
    withHello(openssl, (hello, answerTo) => {
      const guard = new CookieGuard(openssl);
      const first = guard.answer(hello, ADDRESS, 10 * MINUTE);
      assert(first.type === "verify");
      const second = answerTo(first.datagram);
      const ask = (address: string, now: number): string => guard.answer(second, address, now).type;
      assertEquals(ask(ADDRESS, 10 * MINUTE), "accept");
      assertEquals(ask(ADDRESS, 11 * MINUTE), "accept");
      assertEquals(ask(ADDRESS, 12 * MINUTE), "verify");
      assertEquals(ask("192.0.2.1:50001", 10 * MINUTE), "verify");
      assertEquals(ask("192.0.2.9:50000", 10 * MINUTE), "verify");
      const other = new CookieGuard(openssl).answer(second, ADDRESS, 10 * MINUTE);
      assert(other.type === "verify" && other.hadCookie);
    }),
);

opensslTest(
  "CookieGuard repeats the record's sequence number",
  (openssl) =>
    withHello(openssl, (hello) => {
      const numbered = hello.slice();
      numbered.set([0, 0, 1, 2, 3, 4], 5);
      const answer = new CookieGuard(openssl).answer(numbered, ADDRESS, 0);
      assert(answer.type === "verify");
      assertEquals([...answer.datagram.subarray(5, 11)], [0, 0, 1, 2, 3, 4]);
    }),
);

opensslTest(
  "CookieGuard finds the cookie behind a repeated first ClientHello",
  (openssl) =>
    withHello(openssl, (hello, answerTo) => {
      const guard = new CookieGuard(openssl);
      const first = guard.answer(hello, ADDRESS, 0);
      assert(first.type === "verify");
      const second = answerTo(first.datagram);
      const both = new Uint8Array([...hello, ...second]);
      assertEquals(guard.answer(both, ADDRESS, 0), { type: "accept", hello: second });
    }),
);

opensslTest(
  "CookieGuard takes no cookie with one byte changed, cut or added",
  (openssl) =>
    withHello(openssl, (hello, answerTo) => {
      const guard = new CookieGuard(openssl);
      const first = guard.answer(hello, ADDRESS, 0);
      assert(first.type === "verify");
      const second = answerTo(first.datagram);
      const cookieAt = 13 + 12 + 2 + 32 + 1 + 1;
      for (let i = 0; i < 32; i++) {
        const changed = second.slice();
        changed[cookieAt + i] = (changed[cookieAt + i] ?? 0) ^ 1;
        assertNotEquals(guard.answer(changed, ADDRESS, 0).type, "accept");
      }
      for (const size of [0, 31, 33, 255]) {
        const changed = second.slice();
        changed[cookieAt - 1] = size;
        assertNotEquals(guard.answer(changed, ADDRESS, 0).type, "accept");
      }
    }),
);

opensslTest(
  "CookieGuard drops what is no ClientHello and says why",
  (openssl) =>
    withHello(openssl, (hello) => {
      const guard = new CookieGuard(openssl);
      const change = (at: number, value: number): Datagram => {
        const changed = hello.slice();
        changed[at] = value;
        return changed;
      };
      const cases: readonly (readonly [Datagram, string])[] = [
        [new Uint8Array(0), "no DTLS record"],
        [new TextEncoder().encode("hello, server"), "no DTLS record"],
        [change(0, 23), "not the start of a handshake"],
        [change(4, 1), "not the start of a handshake"],
        [change(13, 2), "not a ClientHello"],
        [change(21, 5), "a ClientHello in fragments"],
        [change(24, 1), "a ClientHello in fragments"],
        [change(13 + 12 + 34, 255), "a ClientHello that is cut off"],
      ];
      for (const [datagram, reason] of cases) {
        assertEquals(guard.answer(datagram, ADDRESS, 0), { type: "drop", reason });
      }
    }),
);

opensslTest(
  "readClientHellos() reads version and cookie",
  (openssl) =>
    withHello(openssl, (hello, answerTo) => {
      const [first] = readClientHellos(hello);
      assert(typeof first === "object");
      assertEquals([first.version, first.cookie.length], [0xfefd, 0]);
      const cookie = new Uint8Array([1, 2, 3]);
      const [second] = readClientHellos(answerTo(helloVerifyRequest(first.record, cookie)));
      assertEquals(typeof second === "object" ? second.cookie : null, cookie);
    }),
);

opensslTest(
  "isClientHello() knows the start of a handshake from all else",
  (openssl) =>
    withHello(openssl, (hello) => {
      assert(isClientHello(hello));
      const encrypted = hello.slice();
      encrypted[4] = 1;
      assert(!isClientHello(encrypted));
      assert(!isClientHello(hello.subarray(0, 13)));
      assert(!isClientHello(new Uint8Array(0)));
    }),
);
