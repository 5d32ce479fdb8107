/**
 * From an endpoint to a peer or a server. Each transport is loaded when it is used.
 */

import type { PacketPeer, PacketServer, WaitOptions } from "../packet/peer.ts";
import type { Endpoint } from "./endpoint.ts";

/** How to open a peer; what a transport has no use for is ignored. */
export interface OpenPeerOptions extends WaitOptions {
  /** The local port; 0 is any. @default {0} */
  readonly localPort?: number;
  /** Largest packet of a stream in bytes. @default {65532} */
  readonly maxPacketSize?: number;
}

/** How to open a server; what a transport has no use for is ignored. */
export interface OpenServerOptions extends WaitOptions {
  /** Largest packet of a stream in bytes. @default {65532} */
  readonly maxPacketSize?: number;
}

/** Opens a peer that sends to the endpoint. Throws `PeerError`. */
export async function openPeer(
  endpoint: Endpoint,
  options: OpenPeerOptions = {},
): Promise<PacketPeer> {
  const { scheme, host, port } = endpoint;
  switch (scheme) {
    case "udp":
      return await (await import("./udp.ts")).openUdpPeer(host, port, options);
    case "tcp":
      return await (await import("./tcp.ts")).openTcpPeer(host, port, options);
  }
}

/** Opens a server that listens on the endpoint. Throws `PeerError`. */
export async function openServer(
  endpoint: Endpoint,
  options: OpenServerOptions = {},
): Promise<PacketServer> {
  const { scheme, host, port } = endpoint;
  switch (scheme) {
    case "udp":
      return await (await import("./udp_server.ts")).openUdpServer(host, port, options);
    case "tcp":
      return (await import("./tcp_server.ts")).openTcpServer(host, port, options);
  }
}
