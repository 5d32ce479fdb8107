import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import type {
  ClientContextOptions,
  ServerContextOptions,
} from "../../../src/dtls/context_options.ts";
import type { NewCertificate } from "../../../src/dtls/new_certificate.ts";
import type { OpenSsl } from "../../../src/dtls/openssl.ts";
import type { StatusChange } from "../../../src/dtls/session_outputs.ts";
import { formatPin, parsePin, type VerifyQuestion } from "../../../src/dtls/trust.ts";
import {
  caOf,
  filesOf,
  identity,
  NOT_BEFORE,
  opensslTest,
  pemFile,
} from "../../support/dtls_identities.ts";
import { churn } from "../../support/dtls_churn.ts";
import { DtlsWire, lastChange } from "../../support/dtls_wire.ts";

type Failed = Extract<StatusChange, { readonly status: "error" | "error_hostname_mismatch" }>;
type Connected = Extract<StatusChange, { readonly status: "connected" }>;

interface Meeting {
  readonly client?: Partial<ClientContextOptions>;
  readonly server?: Partial<ServerContextOptions>;
  readonly host?: string | null;
  readonly session?: string;
}

/** Lets a client meet a server with this certificate, and gives what became of both. */
async function meet<T>(
  openssl: OpenSsl,
  certificate: NewCertificate,
  { client = {}, server = {}, host = "localhost", session }: Meeting,
  use: (wire: DtlsWire) => T | Promise<T>,
): Promise<T> {
  using serverContext = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(certificate),
    ...server,
  });
  using clientContext = SecureContext.client(openssl, {
    protocol: "dtls",
    ca: caOf(certificate),
    ...client,
  });
  using wire = new DtlsWire({
    client: clientContext,
    server: serverContext,
    clientOptions: { host, port: 4242, ...(session === undefined ? {} : { session }) },
  });
  wire.settle();
  return await use(wire);
}

function failure(change: StatusChange): Failed {
  assert(change.status === "error" || change.status === "error_hostname_mismatch", change.status);
  return change;
}

function connection(change: StatusChange): Connected {
  const why = "error" in change ? change.error.message : change.status;
  assert(change.status === "connected", why);
  return change;
}

async function clientFailure(
  openssl: OpenSsl,
  certificate: NewCertificate,
  meeting: Meeting,
): Promise<Failed> {
  return await meet(openssl, certificate, meeting, ({ client }) => failure(lastChange(client)));
}

async function clientConnection(
  openssl: OpenSsl,
  certificate: NewCertificate,
  meeting: Meeting,
): Promise<Connected> {
  return await meet(
    openssl,
    certificate,
    meeting,
    ({ client }) => connection(lastChange(client)),
  );
}

opensslTest(
  "SecureSession accepts a trusted CA:TRUE certificate with a CN only",
  async (openssl) => {
    const self = await identity(openssl, { key: "rsa-2048" });
    assertEquals([self.certificate.isCa, self.certificate.names], [true, []]);
    const { handshake } = await clientConnection(openssl, self, {});
    assertEquals(handshake.verdict?.rule, "chain");
    assertEquals(handshake.verdict?.problems, []);
  },
);

opensslTest(
  "SecureSession accepts an address as common name where there is nothing else",
  async (openssl) => {
    const self = await identity(openssl, { commonName: "127.0.0.1" });
    await clientConnection(openssl, self, { host: "127.0.0.1" });
    const change = await clientFailure(openssl, self, { host: "127.0.0.2" });
    assertEquals(change.status, "error_hostname_mismatch");
  },
);

opensslTest("SecureSession tells a host name mismatch from other errors", async (openssl) => {
  const named = await identity(openssl, { names: ["a.example", "192.0.2.7"] });
  const change = await meet(openssl, named, { host: "localhost" }, ({ client, server }) => {
    assertEquals(failure(lastChange(server)).alert, 42);
    return failure(lastChange(client));
  });
  assertEquals(change.status, "error_hostname_mismatch");
  assertEquals(change.error.code, "ERR_UNAUTHORIZED");
  assertEquals(change.verdict?.rule, "host name");
  assertEquals(change.verdict?.reason, "it is for a.example, 192.0.2.7, not for localhost");
  assertEquals(change.certificate?.sha256, named.certificate.sha256);
  assertStringIncludes(
    change.error.message,
    'the certificate of 192.0.2.2:4242 is refused by the rule "host name": it is for a.example, ' +
      "192.0.2.7, not for localhost; it says: CN=localhost; names a.example, 192.0.2.7; self-signed",
  );
});

