/**
 * packetpeer as a library: the Variant codec, PacketPeerStream framing, and peers and servers for
 * UDP, TCP, DTLS and TLS, or within the process for tests. Captures are read by
 * `pcap/capture.ts`, bytes explained by `explain/explain.ts`.
 *
 * ```ts
 * import { openPeer, parseEndpoint, receiveVariant, sendVariant } from "./mod.ts";
 *
 * await using peer = await openPeer(parseEndpoint("udp://127.0.0.1:4242", "connect"));
 * await sendVariant(peer, "hello");
 * const reply = await receiveVariant(peer);
 * ```
 *
 * @module
 */

export { PeerError, UsageError } from "./errors.ts";
export { type Endpoint, formatEndpoint, parseEndpoint } from "./net/endpoint.ts";
export { createMemoryPair, type MemoryOptions, MemoryServer } from "./net/memory.ts";
export {
  openConnector,
  openPeer,
  type OpenPeerOptions,
  openServer,
  type OpenServerOptions,
} from "./net/open.ts";
export { frame, StreamDeframer } from "./packet/deframer.ts";
export type { Packet } from "./packet/packet.ts";
export * from "./packet/peer.ts";
export { receiveVariant, sendVariant } from "./packet/variant_io.ts";
export * from "./variant/mod.ts";
