import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type { ServerContextOptions } from "../../../src/dtls/context_options.ts";
import { connectDtls } from "../../../src/dtls/session.ts";
import { PeerError } from "../../../src/errors.ts";
import { caOf, filesOf, identity, opensslTest } from "../../support/dtls_identities.ts";
import { DtlsWire } from "../../support/dtls_wire.ts";

opensslTest("SecureContext writes the lines of an SSLKEYLOGFILE", async (openssl) => {
  const self = await identity(openssl);
  const lines: { client: string[]; server: string[] } = { client: [], server: [] };
  using server = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(self),
    onKeylog: (line) => lines.server.push(line),
  });
  using client = SecureContext.client(openssl, {
    protocol: "dtls",
    ca: caOf(self),
    onKeylog: (line) => lines.client.push(line),
  });
  using wire = new DtlsWire({ client, server });
  wire.settle();
  assertEquals(lines.client.length, 1);
  assertMatch(lines.client[0] ?? "", /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/);
  assertEquals(lines.server, lines.client);
});

opensslTest("SecureContext throws what its key log threw, after the call", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, {
    protocol: "dtls",
    ca: caOf(self),
    onKeylog: () => {
      throw new RangeError("disk full");
    },
  });
  using wire = new DtlsWire({ client, server });
  assertThrows(() => wire.settle(), RangeError, "disk full");
});

opensslTest("SecureContext refuses versions that the protocol has not", (openssl) => {
  const make = (): unknown =>
    SecureContext.client(openssl, { protocol: "dtls", minVersion: "1.3", isInsecure: true });
  const error = assertThrows(make, PeerError);
  assertEquals(error.code, "ERR_INVALID_PARAMETER");
  assertEquals(error.message, "cannot use DTLS 1.3: there is DTLS 1.0, 1.2");
});

opensslTest("SecureContext refuses ciphers that OpenSSL does not know", (openssl) => {
  const make = (): unknown =>
    SecureContext.client(openssl, { protocol: "dtls", ciphers: "NOPE", isInsecure: true });
  assertMatch(assertThrows(make, PeerError).message, /^cannot use the ciphers "NOPE": no cipher/);
});

opensslTest(
  "SecureContext refuses client certificates that nothing could judge",
  async (openssl) => {
    const options: ServerContextOptions = {
      protocol: "dtls",
      certificate: filesOf(await identity(openssl)),
      clientCertificate: "optional",
    };
    assertEquals(
      assertThrows(() => SecureContext.server(openssl, options), PeerError).message,
      "client certificates need trusted CAs, pins or a verify function",
    );
    SecureContext.server(openssl, { ...options, verify: () => true }).close();
  },
);

opensslTest("SecureContext takes weak keys at a low security level only", async (openssl) => {
  const self = await identity(openssl, { key: "rsa-2048" });
  const make = (securityLevel: number): void =>
    SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(self),
      securityLevel,
    }).close();
  make(2);
  assertMatch(assertThrows(() => make(5), PeerError).message, /key too small/);
});

opensslTest("SecureContext lives on until its last connection is gone", async (openssl) => {
  const self = await identity(openssl);
  const server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  const client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  using wire = new DtlsWire({ client, server });
  wire.settle();
  client.close();
  server.close();
  client.close();
  wire.send("client", new Uint8Array([1]));
  wire.settle();
  assertEquals(wire.server.packets, [new Uint8Array([1])]);
  const late = assertThrows(() => connectDtls(client, { remote: "x", now: 0 }), PeerError);
  assertEquals(late.message, "the endpoint is closed");
});

opensslTest("SecureContext.importSession() reads a session once", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  using wire = new DtlsWire({ client, server });
  wire.settle();
  const saved = wire.client.session?.exportSession();
  assert(typeof saved === "string");
  assert(client.importSession(saved) === client.importSession(saved));
  assertEquals(client.textOfImported(client.importSession(saved)), saved);
  const error = assertThrows(() => client.importSession("no session"), PeerError);
  assertEquals(error.message, "cannot resume the session: it is no TLS session");
});

opensslTest(
  "SecureContext.relevant() leaves issuers out where none are trusted",
  async (openssl) => {
    const { certificate } = await identity(openssl);
    using insecure = SecureContext.client(openssl, { protocol: "tls", isInsecure: true });
    const { chain } = insecure.examine(certificate.der, [], "localhost");
    assertEquals(chain.map(({ code }) => code), [18]);
    assertEquals(insecure.relevant(chain), []);
    using strict = SecureContext.client(openssl, { protocol: "tls", ca: [] });
    assertEquals(strict.relevant(chain), chain);
  },
);

opensslTest(
  "SecureContext trusts the system's certificates where nothing else is said",
  async (openssl) => {
    const { certificate } = await identity(openssl);
    using context = SecureContext.client(openssl, { protocol: "tls" });
    assertEquals(context.examine(certificate.der, [], "localhost").chain.map(({ code }) => code), [
      18,
    ]);
  },
);
