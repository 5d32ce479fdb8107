/**
 * Sizes at which something of Godot's gives up, mostly without a word. Numbers as measured with
 * Godot 4.6: the input buffer of `PacketPeerStream`, datagrams, the MTU of its ENet, the buffers of
 * its WebSocket peer, one DTLS record, the encode buffer of `PacketPeer`.
 */

import { DEFAULT_MAX_RECEIVABLE_SIZE } from "../packet/deframer.ts";

/** The largest UDP payload over IPv4. */
export const MAX_DATAGRAM_SIZE = 65507;
/** Above this, ENet cuts a packet into fragments; each lost one costs all of it. */
export const ENET_MTU = 1392;
/** `inbound_buffer_size` and `outbound_buffer_size` of `WebSocketPeer`. */
export const WEBSOCKET_BUFFER_SIZE = 65535;
/** `PacketPeer.encode_buffer_max_size`: `put_var` refuses what is larger. */
export const ENCODE_BUFFER_SIZE: number = 8 * 1024 * 1024;
const MAX_DTLS_SIZE = 16384;

/** What becomes of a packet of that size over each transport; empty for small ones. */
export function sizeRemarks(size: number): string[] {
  if (size <= ENET_MTU) return [];
  const remarks = [
    `${size} bytes are more than ENet's MTU of ${ENET_MTU} and most networks' 1500: ` +
    "as a datagram it travels in fragments, and one lost fragment loses it all",
  ];
  if (size > MAX_DTLS_SIZE) {
    remarks.push(`over DTLS it ends the session: ${MAX_DTLS_SIZE} bytes are the limit`);
  }
  return remarks;
}

/** The limit that a packet of that size crosses, and what lifts it, to stand at the end of a verdict. */
export function sizeVerdict(size: number): string {
  if (size > ENCODE_BUFFER_SIZE) {
    return `; with its ${size} bytes it is above encode_buffer_max_size ` +
      `(${ENCODE_BUFFER_SIZE}), so put_var refuses it until that is raised`;
  }
  if (size > WEBSOCKET_BUFFER_SIZE || size > DEFAULT_MAX_RECEIVABLE_SIZE) {
    return `; with its ${size} bytes it is too large for every default: over UDP send it in parts ` +
      `(${MAX_DATAGRAM_SIZE} is the limit), over PacketPeerStream raise input_buffer_max_size on ` +
      "the receiver and output_buffer_max_size on the sender, over WebSocket inbound_buffer_size " +
      "and outbound_buffer_size";
  }
  return "";
}
