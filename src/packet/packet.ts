/**
 * What one `put_packet` sent: a datagram on UDP, a frame's body on TCP. What its bytes mean is not
 * known here.
 */

/** The largest payload of a UDP datagram over IPv4, in bytes: the engine's limit too. */
export const MAX_UDP_PAYLOAD = 65507;

/** The largest payload of a DTLS record, in bytes (RFC 6347 4.1): the engine's limit too. */
export const MAX_DTLS_PAYLOAD = 16_384;

/** A packet that arrived, or is sent. */
export interface Packet {
  /** Owned by the packet: no transport reuses or changes these bytes. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** When it was read, or given to the transport, in microseconds since 1970-01-01 UTC. */
  readonly time: number;
}