opensslTest("SecureSession checks names and addresses, with wildcards", async (openssl) => {
  const named = await identity(openssl, { names: ["a.example", "*.b.example", "::1", "10.0.0.1"] });
  for (const host of ["a.example", "A.EXAMPLE.", "x.b.example", "::1", "0:0::1", "10.0.0.1"]) {
    await clientConnection(openssl, named, { host });
  }
  const foreign = ["b.example", "x.y.b.example", ".a.example", "", "::2", "10.0.0.2", "localhost"];
  for (const host of foreign) {
    const { status } = await clientFailure(openssl, named, { host });
    assertEquals(status, "error_hostname_mismatch", host);
  }
  await clientConnection(openssl, named, { host: null });
});

opensslTest("SecureSession refuses an expired certificate and says since when", async (openssl) => {
  const old = await identity(openssl, { notAfter: NOT_BEFORE + 86_400 });
  const { status, error, verdict } = await clientFailure(openssl, old, {});
  assertEquals([status, error.code, verdict?.rule], ["error", "ERR_UNAUTHORIZED", "chain"]);
  assertEquals(verdict?.reason, "CN=localhost expired on 2014-01-02 00:00:00 UTC");
  await clientConnection(openssl, old, { client: { verifyTime: NOT_BEFORE + 3600 } });
});

opensslTest("SecureSession refuses a certificate that is not valid yet", async (openssl) => {
  const self = await identity(openssl);
  const { verdict } = await clientFailure(openssl, self, {
    client: { verifyTime: NOT_BEFORE - 1 },
  });
  assertEquals(verdict?.reason, "CN=localhost is not valid before 2014-01-01 00:00:00 UTC");
});

opensslTest(
  "SecureSession refuses an unknown issuer, and tells all that is wrong",
  async (openssl) => {
    const other = await identity(openssl, { commonName: "Other" });
    const old = await identity(openssl, { notAfter: NOT_BEFORE + 86_400 });
    const change = await meet(
      openssl,
      old,
      { client: { ca: caOf(other) }, host: "example.com" },
      ({ client, server }) => {
        assertEquals(failure(lastChange(server)).alert, 48);
        return failure(lastChange(client));
      },
    );
    assertEquals(change.status, "error");
    assertEquals(change.verdict?.problems, [
      "CN=localhost is self-signed and not among the trusted certificates",
      "CN=localhost expired on 2014-01-02 00:00:00 UTC",
      "it is for localhost, not for example.com",
    ]);
  },
);

opensslTest(
  "SecureSession accepts a leaf by its CA, with the chain sent or not",
  async (openssl) => {
    const root = await identity(openssl, { commonName: "Root" });
    const leaf = await identity(openssl, { isCa: false, issuer: root });
    await clientConnection(openssl, leaf, { client: { ca: caOf(root) } });
    await clientConnection(openssl, leaf, {
      client: { ca: caOf(root) },
      server: { certificate: filesOf(leaf, root) },
    });
    await clientConnection(openssl, leaf, { client: { ca: caOf(leaf) } });
    const other = await identity(openssl, { commonName: "Other" });
    const { verdict } = await clientFailure(openssl, leaf, { client: { ca: caOf(other) } });
    assertEquals(
      verdict?.reason,
      "CN=localhost was issued by CN=Root, which is not among the trusted certificates",
    );
  },
);

opensslTest("SecureSession refuses a chain whose signer is no CA", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root", isCa: false });
  const leaf = await identity(openssl, { isCa: false, issuer: root });
  const { verdict } = await clientFailure(openssl, leaf, { client: { ca: caOf(root) } });
  assertEquals(verdict?.rule, "chain");
});

