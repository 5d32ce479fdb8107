/** What to do about a stream whose frames are broken. */

import { DecodeError, type PeerError } from "../../errors.ts";

/** A piece of advice to stand at the end of the message; empty where there is none. */
export function framingHint(error: DecodeError | PeerError): string {
  if (!(error instanceof DecodeError) || error.reason !== "frame-too-long") return "";
  return "; is the sender a PacketPeerStream? --max-packet raises the limit";
}
