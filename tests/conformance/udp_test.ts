import { openUdpPeer } from "../../src/net/udp.ts";
import { openUdpServer } from "../../src/net/udp_server.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { testTransport } from "./peer_suite.ts";

for (const host of hasIpv6() ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
  for (const sockets of ["fast", "portable"] as const) {
    testTransport({
      name: `UDP over ${host}, ${sockets} sockets`,
      hasConnections: false,
      open: async () => {
        const server = await openUdpServer(host, 0, { sockets });
        return { server, connect: () => openUdpPeer(host, server.address.port, { sockets }) };
      },
    });
  }
}
