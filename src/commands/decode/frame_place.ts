/** Where a frame is: in words for people, and as the fields of a JSON line. */

import type { FrameTimes } from "./frame_times.ts";
import type { BrokenFrame, PacketFrame, PacketOrigin } from "./input_frame.ts";

/** For people frames count from 1, as lines do; packets of captures by the capture's frame. */
export function frameName(frame: PacketFrame | BrokenFrame, index: number): string {
  const origin = originOf(frame);
  return origin === null ? `frame ${index + 1}` : originName(origin);
}

/** Where something was captured, for people: `capture frame 7 (192.0.2.1:1 > 192.0.2.2:4242)`. */
export function originName({ frame, source, destination }: PacketOrigin): string {
  return `capture frame ${frame} (${source} > ${destination})`;
}

/** `"index":…,"offset":…,"size":…`, and where a captured packet comes from. */
export function placeFields(
  frame: PacketFrame | BrokenFrame,
  index: number,
  times: FrameTimes,
): string {
  const size = frame.kind === "packet" ? frame.bytes.length : frame.size;
  const place = `"index":${index},"offset":${frame.offset},"size":${size}`;
  const origin = originOf(frame);
  return origin === null ? place : `${place},${originFields(origin, times)}`;
}

function originOf(frame: PacketFrame | BrokenFrame): PacketOrigin | null {
  return frame.kind === "packet" ? frame.origin : null;
}

/**
 * `"frame":…,"time":…,"elapsed":…,"source":…,"destination":…,"protocol":…,"path":…`; no times when
 * they are not known.
 */
function originFields(origin: PacketOrigin, times: FrameTimes): string {
  const { frame, time, source, destination, transport, protocol } = origin;
  const stamp = time === 0n
    ? ""
    : `"time":"${times.iso(time)}","elapsed":${times.elapsed(time) ?? 0},`;
  const addresses = `"source":"${source}","destination":"${destination}"`;
  const path = protocol.join(":");
  return `"frame":${frame},${stamp}${addresses},"protocol":"${transport}","path":"${path}"`;
}
