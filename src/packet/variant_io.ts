/**
 * `put_var` and `get_var` over any peer: one packet holds exactly one encoded Variant, without any
 * length of its own. Unlike the engine, `receiveVariant` tells a packet that does not decode apart
 * from a packet that holds null.
 */

import { EncodeError } from "../errors.ts";
import { decodeVariant } from "../variant/decode.ts";
import { encodeVariant } from "../variant/encode.ts";
import type { GodotVersion, Variant } from "../variant/types.ts";
import type { Packet } from "./packet.ts";
import type { PacketPeer, WaitOptions } from "./peer.ts";

/** The engine's default `encode_buffer_max_size`, in bytes: `put_var` sends nothing above it. */
export const DEFAULT_ENCODE_BUFFER_MAX_SIZE = 8_388_608;

/** How to put a value. */
export interface SendVariantOptions extends WaitOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** `put_var`'s second argument: write objects in full. @default {false} */
  readonly fullObjects?: boolean;
  /** Largest encoded value in bytes. @default {DEFAULT_ENCODE_BUFFER_MAX_SIZE} */
  readonly encodeBufferMaxSize?: number;
}

/**
 * Sends a value as one packet; resolves with the packet's size in bytes. Throws `EncodeError` when
 * the wire format cannot carry the value or it is too large (then with the engine's
 * `ERR_OUT_OF_MEMORY`), and what `peer.send` throws.
 */
export async function sendVariant(
  peer: PacketPeer,
  value: Variant,
  options: SendVariantOptions = {},
): Promise<number> {
  const payload = encodeVariant(value, options);
  const limit = options.encodeBufferMaxSize ?? DEFAULT_ENCODE_BUFFER_MAX_SIZE;
  if (payload.length > limit) {
    const why = `it takes ${payload.length} bytes, encode_buffer_max_size is ${limit}`;
    throw new EncodeError(why, [], "ERR_OUT_OF_MEMORY");
  }
  await peer.send(payload, options);
  return payload.length;
}

/** How to get a value. */
export interface ReceiveVariantOptions extends WaitOptions {
  /** Wire format. @default {4} */
  readonly godot?: GodotVersion;
  /** `get_var`'s argument: accept objects in full; they are read as data. @default {false} */
  readonly allowObjects?: boolean;
}

/** A value that arrived, with the packet that brought it. */
export interface ReceivedVariant {
  readonly value: Variant;
  readonly packet: Packet;
}

/**
 * Waits for the next packet and decodes it; null after an orderly end. Bytes behind the value are
 * ignored, as in the engine. Throws `DecodeError` when the packet does not decode (it is consumed
 * all the same), and what `peer.receive` throws.
 */
export async function receiveVariant(
  peer: PacketPeer,
  options: ReceiveVariantOptions = {},
): Promise<ReceivedVariant | null> {
  const packet = await peer.receive(options);
  return packet === null ? null : { value: decodeVariant(packet.payload, options), packet };
}
