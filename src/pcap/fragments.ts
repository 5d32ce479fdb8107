/**
 * Puts fragmented IP datagrams together. Memory is bounded: when too many or too large datagrams
 * are open, the oldest is given up. Where fragments overlap, the bytes that came first stay; when
 * the others differ, a note says so, because hosts treat such datagrams differently (most drop them,
 * RFC 5722). Fragments that contradict each other on the size of the datagram end it.
 */

import type { Note } from "../bytes/dissection.ts";
import { addressText } from "./address.ts";
import type { ReportProblem } from "./events.ts";
import { type Fragment, type Frame, NO_NOTES } from "./frame.ts";

/** What open datagrams may take. */
export interface FragmentLimits {
  /** Number of open datagrams. */
  readonly datagrams: number;
  /** Bytes of all open datagrams, with what it takes to keep them. */
  readonly fragmentBytes: number;
}

/** Largest payload of an IP datagram. */
const MAX_DATAGRAM_SIZE = 65_535;
/** An open datagram older than this is given up when its identification comes again. */
const MAX_AGE_NANOSECONDS = 60_000_000_000n;
/** What a kept fragment costs on top of its bytes, about. */
const PIECE_OVERHEAD = 128;
const IPV4_HEADER_SIZE = 20;
const IPV6_HEADER_SIZE = 40;

interface Piece {
  readonly start: number;
  readonly bytes: Uint8Array;
}

interface Datagram {
  readonly key: string;
  /** For messages: `IPv4 datagram 0x1a2b from 192.0.2.1 to 192.0.2.2`. */
  readonly name: string;
  /** A copy of the IP header, with the addresses. */
  readonly header: Uint8Array;
  readonly time: bigint;
  readonly firstFrame: number;
  /** In order, without overlaps. */
  readonly pieces: Piece[];
  fragments: number;
  /** IP protocol of the payload, as the first fragment of the datagram says. */
  protocol: number;
  received: number;
  /** Size of the payload, once the last fragment is here. */
  size: number | null;
  notes: readonly Note[];
  isContradictory: boolean;
}

/** The open datagrams of a capture. */
export class FragmentTable {
  readonly #limits: FragmentLimits;
  readonly #report: ReportProblem;
  readonly #open = new Map<string, Datagram>();
  #bytes = 0;

  constructor(limits: FragmentLimits, report: ReportProblem) {
    this.#limits = limits;
    this.#report = report;
  }

  /** Bytes that the open datagrams take, about. */
  get retained(): number {
    return this.#bytes;
  }

  /**
   * Adds the fragment that a frame carries. When that completes its datagram, the frame becomes the
   * datagram, and the result is the protocol of its payload; otherwise null.
   */
  add(frame: Frame, fragment: Fragment): number | null {
    const end = fragment.offset + frame.end - frame.start;
    if (frame.missing > 0) {
      frame.refuseCut("IP fragment");
      return null;
    }
    if (end > MAX_DATAGRAM_SIZE || (!fragment.isLast && (end % 8 !== 0 || end === 0))) {
      frame.refuse("bad-fragment", `a fragment of bytes ${fragment.offset} to ${end} cannot be`);
      return null;
    }
    const datagram = this.#find(frame, fragment);
    datagram.fragments++;
    if (fragment.offset === 0) datagram.protocol = fragment.protocol;
    if (!takeSize(datagram, fragment, end)) {
      frame.refuse("bad-fragment", `${datagram.name}: its fragments disagree on its size`);
      this.#close(datagram);
      return null;
    }
    this.#insert(datagram, fragment.offset, frame);
    if (datagram.received === datagram.size) return this.#complete(datagram, frame);
    this.#makeRoom();
    return null;
  }

