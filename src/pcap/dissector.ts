/**
 * The layers above UDP and TCP are a chain of dissectors: each takes what one direction of a
 * conversation carries, and hands what it unwraps to the next. The last one makes packets. A new
 * protocol is one more link: a `Dissector`, and a function that recognises its first bytes.
 */

import type { Secrets, SecureConnection } from "../tls/handshake.ts";
import type { CaptureEvent } from "./events.ts";
import type { ProtocolPath } from "./frame.ts";
import type { PacketStreamOptions } from "./packet_stream.ts";
import type { StreamBytes, StreamGap } from "./reassembly.ts";

/** One link of the chain. What it is given must stay as it is until `next` has returned null. */
export interface Dissector {
  /** Memory that waiting bytes take, about. */
  readonly retained: number;
  /** Adds a datagram, or the next bytes of a stream. */
  push(piece: StreamBytes): void;
  /** Says that bytes of a stream are missing here. Call it after `next` has returned null. */
  interrupt(gap: StreamGap): void;
  /** Says that the stream ends here; `how` completes "the stream …". */
  end(how: string): void;
  /** The next event; null when that needs more bytes. */
  next(): CaptureEvent | null;
}

/** What both directions of a conversation share. */
export interface Conversation {
  /** Its TLS or DTLS connection; null as long as none was seen. */
  secure: SecureConnection | null;
}

/** One direction of a conversation, as dissectors see it. */
export interface FlowContext extends PacketStreamOptions {
  readonly transport: "udp" | "tcp";
  readonly conversation: Conversation;
  /** What encrypted layers are decrypted with. */
  readonly secrets: Secrets;
}

/** Makes the dissectors of what a link unwraps. */
export type OpenNext = (context: FlowContext) => Dissector;

/** A protocol over TCP. */
export interface StreamLink {
  /**
   * True when a stream that begins with these bytes is of this protocol; null when more are needed
   * to tell, never for longer than a few bytes.
   */
  recognises(head: Uint8Array, context: FlowContext): boolean | null;
  open(context: FlowContext, openNext: OpenNext): Dissector;
}

/** The context one layer up. */
export function above(context: FlowContext, protocol: string): FlowContext {
  const path: ProtocolPath = context.path.then(protocol);
  return { ...context, path };
}
