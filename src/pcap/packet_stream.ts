/**
 * Finds the packets in one direction of a TCP stream: `PacketPeerStream` frames (a 32-bit
 * little-endian length, then the packet), or the bytes as they come where the stream is not framed.
 * `StreamDeframer` cuts up a stream that is whole; here the stream may begin anywhere and have gaps,
 * so the first frame behind them has to be found, and it must first be told whether there are frames.
 */

import type { Note } from "../bytes/dissection.ts";
import { DEFAULT_MAX_RECEIVABLE_SIZE, FRAME_PREFIX_SIZE } from "../packet/deframer.ts";
import { ByteQueue } from "./byte_queue.ts";
import {
  type CapturedPacket,
  type CaptureEvent,
  type CaptureProblem,
  captureProblem,
  type CaptureProblemCode,
} from "./events.ts";
import { canBeginFrame, CERTAIN, LIKELY, NO_FRAME, scoreFrames } from "./frame_search.ts";
import { NO_NOTES, type ProtocolPath } from "./frame.ts";
import type { StreamBytes, StreamGap } from "./reassembly.ts";
import { SegmentMap, type SegmentRange } from "./segment_map.ts";

/** How packets lie in TCP streams: bytes as they come, `PacketPeerStream`, or find out. */
export type Framing = "none" | "packet-stream" | "auto";

/** Which stream it is, and how to read it. */
export interface PacketStreamOptions {
  readonly source: string;
  readonly destination: string;
  /** The layers up to TCP. */
  readonly path: ProtocolPath;
  readonly framing: Framing;
  /** Longest packet that is believed, in bytes. */
  readonly maxPacketSize: number;
  /** True when the capture has the beginning of the stream. */
  readonly hasStart: boolean;
}

/** Bytes that the search for a frame looks at before it settles with what it has. */
const SEARCH_WINDOW = 128 * 1024;
/** Notes on segments that a packet carries on at most. */
const MAX_SEGMENT_NOTES = 8;

/**
 * `undecided`: it is not known whether there are frames; all bytes are kept. `search`: there are,
 * and the next one has to be found. `frames`: a frame begins at the front. `bytes`: there are none.
 */
type Mode = "undecided" | "search" | "frames" | "bytes";

/** What interrupts a stream. */
type Interruption = StreamGap | { readonly type: "end"; readonly how: string };

/** Turns the bytes of a stream into packets and problems. */
export class PacketStream {
  readonly #options: PacketStreamOptions;
  readonly #queue = new ByteQueue();
  #mode: Mode;
  /** True while `bytes` is a makeshift. */
  #isBytesForNow = false;
  /** True while no byte of the stream has come and its beginning is in the capture. */
  #hasStart: boolean;
  /** The segments of the bytes in the queue, as far as they still matter. */
  readonly #segments = new SegmentMap();
  #lastFrame = 0;
  /** Offset of the place that the search looks at. */
  #candidate = 0;
  /** Bytes that the search has given up since the last packet. */
  #skipped = 0;
  #interruption: Interruption | null = null;
  /** Notes on segments, for the next packet. */
  #segmentNotes: Note[] = [];
  #hasHadGap = false;

  constructor(options: PacketStreamOptions) {
    this.#options = options;
    this.#hasStart = options.hasStart;
    this.#mode = firstMode(options);
  }

  /** Memory that the bytes in here take, about. */
  get retained(): number {
    return this.#queue.storeSize + this.#segments.retained;
  }

