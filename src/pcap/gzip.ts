/**
 * Captures are often gzipped (`tcpdump -z gzip`, Wireshark's "compressed"): recognised by their first
 * two bytes (RFC 1952) and unpacked on the way, files of several members too. What comes before any
 * damage is given out.
 */

/** Compressed bytes unpacked at once; they grow to a thousand times as many at most. */
const SLICE_SIZE = 8192;
const MAGIC_FIRST = 0x1f;
const MAGIC_SECOND = 0x8b;
const DAMAGE = "The gzip stream is damaged or cut off";

/**
 * Passes chunks through, unpacked when they are gzipped. Damage ends the bytes, and `onDamage` hears
 * of it.
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array>,
  onDamage: (message: string) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let member: Member | null | undefined;
  for await (const chunk of withWholeMagic(chunks)) {
    if (member === undefined) member = isMemberAt(chunk, 0) ? new Member() : null;
    if (member === null) {
      yield chunk;
      continue;
    }
    for (const slice of slicesOf(chunk)) {
      let isTaken = await member.write(slice);
      yield* member.takeUnpacked();
      if (!isTaken && isMemberAt(slice, 0)) {
        member = new Member();
        isTaken = await member.write(slice);
        yield* member.takeUnpacked();
      }
      if (!isTaken) return onDamage(DAMAGE);
    }
  }
  if (!member) return;
  const isWhole = await member.close();
  yield* member.takeUnpacked();
  if (!isWhole) onDamage(DAMAGE);
}

/** The same bytes, in chunks that never part the two bytes with which a member begins. */
async function* withWholeMagic(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let hasFirst = false;
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue;
    const bytes: Uint8Array = hasFirst ? concat([MAGIC_FIRST], chunk) : chunk;
    hasFirst = bytes.at(-1) === MAGIC_FIRST;
    if (bytes.length > 1 || !hasFirst) yield hasFirst ? bytes.subarray(0, -1) : bytes;
  }
  if (hasFirst) yield Uint8Array.of(MAGIC_FIRST);
}

function concat(a: ArrayLike<number>, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function isMemberAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === MAGIC_FIRST && bytes[at + 1] === MAGIC_SECOND;
}

/**
 * The chunk in slices, cut wherever a member may begin: a decompressor refuses a slice that goes on
 * behind the end of its member, and does not say where that was.
 */
function* slicesOf(chunk: Uint8Array): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  let start = 0;
  for (let at = 1; at <= chunk.length; at++) {
    const isCut = at === chunk.length || at - start === SLICE_SIZE || isMemberAt(chunk, at);
    if (!isCut) continue;
    yield chunk.slice(start, at);
    start = at;
  }
}

/** One gzip member on its way through the decompressor. */
class Member {
  readonly #writer: WritableStreamDefaultWriter<BufferSource>;
  /** Ends when the decompressor does; true when it found everything in order. */
  readonly #isWhole: Promise<boolean>;
  #unpacked: Uint8Array[] = [];

  constructor() {
    const stream = new DecompressionStream("gzip");
    this.#writer = stream.writable.getWriter();
    this.#isWhole = this.#collect(stream.readable);
  }

  /** What has been unpacked since the last call. */
  takeUnpacked(): Uint8Array[] {
    const unpacked = this.#unpacked;
    this.#unpacked = [];
    return unpacked;
  }

  /** False when the bytes are damaged or behind the end of the member. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return isFulfilled(this.#writer.write(bytes));
  }

  /** False when the member is not whole. */
  async close(): Promise<boolean> {
    return await isFulfilled(this.#writer.close()) && await this.#isWhole;
  }

  /** Reads along: the decompressor takes a slice only when the bytes of the last are collected. */
  #collect(readable: ReadableStream<Uint8Array>): Promise<boolean> {
    const collector = new WritableStream<Uint8Array>({
      write: (bytes) => void this.#unpacked.push(bytes),
    });
    return isFulfilled(readable.pipeTo(collector));
  }
}

/** False for a rejection with the `TypeError` that decompression streams have for bad bytes. */
async function isFulfilled(promise: Promise<void>): Promise<boolean> {
  try {
    await promise;
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}
