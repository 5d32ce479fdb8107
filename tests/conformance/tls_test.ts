import { openTlsPeer } from "../../src/net/tls.ts";
import { openTlsServer } from "../../src/net/tls_server.ts";
import { caOf, certificateFor, filesOf, whyNoOpenSsl } from "../support/certificates.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { testTransport } from "./peer_suite.ts";

const hosts = whyNoOpenSsl() !== null ? [] : hasIpv6() ? ["127.0.0.1", "::1"] : ["127.0.0.1"];
for (const host of hosts) {
  testTransport({
    name: `TLS over ${host}`,
    hasConnections: true,
    open: async () => {
      const made = await certificateFor("localhost", ["localhost", "127.0.0.1", "::1"]);
      const server = openTlsServer(host, 0, { security: { certificate: filesOf(made) } });
      const { port } = server.address;
      const options = { security: { ca: caOf(made) }, timeoutMs: 20_000 };
      return { server, connect: () => openTlsPeer(host, port, options) };
    },
  });
}
