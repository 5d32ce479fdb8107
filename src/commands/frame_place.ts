/** Where a frame is: in words for people, and as the fields of a JSON line. */

import type { BrokenFrame, PacketFrame, PacketOrigin } from "./input_frame.ts";

/** For people frames count from 1, as lines do; packets of captures by the capture's frame. */
export function frameName(frame: PacketFrame | BrokenFrame, index: number): string {
  const origin = originOf(frame);
  if (origin === null) return `frame ${index + 1}`;
  return `capture frame ${origin.frame} (${origin.source} > ${origin.destination})`;
}

/** `"index":…,"offset":…,"size":…`, and where a captured packet comes from. */
export function placeFields(frame: PacketFrame | BrokenFrame, index: number): string {
  const size = frame.kind === "packet" ? frame.bytes.length : frame.size;
  const place = `"index":${index},"offset":${frame.offset},"size":${size}`;
  const origin = originOf(frame);
  return origin === null ? place : `${place},${originFields(origin)}`;
}

function originOf(frame: PacketFrame | BrokenFrame): PacketOrigin | null {
  return frame.kind === "packet" ? frame.origin : null;
}

/** `"frame":…,"time":…,"source":…,"destination":…,"protocol":…`; no time when it is not known. */
function originFields({ frame, time, source, destination, transport }: PacketOrigin): string {
  const stamp = time === 0n ? "" : `"time":"${formatNanoseconds(time)}",`;
  const addresses = `"source":"${source}","destination":"${destination}"`;
  return `"frame":${frame},${stamp}${addresses},"protocol":"${transport}"`;
}

/** RFC 3339 in UTC, to the nanosecond. */
function formatNanoseconds(time: bigint): string {
  const second = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, -5);
  return `${second}.${String(time % 1_000_000_000n).padStart(9, "0")}Z`;
}
