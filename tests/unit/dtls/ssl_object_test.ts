import { assertEquals, assertGreater, assertMatch, assertThrows } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import { dtlsRecordAt } from "../../../src/dtls/record.ts";
import { SslObject } from "../../../src/dtls/ssl_object.ts";
import { PeerError } from "../../../src/errors.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

/** Calls `use` with a client's SSL object. */
function withClient(openssl: OpenSsl, use: (ssl: SslObject) => void): void {
  using context = SecureContext.client(openssl, { protocol: "dtls", isInsecure: true });
  const ssl = new SslObject(context);
  try {
    ssl.setMtu(1200);
    use(ssl);
  } finally {
    ssl.free();
    ssl.free();
  }
}

opensslTest(
  "SslObject writes the first flight into memory and waits",
  (openssl) =>
    withClient(openssl, (ssl) => {
      assertEquals(ssl.timeoutMs(), null);
      assertEquals(ssl.handshake(), "waiting");
      const output = ssl.takeOutput();
      assertEquals(dtlsRecordAt(output)?.bodyLength, output.length - 13);
      assertEquals(ssl.takeOutput().length, 0);
      const timeout = ssl.timeoutMs() ?? 0;
      assertGreater(timeout, 900);
      assertGreater(1001, timeout);
      assertEquals(ssl.handleTimeout(), "waiting");
    }),
);

opensslTest("SslObject tells a failed step from one that waits", (openssl) => {
  using context = SecureContext.client(openssl, { protocol: "tls", isInsecure: true });
  const ssl = new SslObject(context);
  try {
    assertEquals(ssl.handshake(), "waiting");
    ssl.feed(new TextEncoder().encode("no TLS at all"));
    assertEquals(ssl.handshake(), "failed");
    openssl.crypto.ERR_clear_error();
  } finally {
    ssl.free();
  }
});

opensslTest("SslObject.askFor() asks for host names only", (openssl) => {
  for (const [name, isSent] of [["a.example.", true], ["127.0.0.1", false], ["", false]] as const) {
    withClient(openssl, (ssl) => {
      ssl.askFor(name);
      ssl.handshake();
      const text = new TextDecoder("latin1").decode(ssl.takeOutput());
      assertEquals(text.includes("a.example"), isSent);
      assertEquals(text.includes("a.example."), false);
    });
  }
});

opensslTest(
  "SslObject.askFor() refuses what is no name, resume() what is no session",
  (openssl) =>
    withClient(openssl, (ssl) => {
      assertThrows(() => ssl.askFor("a\0b"), PeerError, "NUL");
      assertThrows(() => ssl.askFor("x".repeat(300)), PeerError, "ask for the server name");
      assertThrows(() => ssl.resume("nothing"), PeerError, "it is no TLS session");
    }),
);

opensslTest(
  "SslObject knows nothing of a peer before the handshake",
  (openssl) =>
    withClient(openssl, (ssl) => {
      assertEquals(ssl.peerChain(), []);
      assertEquals(ssl.withPeerX509((x509) => x509), null);
      assertEquals(ssl.exportSession(), null);
      assertEquals([ssl.group, ssl.requestedName, ssl.isResumed], [null, null, false]);
      assertMatch(ssl.stateName, /before SSL initialization/);
    }),
);