opensslTest(
  "SecureSession accepts everything when insecure, and says what is wrong",
  async (openssl) => {
    const old = await identity(openssl, { notAfter: NOT_BEFORE + 86_400 });
    const other = await identity(openssl, { commonName: "Other" });
    const meeting: Meeting = {
      client: { ca: caOf(other), isInsecure: true },
      host: "example.com",
    };
    const { handshake } = await clientConnection(openssl, old, meeting);
    assertEquals(handshake.verdict?.rule, "insecure");
    assertEquals(handshake.verdict?.problems.length, 3);
  },
);

opensslTest("SecureSession accepts a pinned certificate only", async (openssl) => {
  const old = await identity(openssl, { notAfter: NOT_BEFORE + 86_400 });
  const { certificate } = old;
  const good = [
    parsePin(formatPin(certificate)),
    parsePin(`spki-sha256:${certificate.publicKeySha256}`),
  ];
  for (const pin of good) {
    const { handshake } = await clientConnection(openssl, old, {
      client: { pins: [parsePin(`sha256:${"00".repeat(32)}`), pin] },
      host: "example.com",
    });
    assertEquals(handshake.verdict?.rule, "pin");
  }
  const self = await identity(openssl);
  const { status, error } = await clientFailure(openssl, self, { client: { pins: good } });
  assertEquals(status, "error");
  assertStringIncludes(
    error.message,
    'by the rule "pin": it is not one of the 2 pinned ones; its pin is ' +
      `sha256:${self.certificate.sha256}`,
  );
});

opensslTest("SecureSession asks the verify function last", async (openssl) => {
  const self = await identity(openssl);
  const questions: VerifyQuestion[] = [];
  const answers = (answer: boolean | string): Meeting => ({
    host: "example.com",
    client: {
      verify: (question) => {
        questions.push(question);
        return answer;
      },
    },
  });
  const { handshake } = await clientConnection(openssl, self, answers(true));
  assertEquals(handshake.verdict?.rule, "verify function");
  const { error } = await clientFailure(openssl, self, answers("not on the list"));
  assertStringIncludes(error.message, "the verify function refuses it: not on the list");
  const { status } = await clientFailure(openssl, self, answers(false));
  assertEquals(status, "error");
  assertEquals(questions.length, 3);
  const [question] = questions;
  assertEquals(question?.host, "example.com");
  assertEquals(question?.port, 4242);
  assertEquals(question?.verdict.rule, "host name");
  assertEquals(question?.certificate.sha256, self.certificate.sha256);
});

opensslTest("SecureSession shows the peer's chain", async (openssl) => {
  const root = await identity(openssl, { commonName: "Root" });
  const leaf = await identity(openssl, { isCa: false, issuer: root });
  const meeting: Meeting = {
    client: { ca: caOf(root), certificate: filesOf(leaf, root) },
    server: {
      certificate: filesOf(leaf, root),
      clientCertificate: "required",
      clientCa: caOf(root),
    },
  };
  await meet(openssl, leaf, meeting, ({ client, server }) => {
    for (const { session } of [client, server]) {
      assertEquals(
        session?.peerCertificates().map(({ sha256 }) => sha256),
        [leaf.certificate.sha256, root.certificate.sha256],
      );
    }
  });
});

opensslTest(
  "SecureSession has the server see the name that the client asked for",
  async (openssl) => {
    const self = await identity(openssl, { names: ["a.example", "127.0.0.1"] });
    await meet(openssl, self, { host: "a.example" }, ({ server }) => {
      assertEquals(server.session?.details().requestedName, "a.example");
    });
    await meet(openssl, self, { host: "127.0.0.1" }, ({ server }) => {
      assertEquals(server.session?.details().requestedName, null);
    });
  },
);

