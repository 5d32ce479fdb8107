/**
 * From an endpoint to a peer or a server. Each transport is loaded when it is used.
 */

import { UsageError } from "../errors.ts";
import type { Connector, PacketPeer, PacketServer, WaitOptions } from "../packet/peer.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ClientSecurity, ServerSecurity } from "./security.ts";
import type { WireTap } from "./wire_tap.ts";

/** How to open a peer; what a transport has no use for is ignored. */
export interface OpenPeerOptions extends WaitOptions {
  /** The local port; 0 is any. @default {0} */
  readonly localPort?: number;
  /** Largest packet of a stream in bytes. @default {65532} */
  readonly maxPacketSize?: number;
  /** Certificates and trust of `dtls` and `tls`. @default verified by the system's CAs */
  readonly security?: ClientSecurity;
  /** Looks on while bytes go over the wire. */
  readonly tap?: WireTap;
  /** `udp` and `dtls`: the quick sockets, which take a moment to load, or Deno's. @default {"fast"} */
  readonly sockets?: "fast" | "portable";
  /**
   * `dtls`: waits for the handshake inside the system's calls, for about a millisecond each time, as
   * `BatchOptions` has it; where many connect at once, each holds up the others. A packet that comes
   * next is late by up to 40 ms unless it is received in that way, too. @default {false}
   */
  readonly mayBlock?: boolean;
}

/** How to open a server; what a transport has no use for is ignored. */
export interface OpenServerOptions extends WaitOptions {
  /** Largest packet of a stream in bytes. @default {65532} */
  readonly maxPacketSize?: number;
  /** Peers at once. */
  readonly maxPeers?: number;
  /** Certificates and trust: required by `dtls` and `tls`. */
  readonly security?: ServerSecurity;
  /** Looks on while bytes go over the wire. */
  readonly tap?: WireTap;
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
    case "dtls":
      return await (await loadUnseen<typeof import("./dtls.ts")>("./dtls.ts"))
        .openDtlsPeer(host, port, options);
    case "tls":
      return await (await loadUnseen<typeof import("./tls.ts")>("./tls.ts"))
        .openTlsPeer(host, port, options);
  }
}

/**
 * For many peers of one endpoint, one after the other: over DTLS with `mayBlock`, what the next one
 * needs is made ready while one waits for the server.
 */
export async function openConnector(
  endpoint: Endpoint,
  options: OpenPeerOptions = {},
): Promise<Connector> {
  const { scheme, host, port } = endpoint;
  if (scheme === "dtls") {
    const { DtlsConnector } = await loadUnseen<typeof import("./dtls.ts")>("./dtls.ts");
    return new DtlsConnector(host, port, options);
  }
  return {
    connect: (limits) => openPeer(endpoint, { ...options, ...limits }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
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
    case "dtls": {
      const { openDtlsServer } = await loadUnseen<typeof import("./dtls_server.ts")>(
        "./dtls_server.ts",
      );
      return await openDtlsServer(host, port, { ...options, security: securityOf(options) });
    }
    case "tls": {
      const { openTlsServer } = await loadUnseen<typeof import("./tls_server.ts")>(
        "./tls_server.ts",
      );
      return openTlsServer(host, port, { ...options, security: securityOf(options) });
    }
  }
}

/**
 * Imports a module that is not looked at before: behind a literal `import("…")` Deno would read the
 * whole binding to OpenSSL before any program that can open an endpoint starts. The price is that
 * Deno wants the permission to read it.
 */
async function loadUnseen<M extends object>(path: string): Promise<M> {
  const known = loaded.get(path);
  if (known !== undefined) return known as M; // what was imported from there
  const module: M = await import(path);
  loaded.set(path, module);
  return module;
}

/** An import that is done already still takes long, against a handshake that is resumed. */
const loaded: Map<string, object> = new Map();

function securityOf({ security }: OpenServerOptions): ServerSecurity {
  if (security !== undefined) return security;
  throw new UsageError("a secure server needs a certificate; pass security.certificate");
}
