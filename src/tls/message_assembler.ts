/**
 * The handshake messages of one direction of a DTLS connection, put together from fragments that
 * come in any order, again, and overlapping (RFC 6347 4.2.3). What waits is copied and bounded; a
 * length that somebody wrote is never allocated before all of its bytes are there.
 */

/** What is kept of one side, in bytes; longer messages are not put together. */
const MAX_WAITING = 1 << 16;
/** What a fragment costs on top of its bytes, about. */
const PIECE_OVERHEAD = 64;

/** A part of a handshake message. */
export interface MessageFragment {
  readonly type: number;
  /** Of the whole message, in bytes. */
  readonly length: number;
  /** Number of the message. */
  readonly sequence: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A message of which a part is there. */
interface Assembly {
  readonly type: number;
  readonly length: number;
  /** In order, without overlaps. */
  readonly pieces: Piece[];
  /** Bytes in all pieces. */
  size: number;
}

/** Puts the messages of one direction together. */
export class MessageAssembler {
  /** By the number of the message, the oldest first. */
  readonly #assemblies = new Map<number, Assembly>();
  #retained = 0;

  /** Memory that waiting fragments take, about. */
  get retained(): number {
    return this.#retained;
  }

  /** The message's body, once all of it is there; null until then. */
  add(fragment: MessageFragment): Uint8Array | null {
    const { length, sequence, offset, bytes } = fragment;
    if (offset + bytes.length > length) return null;
    if (bytes.length === length) {
      this.#forget(sequence);
      return bytes;
    }
    if (length > MAX_WAITING || bytes.length === 0) return null;
    const assembly = this.#assemblyOf(fragment);
    const cost = costOf(assembly);
    insert(assembly, offset, bytes);
    this.#retained += costOf(assembly) - cost;
    if (assembly.size === length) {
      this.#forget(sequence);
      return joined(assembly);
    }
    this.#shrink();
    return null;
  }

  /** A fragment that contradicts earlier ones begins the message anew. */
  #assemblyOf({ type, length, sequence }: MessageFragment): Assembly {
    const known = this.#assemblies.get(sequence);
    if (known !== undefined && known.type === type && known.length === length) return known;
    this.#forget(sequence);
    const assembly: Assembly = { type, length, pieces: [], size: 0 };
    this.#assemblies.set(sequence, assembly);
    return assembly;
  }

  #forget(sequence: number): void {
    const assembly = this.#assemblies.get(sequence);
    if (assembly === undefined) return;
    this.#assemblies.delete(sequence);
    this.#retained -= costOf(assembly);
  }

  /** Gives up the oldest messages while too much waits. */
  #shrink(): void {
    for (const sequence of this.#assemblies.keys()) {
      if (this.#retained <= MAX_WAITING) return;
      this.#forget(sequence);
    }
  }
}

/** Keeps what the fragment has and the assembly has not. */
function insert(assembly: Assembly, offset: number, bytes: Uint8Array): void {
  const { pieces } = assembly;
  const end = offset + bytes.length;
  let index = pieces.findIndex((piece) => piece.offset + piece.bytes.length > offset);
  if (index < 0) index = pieces.length;
  for (let from = offset; from < end; index++) {
    const next = pieces[index];
    const to = Math.min(end, next?.offset ?? end);
    if (from < to) {
      pieces.splice(index++, 0, { offset: from, bytes: bytes.slice(from - offset, to - offset) });
      assembly.size += to - from;
    }
    if (next === undefined) return;
    from = Math.max(from, next.offset + next.bytes.length);
  }
}

function costOf({ size, pieces }: Assembly): number {
  return size + pieces.length * PIECE_OVERHEAD;
}

function joined({ length, pieces }: Assembly): Uint8Array {
  const body = new Uint8Array(length);
  for (const { offset, bytes } of pieces) body.set(bytes, offset);
  return body;
}
