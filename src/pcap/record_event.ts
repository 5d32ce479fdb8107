/** TLS and DTLS records as events of a capture: what is not, or not visibly, a packet. */

import type { Note } from "../bytes/dissection.ts";
import type { ObservedRecord } from "../tls/observed.ts";
import type { FlowContext } from "./dissector.ts";
import type { CapturedRecord } from "./events.ts";

/** The frame that completed a record. */
export interface RecordPlace {
  readonly frame: number;
  readonly time: bigint;
  readonly notes: readonly Note[];
}

/** The event of a record; `context` is that of the layer of the records. */
export function recordEvent(
  { transport, source, destination, path }: FlowContext,
  { frame, time, notes }: RecordPlace,
  record: ObservedRecord,
): CapturedRecord {
  const protocol = path.names;
  return {
    type: "record",
    frame,
    time,
    transport,
    source,
    destination,
    protocol,
    record,
    notes,
  };
}