opensslTest(
  "SecureSession requires a client certificate where the server does",
  async (openssl) => {
    const self = await identity(openssl);
    const player = await identity(openssl, { commonName: "player", isCa: false });
    const stranger = await identity(openssl, { commonName: "stranger", isCa: false });
    const server = { clientCertificate: "required", clientCa: caOf(player) } as const;
    await meet(openssl, self, { server }, (wire) => {
      assertEquals(failure(lastChange(wire.client)).alert, 40);
      assertEquals(
        failure(lastChange(wire.server)).error.message,
        "the handshake with 192.0.2.1:50000 failed: the client sent no certificate, and one is " +
          "required",
      );
    });
    await meet(openssl, self, { server, client: { certificate: filesOf(stranger) } }, (wire) => {
      const { error, verdict } = failure(lastChange(wire.server));
      assertEquals(verdict?.rule, "chain");
      assertStringIncludes(error.message, "the certificate of 192.0.2.1:50000 is refused");
      assertEquals(wire.client.session?.status, "error");
    });
    await meet(openssl, self, { server, client: { certificate: filesOf(player) } }, (wire) => {
      const { handshake } = connection(lastChange(wire.server));
      assertEquals(handshake.verdict?.rule, "chain");
      assert(wire.isConnected);
    });
  },
);

opensslTest(
  "SecureSession takes a client without a certificate where it is optional",
  async (openssl) => {
    const self = await identity(openssl);
    const player = await identity(openssl, { commonName: "player", isCa: false });
    const server = { clientCertificate: "optional", clientCa: caOf(player) } as const;
    await meet(openssl, self, { server }, (wire) => {
      assertEquals(connection(lastChange(wire.server)).handshake.verdict, null);
      assertEquals(wire.server.session?.peerCertificates(), []);
    });
  },
);

opensslTest("SecureSession says when no cipher is common", async (openssl) => {
  const self = await identity(openssl);
  await meet(openssl, self, { client: { ciphers: "ECDHE-RSA-AES128-GCM-SHA256" } }, (wire) => {
    assertStringIncludes(
      failure(lastChange(wire.server)).error.message,
      "no cipher that both sides accept",
    );
    const client = failure(lastChange(wire.client));
    assertEquals(client.alert, 40);
    assertStringIncludes(client.error.message, "the peer sent the alert handshake_failure (40)");
  });
});

opensslTest("SecureSession says when no version is common", async (openssl) => {
  const self = await identity(openssl);
  const old = { minVersion: "1.0", maxVersion: "1.0", ciphers: "ALL:@SECLEVEL=0" } as const;
  await meet(openssl, self, { client: old }, (wire) => {
    assertStringIncludes(failure(lastChange(wire.server)).error.message, "protocol version");
    assertEquals(failure(lastChange(wire.client)).alert, 70);
  });
});

opensslTest("SecureSession speaks DTLS 1.0 where both sides allow it", async (openssl) => {
  const self = await identity(openssl, { key: "rsa-2048" });
  const old = { minVersion: "1.0", maxVersion: "1.0", ciphers: "ALL:@SECLEVEL=0" } as const;
  const { handshake } = await clientConnection(openssl, self, { client: old, server: old });
  assertEquals(handshake.version, "DTLSv1");
});

const SSL_OP_NO_TICKET = 1n << 14n;

for (const what of ["ticket", "id"]) {
  opensslTest(`SecureSession resumes a session by ${what}`, async (openssl) => {
    const self = await identity(openssl);
    using serverContext = SecureContext.server(openssl, {
      protocol: "dtls",
      certificate: filesOf(self),
    });
    using clientContext = SecureContext.client(openssl, {
      protocol: "dtls",
      ca: caOf(self),
    });
    if (what === "id") openssl.ssl.SSL_CTX_set_options(clientContext.pointer, SSL_OP_NO_TICKET);
    const connect = (session: string | null): [boolean, string | null] => {
      using wire = new DtlsWire({
        client: clientContext,
        server: serverContext,
        clientOptions: { session },
      });
      wire.settle();
      const { handshake } = connection(lastChange(wire.client));
      assertEquals(connection(lastChange(wire.server)).handshake.isResumed, handshake.isResumed);
      return [handshake.isResumed, wire.client.session?.exportSession() ?? null];
    };
    const [isFirstResumed, saved] = connect(null);
    assertEquals(isFirstResumed, false);
    assertStringIncludes(saved ?? "", "-----BEGIN SSL SESSION PARAMETERS-----");
    assertEquals(connect(saved)[0], true);
    assertEquals(connect(saved)[0], true);
  });
}