  /** Adds the next bytes of the stream. They must stay as they are until `next` has returned null. */
  push(piece: StreamBytes): void {
    if (this.#mode === "frames" || this.#mode === "bytes") this.#segments.clear();
    this.#segments.push(piece.bytes.length, piece.frame, piece.time);
    this.#lastFrame = piece.frame;
    if (piece.notes.length > 0) this.#keepNotes(piece.notes);
    this.#queue.push(piece.bytes);
  }

  /** Says that bytes are missing here. Call it after `next` has returned null. */
  interrupt(gap: StreamGap): void {
    this.#interruption = gap;
  }

  /** Says that the stream ends here; `how` completes "the stream …". */
  end(how: string): void {
    this.#interruption = { type: "end", how };
  }

  /** The next packet or problem; null when that needs more bytes. */
  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#read();
      if (event !== null) return event;
      const interruption = this.#interruption;
      if (interruption === null) return null;
      this.#interruption = null;
      const problem = this.#cross(interruption);
      if (problem !== null) return problem;
    }
  }

  #read(): CaptureEvent | null {
    for (;;) {
      switch (this.#mode) {
        case "bytes":
          return this.#readBytes();
        case "frames":
          return this.#readFrame();
        case "undecided":
        case "search":
          if (!this.#settle()) return null;
      }
    }
  }

  #readBytes(): CaptureEvent | null {
    const queue = this.#queue;
    const segment = this.#segments.takeFirst();
    if (segment === undefined) {
      queue.ensure(1);
      return null;
    }
    queue.ensure(segment.end - queue.offset);
    const payload = queue.take(segment.end - queue.offset);
    return this.#packet(payload, segment, this.#options.path, this.#takeSegmentNotes());
  }

  #readFrame(): CaptureEvent | null {
    const queue = this.#queue;
    if (!queue.ensure(FRAME_PREFIX_SIZE)) {
      if (queue.available === 0) this.#segments.clear();
      return null;
    }
    const size = queue.view.getUint32(queue.position, true);
    if (size > this.#options.maxPacketSize) return this.#refuseSize(size);
    if (!queue.ensure(FRAME_PREFIX_SIZE + size)) return null;
    queue.position += FRAME_PREFIX_SIZE;
    const payload = queue.take(size);
    const segment = this.#segments.completing(queue.offset);
    const path = this.#options.path.then("packet-stream");
    return this.#packet(payload, segment, path, this.#frameNotes(size));
  }

  #refuseSize(size: number): CaptureProblem {
    const at = this.#queue.offset;
    this.#mode = "search";
    const frame = this.#segments.completing(at + FRAME_PREFIX_SIZE).frame;
    return this.#problem(
      frame,
      "bad-packet-length",
      `has the length ${size} in front of a packet, more than ${this.#options.maxPacketSize}; ` +
        "Godot waits for ever then",
    );
  }

  #keepNotes(notes: readonly Note[]): void {
    const room = MAX_SEGMENT_NOTES - this.#segmentNotes.length;
    this.#segmentNotes.push(...notes.slice(0, room));
  }

  #takeSegmentNotes(): readonly Note[] {
    if (this.#segmentNotes.length === 0) return NO_NOTES;
    const notes = this.#segmentNotes;
    this.#segmentNotes = [];
    return notes;
  }

  #frameNotes(size: number): readonly Note[] {
    const segmentNotes = this.#takeSegmentNotes();
    if (this.#skipped === 0 && size <= DEFAULT_MAX_RECEIVABLE_SIZE) return segmentNotes;
    const notes = [...segmentNotes];
    if (this.#skipped > 0) {
      const message = `${this.#skipped} bytes of the stream skipped before this packet`;
      notes.push({ severity: "info", code: "resynchronized", message });
      this.#skipped = 0;
    }
    if (size > DEFAULT_MAX_RECEIVABLE_SIZE) {
      const message = `${size} bytes; a PacketPeerStream with the default buffer size receives ` +
        `${DEFAULT_MAX_RECEIVABLE_SIZE} at most and waits for ever`;
      notes.push({ severity: "warning", code: "packet-too-long", message });
    }
    return notes;
  }

  /** Looks for the first frame. True: the mode has been settled; false: more bytes are needed. */
  #settle(): boolean {
    const queue = this.#queue;
    queue.ensure(queue.available);
    this.#candidate = Math.max(this.#candidate, queue.offset);
    for (; this.#candidate < this.#segments.endOffset; this.#candidate++) {
      const score = this.#scoreCandidate();
      if (score >= CERTAIN || (score >= LIKELY && this.#mustSettle())) return this.#beginFrames();
      if (score !== NO_FRAME && !this.#mustSettle()) return this.#wait();
      if (this.#mode === "undecided" && this.#hasStart) return this.#beginBytes(score === NO_FRAME);
    }
    if (this.#mode === "undecided" && this.#mustSettle() && queue.available > 0) {
      return this.#beginBytes(this.#interruption === null);
    }
    return this.#wait();
  }

  #scoreCandidate(): number {
    const { bytes, view, end, offset, position } = this.#queue;
    const base = offset - position;
    const start = this.#candidate - base;
    if (!canBeginFrame(view, start, end, this.#options.maxPacketSize)) return NO_FRAME;
    return scoreFrames({
      bytes,
      view,
      start,
      end,
      isStreamStart: this.#hasStart && this.#candidate === 0,
      maxPacketSize: this.#options.maxPacketSize,
      isWhole: this.#interruption !== null,
      isSegmentBoundary: (index) => this.#segments.isBoundary(base + index),
    });
  }

  /** True when what is here must do: nothing will follow, or enough is here to tell. */
  #mustSettle(): boolean {
    const from = this.#mode === "search" ? this.#candidate : this.#queue.offset;
    return this.#interruption !== null || this.#segments.endOffset - from >= SEARCH_WINDOW;
  }

  #beginFrames(): true {
    this.#skipTo(this.#candidate);
    this.#mode = "frames";
    return true;
  }

  /** `isSure` is false when an interruption leaves no time to find out: it is open again behind it. */
  #beginBytes(isSure: boolean): true {
    this.#mode = "bytes";
    this.#isBytesForNow = !isSure;
    return true;
  }

  #wait(): false {
    if (this.#mode === "search") this.#skipTo(this.#candidate);
    this.#queue.ensure(this.#queue.available + 1);
    return false;
  }

  #skipTo(offset: number): void {
    const count = offset - this.#queue.offset;
    this.#skipped += count;
    this.#queue.skip(count);
    this.#segments.forgetBefore(offset);
  }

  /** Goes over a gap or the end; everything before it that could be read has been read. */
  #cross(interruption: Interruption): CaptureProblem | null {
    const problem = interruption.type === "gap"
      ? this.#crossGap(interruption)
      : this.#crossEnd(interruption.how);
    this.#hasStart = false;
    if (this.#isBytesForNow) this.#mode = "undecided";
    this.#isBytesForNow = false;
    return problem;
  }

  #crossGap(gap: StreamGap): CaptureProblem {
    const available = this.#queue.available;
    const unread = this.#unreadOfFrame();
    this.#drop();
    this.#hasHadGap = true;
    const what = gap.unknown ?? `misses ${gap.size} bytes in the capture`;
    if (this.#mode !== "frames") {
      if (this.#mode === "search") this.#skipped += available;
      return this.#problem(gap.frame, "gap", what);
    }
    if (unread !== null && gap.size <= unread && gap.unknown === undefined) {
      this.#queue.skip(unread - gap.size);
      return this.#problem(gap.frame, "gap", `${what}, all in one packet, which is lost`);
    }
    this.#mode = "search";
    const lost = available === 0 ? "" : `; a packet of which ${available} bytes came is lost`;
    return this.#problem(gap.frame, "gap", what + lost);
  }

  #crossEnd(how: string): CaptureProblem | null {
    const available = this.#queue.available;
    const unread = this.#unreadOfFrame();
    this.#drop();
    if (this.#mode === "frames") {
      this.#mode = "search";
      if (available === 0) return null;
      const came = unread === null
        ? `${available} of the ${FRAME_PREFIX_SIZE} bytes of its length`
        : `${available - FRAME_PREFIX_SIZE} of ${available - FRAME_PREFIX_SIZE + unread} bytes`;
      return this.#problem(this.#lastFrame, "cut-packet", `${how}, inside a packet: ${came} came`);
    }
    const skipped = this.#skipped + available;
    if (this.#mode !== "search" || skipped === 0) return null;
    this.#skipped = 0;
    const where = this.#hasHadGap ? "after a gap" : "from the start of the capture on";
    const what = `${how}; in ${skipped} bytes ${where} no packet was found`;
    return this.#problem(this.#lastFrame, "framing-lost", what);
  }

  #drop(): void {
    this.#queue.clear();
    this.#segments.clear();
  }

  /** Bytes that the frame at the front still lacks; null when there is no frame or no length yet. */
  #unreadOfFrame(): number | null {
    const queue = this.#queue;
    if (this.#mode !== "frames") return null;
    if (queue.owed > 0) return queue.owed;
    if (!queue.ensure(FRAME_PREFIX_SIZE)) return null;
    const size = queue.view.getUint32(queue.position, true);
    return FRAME_PREFIX_SIZE + size - queue.available;
  }

  #packet(
    payload: Uint8Array,
    segment: SegmentRange,
    path: ProtocolPath,
    notes: readonly Note[],
  ): CapturedPacket {
    const { source, destination } = this.#options;
    return {
      type: "packet",
      frame: segment.frame,
      time: segment.time,
      transport: "tcp",
      source,
      destination,
      payload,
      protocol: path.names,
      notes,
    };
  }

  #problem(frame: number, code: CaptureProblemCode, what: string): CaptureProblem {
    const { source, destination } = this.#options;
    return captureProblem(frame, code, `the TCP stream from ${source} to ${destination} ${what}`);
  }
}

function firstMode(options: PacketStreamOptions): Mode {
  switch (options.framing) {
    case "none":
      return "bytes";
    case "packet-stream":
      return options.hasStart ? "frames" : "search";
    case "auto":
      return "undecided";
  }
}
