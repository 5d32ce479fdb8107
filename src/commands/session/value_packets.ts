/** From written values to packets, and whether the transport can carry them. */

import type { Output } from "../../cli/output.ts";
import type { Scheme } from "../../net/endpoint.ts";
import { DEFAULT_MAX_RECEIVABLE_SIZE } from "../../packet/deframer.ts";
import { VariantEncoder } from "../../variant/encode.ts";
import { variantFromText } from "../../variant/text.ts";
import type { GodotVersion, Variant } from "../../variant/types.ts";
import { requireFit } from "./packet_limits.ts";

/** A packet to send. */
export interface Outgoing {
  readonly payload: Uint8Array<ArrayBuffer>;
  /** What a message calls it: `value 2`, `--hex 1`, `line 3`. */
  readonly name: string;
  /** What it was made of; undefined for raw bytes. */
  readonly value: Variant | undefined;
}

/** How values become packets, and what the way they take allows. */
export interface PacketRules {
  readonly godot: GodotVersion;
  readonly fullObjects: boolean;
  readonly scheme: Scheme;
  /** Largest packet in bytes. */
  readonly maxPacketSize: number;
}

/** Makes packets that the transport can carry. */
export class PacketMaker {
  readonly #rules: PacketRules;
  readonly #encoder: VariantEncoder;
  readonly #output: Output;

  constructor(rules: PacketRules, output: Output) {
    this.#rules = rules;
    this.#encoder = new VariantEncoder(rules);
    this.#output = output;
  }

  /** Throws `ParseError`, `EncodeError`, or `UsageError` for a packet that is too large. */
  fromText(text: string, name: string): Outgoing {
    const value = variantFromText(text, this.#rules);
    return this.#checked({ payload: this.#encoder.encode(value), name, value });
  }

  /** Throws `UsageError` for a packet that is too large. */
  fromBytes(payload: Uint8Array<ArrayBuffer>, name: string): Outgoing {
    return this.#checked({ payload, name, value: undefined });
  }

  /** Says so where Godot would not send a packet, or never see it. */
  #checked(packet: Outgoing): Outgoing {
    const { payload: { length: size }, name } = packet;
    const { scheme, maxPacketSize } = this.#rules;
    requireFit(size, name, scheme, maxPacketSize);
    if (size === 0) {
      this.#output.status(`${name} is an empty packet, which is not sent (nor does Godot send it)`);
    }
    if ((scheme === "tcp" || scheme === "tls") && size > DEFAULT_MAX_RECEIVABLE_SIZE) {
      this.#output.status(
        `${name} is ${size} bytes: a Godot peer stalls without a word on more than ` +
          `${DEFAULT_MAX_RECEIVABLE_SIZE}, unless its input_buffer_max_size is raised`,
      );
    }
    return packet;
  }
}
