import { openTcpPeer } from "../../src/net/tcp.ts";
import { openTcpServer } from "../../src/net/tcp_server.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { testTransport } from "./peer_suite.ts";

for (const host of hasIpv6() ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
  testTransport({
    name: `TCP over ${host}`,
    hasConnections: true,
    open: () => {
      const server = openTcpServer(host, 0);
      const connect = (): ReturnType<typeof openTcpPeer> => openTcpPeer(host, server.address.port);
      return Promise.resolve({ server, connect });
    },
  });
}