opensslTest("SecureSession judges a resumed session by today's rules", async (openssl) => {
  const self = await identity(openssl);
  using serverContext = SecureContext.server(openssl, {
    protocol: "dtls",
    certificate: filesOf(self),
  });
  const connect = (
    options: Partial<ClientContextOptions>,
    host: string,
    session: string | null,
  ): { readonly change: StatusChange; readonly saved: string | null } => {
    using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self), ...options });
    using wire = new DtlsWire({ client, server: serverContext, clientOptions: { host, session } });
    wire.settle();
    const saved = wire.client.session?.exportSession() ?? null;
    return { change: lastChange(wire.client), saved };
  };
  const { saved } = connect({}, "localhost", null);
  assertEquals(connection(connect({}, "localhost", saved).change).handshake.isResumed, true);
  const pins = [parsePin(`sha256:${"00".repeat(32)}`)];
  assertEquals(failure(connect({ pins }, "localhost", saved).change).verdict?.rule, "pin");
  const careless = connect({ ca: [], isInsecure: true }, "localhost", null).saved;
  assertStringIncludes(
    failure(connect({}, "localhost", careless).change).verdict?.reason ?? "",
    "the session was made with a certificate that was not good",
  );
});

opensslTest(
  "SecureSession makes a full handshake where the session is of no use",
  async (openssl) => {
    const self = await identity(openssl);
    const saved = await meet(openssl, self, {}, ({ client }) => client.session?.exportSession());
    assert(typeof saved === "string");
    const meeting: Meeting = { server: { resumesSessions: false }, session: saved };
    const { handshake } = await clientConnection(openssl, self, meeting);
    assertEquals(handshake.isResumed, false);
  },
);

opensslTest(
  "SecureSession.exportSession() is null where the server does not resume",
  async (openssl) => {
    const self = await identity(openssl);
    await meet(openssl, self, { server: { resumesSessions: false } }, ({ client }) => {
      assertEquals(client.session?.exportSession(), null);
    });
  },
);

opensslTest("SecureSession reports each status once, in order", async (openssl) => {
  const self = await identity(openssl);
  await meet(openssl, self, {}, (wire) => {
    wire.close("client");
    wire.settle();
    for (const { changes } of [wire.client, wire.server]) {
      assertEquals(
        changes.map(({ status }) => status),
        ["handshaking", "connected", "disconnected"],
      );
    }
  });
});

opensslTest("SecureSession.close() in the handshake sends nothing", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  using wire = new DtlsWire({ client, server });
  const before = wire.client.sent.length;
  wire.close("client");
  assertEquals(wire.client.sent.length, before);
  assertEquals(wire.client.session?.status, "disconnected");
});

opensslTest("SecureSession throws what judging threw, not a refusal", async (openssl) => {
  const self = await identity(openssl);
  using server = SecureContext.server(openssl, { protocol: "dtls", certificate: filesOf(self) });
  using client = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  const bug = new RangeError("a bug");
  client.verifier.findOut = () => {
    throw bug;
  };
  using wire = new DtlsWire({ client, server });
  let thrown: unknown = null;
  try {
    wire.settle();
  } catch (error) {
    thrown = error;
  }
  assertEquals(thrown, bug);
});

opensslTest("SecureSession leaves memory flat over many handshakes", async () => {
  const { handshakes, before, after } = await churn(1200);
  // A leaked SSL object alone would be some 50 KB, a leaked certificate some 5 KB.
  assertGreater(4000, (after - before) / (handshakes / 2));
});

opensslTest("SecureSession cannot resume what is no session", async (openssl) => {
  const self = await identity(openssl);
  let message = "";
  try {
    await meet(openssl, self, { session: pemFile("no").name }, () => {});
  } catch (error) {
    message = error instanceof Error ? error.message : "";
  }
  assertEquals(message, "cannot resume the session: it is no TLS session");
});
