/**
 * Judges whether `PacketPeerStream` frames (32-bit little-endian length, then the packet) begin at a
 * place in a stream, from what lies there: lengths that can be, packets that look like Variants, and
 * frames that end where TCP segments end, because each `put_packet` is written at once.
 */

import { DEFAULT_MAX_PACKET_SIZE, FRAME_PREFIX_SIZE } from "../packet/deframer.ts";
import { isVariant, looksLikeVariant } from "./variant_shape.ts";

/** No frame begins here. */
export const NO_FRAME = -1;
/** From this score on, frames begin here. */
export const CERTAIN = 5;
/** From this score on, frames begin here if nothing more will come to judge by. */
export const LIKELY = 4;

/** Points for the place where the search begins, for each frame, and for where it ends. */
const STREAM_START_POINTS = 2;
const SEGMENT_START_POINTS = 1;
const VARIANT_POINTS = 2;
const OTHER_PACKET_POINTS = 1;
const SEGMENT_END_POINTS = 1;
/** For frames that end to the byte where nothing follows. */
const WHOLE_POINTS = 1;

/** Where in a stream to look. */
export interface SearchPlace {
  readonly bytes: Uint8Array;
  /** Over the same bytes, with the same indexes. */
  readonly view: DataView;
  /** Index of the first byte of the supposed frame, and the end of the bytes that are here. */
  readonly start: number;
  readonly end: number;
  /** True when the first byte of the whole stream is at `start`. */
  readonly isStreamStart: boolean;
  readonly maxPacketSize: number;
  /** True when nothing follows at `end`. */
  readonly isWhole: boolean;
  /** True when a TCP segment begins, or the last one ends, at the index. */
  isSegmentBoundary(index: number): boolean;
}

/** False when the length at `start` cannot be one: the quick answer for most places. */
export function canBeginFrame(
  view: DataView,
  start: number,
  end: number,
  maxPacketSize: number,
): boolean {
  if (end - start < FRAME_PREFIX_SIZE) return true;
  const size = view.getUint32(start, true);
  return size > 0 && size <= maxPacketSize;
}

/**
 * The score for a chain of frames from `place.start` on: `NO_FRAME`, or points to compare with
 * `CERTAIN` and `LIKELY`; less than these mean that more bytes are needed.
 * Small numbers are everywhere, so packets that do not look like Variants count only where they end
 * with a segment, and in the middle of a stream they must lie in segments of their own.
 */
export function scoreFrames(place: SearchPlace): number {
  const { bytes, view, start, end } = place;
  const base = startPoints(place);
  let score = base;
  let at = start;
  while (score < CERTAIN && end - at >= FRAME_PREFIX_SIZE) {
    if (!canBeginFrame(view, at, end, place.maxPacketSize)) return NO_FRAME;
    const size = view.getUint32(at, true);
    const packet = at + FRAME_PREFIX_SIZE;
    const looksRight = looksLikeVariant(view, packet, size, end);
    if (looksRight === null) return score;
    if (!looksRight && base === 0) return NO_FRAME;
    // What is more than a Godot peer sends by default must give itself away in another way.
    if (size > DEFAULT_MAX_PACKET_SIZE && !(looksRight && base > 0)) return NO_FRAME;
    if (size > end - packet) return looksRight ? score + VARIANT_POINTS : score;
    at = packet + size;
    const isSegmentEnd = place.isSegmentBoundary(at);
    if (looksRight && isVariant(bytes.subarray(packet, at))) score += VARIANT_POINTS;
    else if (base === 0) return NO_FRAME;
    else if (isSegmentEnd) score += OTHER_PACKET_POINTS;
    else if (!place.isStreamStart) return NO_FRAME;
    if (isSegmentEnd) score += SEGMENT_END_POINTS;
  }
  return place.isWhole && at === end && at > start ? score + WHOLE_POINTS : score;
}

function startPoints(place: SearchPlace): number {
  if (place.isStreamStart) return STREAM_START_POINTS;
  return place.isSegmentBoundary(place.start) ? SEGMENT_START_POINTS : 0;
}
