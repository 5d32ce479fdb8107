/**
 * The handshake messages in one direction of a TLS stream: a record may hold several, and a message
 * may go on in the next record (RFC 8446 5.1). What waits is bounded and grows with the bytes that
 * came, never with a length that somebody wrote.
 */

/** Longer messages are passed over, in bytes. */
const MAX_MESSAGE_SIZE = 1 << 17;
/** type u8, length u24. */
const HEADER_SIZE = 4;
const SMALLEST_STORE = 512;
const NO_BYTES = new Uint8Array(0);

/** A handshake message. */
export interface StreamMessage {
  readonly type: number;
  /** Of its body, in bytes. */
  readonly length: number;
  /** Null when it is too long to be kept. */
  readonly body: Uint8Array | null;
}

/** Cuts the handshake bytes of one direction into messages. */
export class MessageReader {
  /** What came and is not read, in the first `#size` bytes. */
  #store = NO_BYTES;
  #size = 0;
  /** Bytes still to be passed over. */
  #owed = 0;

  /** Memory that waiting bytes take. */
  get retained(): number {
    return this.#store.length;
  }

  /** Type of the message whose beginning has come; null when there is none. */
  get pendingType(): number | null {
    return this.#size === 0 ? null : this.#store[0] ?? null;
  }

  /** The messages that these bytes complete. */
  push(bytes: Uint8Array): readonly StreamMessage[] {
    const skipped = Math.min(this.#owed, bytes.length);
    this.#owed -= skipped;
    this.#append(bytes.subarray(skipped));
    const messages: StreamMessage[] = [];
    let at = 0;
    while (this.#size - at >= HEADER_SIZE) {
      const message = this.#readAt(at);
      if (message === null) break;
      messages.push(message);
      at = Math.min(at + HEADER_SIZE + message.length, this.#size);
    }
    this.#drop(at);
    return messages;
  }

  /** Forgets what is not complete. */
  clear(): void {
    this.#store = NO_BYTES;
    this.#size = 0;
    this.#owed = 0;
  }

  /** Null when the message is not complete. */
  #readAt(at: number): StreamMessage | null {
    const store = this.#store;
    const type = store[at] ?? 0;
    const length = u24(store, at + 1);
    const body = at + HEADER_SIZE;
    if (body + length <= this.#size) {
      return { type, length, body: store.slice(body, body + length) };
    }
    if (length <= MAX_MESSAGE_SIZE) return null;
    this.#owed = body + length - this.#size;
    return { type, length, body: null };
  }

  /** The store grows by doubling: a message in records of a byte each costs no more than others. */
  #append(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    if (size > this.#store.length) {
      const store = new Uint8Array(Math.max(SMALLEST_STORE, size * 2));
      store.set(this.#store.subarray(0, this.#size));
      this.#store = store;
    }
    this.#store.set(bytes, this.#size);
    this.#size = size;
  }

  #drop(count: number): void {
    this.#store.copyWithin(0, count, this.#size);
    this.#size -= count;
    if (this.#size === 0) this.#store = NO_BYTES;
  }
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
}
