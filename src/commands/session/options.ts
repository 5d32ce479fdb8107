/** Options that `listen` and `send` share, and what they mean. */

import type { OptionSpec, ParsedOptions } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import { type Endpoint, type EndpointUse, parseEndpoint } from "../../net/endpoint.ts";
import { DEFAULT_MAX_PACKET_SIZE } from "../../packet/deframer.ts";
import type { GodotVersion } from "../../variant/types.ts";

/** Accept objects in full. */
export const ALLOW_OBJECTS: OptionSpec = {
  name: "allow-objects",
  kind: "flag",
  help: "read objects sent in full, as data; nothing is ever instantiated",
};

/** Write objects in full. */
export const FULL_OBJECTS: OptionSpec = {
  name: "full-objects",
  kind: "flag",
  help: "send objects in full, as put_var(value, true) does",
};

/** The limit of packets on a stream. */
export const MAX_PACKET: OptionSpec = {
  name: "max-packet",
  kind: "size",
  placeholder: "SIZE",
  default: `${DEFAULT_MAX_PACKET_SIZE}B`,
  help:
    "largest packet on tcp and tls, as Godot's input_buffer_max_size and output_buffer_max_size",
};

/** A recording of the session: see `capture_option.ts`. */
export const CAPTURE: OptionSpec = {
  name: "capture",
  kind: "string",
  placeholder: "FILE",
  help:
    "write all that goes over the wire to a pcapng file, for Wireshark and decode; on dtls and " +
    "tls it is encrypted, and decrypts by itself when there is a --keylog too",
};

/** What the shared options say. */
export interface SessionOptions {
  readonly endpoint: Endpoint;
  readonly godot: GodotVersion;
  readonly allowObjects: boolean;
  readonly fullObjects: boolean;
  /** Largest packet of a stream in bytes. */
  readonly maxPacketSize: number;
  readonly timeoutMs: number;
}

/** Reads the shared options and the endpoint. Throws `UsageError`. */
export function readSessionOptions(options: ParsedOptions, use: EndpointUse): SessionOptions {
  const [endpoint] = options.values;
  if (endpoint === undefined) {
    const command = use === "listen" ? "listen" : "send";
    throw new UsageError(`${command} needs an ENDPOINT; write udp://127.0.0.1:4242, say`);
  }
  return {
    endpoint: parseEndpoint(endpoint, use),
    godot: options.text("godot") === "3" ? 3 : 4,
    allowObjects: options.flag("allow-objects"),
    fullObjects: options.flag("full-objects"),
    maxPacketSize: options.number("max-packet") ?? DEFAULT_MAX_PACKET_SIZE,
    timeoutMs: options.number("timeout") ?? 0,
  };
}