  /** Gives up all open datagrams: no more fragments will come. */
  finish(): void {
    for (const datagram of this.#open.values()) this.#giveUp(datagram, "by the end of the capture");
  }

  #find(frame: Frame, fragment: Fragment): Datagram {
    const source = addressText(frame.view, frame.sourceAt, frame.family);
    const destination = addressText(frame.view, frame.destinationAt, frame.family);
    const id = fragment.identification;
    // The protocol tells IPv4 datagrams apart; in IPv6 only the first fragment knows it.
    const protocol = frame.family === 4 ? fragment.protocol : "";
    const key = `${source} ${destination} ${id} ${protocol}`;
    const known = this.#open.get(key);
    if (known !== undefined) {
      if (frame.time - known.time <= MAX_AGE_NANOSECONDS) return known;
      this.#giveUp(known, "within a minute");
    }
    const headerSize = frame.family === 4 ? IPV4_HEADER_SIZE : IPV6_HEADER_SIZE;
    const headerAt = frame.destinationAt + (frame.family === 4 ? 4 : 16) - headerSize;
    const datagram: Datagram = {
      key,
      name: `IPv${frame.family} datagram 0x${id.toString(16)} from ${source} to ${destination}`,
      header: frame.bytes.slice(headerAt, headerAt + headerSize),
      time: frame.time,
      firstFrame: frame.number,
      pieces: [],
      fragments: 0,
      protocol: fragment.protocol,
      received: 0,
      size: null,
      notes: NO_NOTES,
      isContradictory: false,
    };
    this.#open.set(key, datagram);
    this.#bytes += PIECE_OVERHEAD * 4;
    return datagram;
  }

  /** Keeps what the frame has and the datagram has not. */
  #insert(datagram: Datagram, offset: number, frame: Frame): void {
    const { pieces } = datagram;
    const end = offset + frame.end - frame.start;
    const byteAt = frame.start - offset;
    let from = offset;
    let index = firstEndingAfter(pieces, offset);
    while (from < end) {
      const next = pieces[index];
      const to = Math.min(end, next?.start ?? end);
      if (from < to) {
        const bytes = frame.bytes.slice(byteAt + from, byteAt + to);
        pieces.splice(index++, 0, { start: from, bytes });
        datagram.received += bytes.length;
        this.#bytes += bytes.length + PIECE_OVERHEAD;
      }
      if (next === undefined) break;
      const nextEnd = next.start + next.bytes.length;
      for (let at = Math.max(from, next.start); at < Math.min(end, nextEnd); at++) {
        if (next.bytes[at - next.start] !== frame.bytes[byteAt + at]) {
          datagram.isContradictory = true;
        }
      }
      from = Math.max(from, nextEnd);
      index++;
    }
    if (datagram.notes.length === 0) datagram.notes = frame.notes;
  }

  #complete(datagram: Datagram, frame: Frame): number {
    const { header, pieces } = datagram;
    const bytes = new Uint8Array(header.length + datagram.received);
    bytes.set(header);
    for (const piece of pieces) bytes.set(piece.bytes, header.length + piece.start);
    this.#close(datagram);
    frame.reassemble(bytes, header.length);
    frame.notes = datagram.notes;
    const count = `${datagram.fragments} IP fragments, the first in frame ${datagram.firstFrame}`;
    frame.note("info", "reassembled", `Put together from ${count}`);
    if (datagram.isContradictory) {
      const message = "Fragments overlap with different bytes; most hosts drop such a datagram";
      frame.note("warning", "overlapping-fragments", message);
    }
    return datagram.protocol;
  }

  /** Gives up the oldest datagrams until the limits hold. */
  #makeRoom(): void {
    for (const datagram of this.#open.values()) {
      const isFull = this.#open.size > this.#limits.datagrams ||
        this.#bytes > this.#limits.fragmentBytes;
      if (!isFull) return;
      this.#giveUp(datagram, "before too many others were open");
    }
  }

  #giveUp(datagram: Datagram, when: string): void {
    this.#close(datagram);
    const size = datagram.size === null ? "" : ` of its ${datagram.size}`;
    this.#report(
      datagram.firstFrame,
      "incomplete-datagram",
      `${datagram.name}: only ${datagram.received}${size} bytes came ${when}`,
    );
  }

  #close(datagram: Datagram): void {
    this.#open.delete(datagram.key);
    for (const piece of datagram.pieces) this.#bytes -= piece.bytes.length + PIECE_OVERHEAD;
    this.#bytes -= PIECE_OVERHEAD * 4;
  }
}

/** Learns the size from the last fragment. False when it contradicts what is known. */
function takeSize(datagram: Datagram, fragment: Fragment, end: number): boolean {
  const last = datagram.pieces.at(-1);
  const knownEnd = last === undefined ? 0 : last.start + last.bytes.length;
  if (!fragment.isLast) return datagram.size === null || end <= datagram.size;
  if (datagram.size !== null) return end === datagram.size;
  datagram.size = end;
  return knownEnd <= end;
}

function firstEndingAfter(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece !== undefined && piece.start + piece.bytes.length <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
