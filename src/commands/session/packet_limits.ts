/** Which packets are too large for a transport, said before anything is sent. */

import { UsageError } from "../../errors.ts";
import type { Scheme } from "../../net/endpoint.ts";
import { MAX_DTLS_PAYLOAD, MAX_UDP_PAYLOAD } from "../../packet/packet.ts";

/** Largest packet of a transport in bytes; `streamLimit` is what `--max-packet` says. */
export function packetLimit(scheme: Scheme, streamLimit: number): number {
  if (scheme === "udp") return MAX_UDP_PAYLOAD;
  return scheme === "dtls" ? MAX_DTLS_PAYLOAD : streamLimit;
}

/** Throws `UsageError` for a packet above the limit; `name` is what the user calls it. */
export function requireFit(size: number, name: string, scheme: Scheme, limit: number): void {
  if (size <= limit) return;
  const what = `${name} is ${size} bytes`;
  if (scheme === "dtls") {
    throw new UsageError(
      `${what}, a DTLS record holds at most ${limit}; split it, or send it over tls://`,
    );
  }
  throw new UsageError(
    scheme === "udp"
      ? `${what}, a datagram holds at most ${limit}; split it, or send it over tcp://`
      : `${what}, the limit is ${limit}; --max-packet raises it, on both sides`,
  );
}
