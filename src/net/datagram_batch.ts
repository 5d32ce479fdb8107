/**
 * Many datagrams by one call, `recvmmsg` and `sendmmsg`: the memory that they go through, and the C
 * structures that point into it. It is used within one turn, so one of each serves all sockets.
 *
 * `struct mmsghdr` on 64-bit Linux, in bytes: name pointer 0, name length u32 8, vector pointer 16,
 * vector count 24, control pointer 32, control length 40, flags 48, bytes received u32 56; 64 in
 * all. `struct iovec`: pointer 0, length 8.
 */

import { BATCH_SIZE, type Libc } from "./libc.ts";
import { ADDRESS_SIZE } from "./socket_address.ts";

/** Room for any datagram: over IPv6 they can be a little larger than over IPv4. */
const SLOT_SIZE = 65_536;
/** The same as a `size_t`. */
const SLOT_SIZE_T = BigInt(SLOT_SIZE);
/** From slot to slot: at a power of two, the small datagrams of a batch would share few cache lines. */
const SLOT_STRIDE = SLOT_SIZE + 128;
const HEADER_SIZE = 64;
const VECTOR_SIZE = 16;
/** Addresses begin where a view of 64-bit numbers could. */
const ADDRESS_STRIDE = 32;
/** Words of 32 bits in a header. */
const HEADER_WORDS = HEADER_SIZE / 4;
const NAME_LENGTH_WORD = 2;
const RECEIVED_WORD = 14;

const MSG_DONTWAIT = 0x40;
const MSG_WAITFORONE = 0x10000;

/** The memory and the structures of one direction. */
abstract class DatagramBatch {
  /** Room for an address of each datagram. */
  readonly addresses: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_SIZE * ADDRESS_STRIDE);
  protected readonly libc: Libc;
  /** Room for the datagrams. */
  readonly bytes: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_SIZE * SLOT_STRIDE);
  /** The same memory. */
  readonly words: Int32Array = new Int32Array(this.bytes.buffer);
  protected readonly headers: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_SIZE * HEADER_SIZE);
  protected readonly headerWords: Uint32Array = new Uint32Array(this.headers.buffer);
  protected readonly pointers: BigUint64Array = new BigUint64Array(this.headers.buffer);
  /** Sizes of the slots, for C: each in the third of four words. */
  protected readonly vectorWords: Uint32Array;
  /** The headers point to it, so it has to stay. */
  readonly #vectors: Uint8Array<ArrayBuffer> = new Uint8Array(BATCH_SIZE * VECTOR_SIZE);

  constructor(libc: Libc) {
    this.libc = libc;
    this.vectorWords = new Uint32Array(this.#vectors.buffer);
    const vectors = new BigUint64Array(this.#vectors.buffer);
    const [bytesAt, vectorsAt] = [addressOf(this.bytes), addressOf(this.#vectors)];
    for (let i = 0; i < BATCH_SIZE; i++) {
      vectors[2 * i] = bytesAt + BigInt(i * SLOT_STRIDE);
      vectors[2 * i + 1] = BigInt(SLOT_SIZE);
      const at = i * HEADER_SIZE / 8;
      this.pointers[at + 2] = vectorsAt + BigInt(i * VECTOR_SIZE);
      this.pointers[at + 3] = 1n;
    }
  }
}

/** Datagrams that come in. */
export class ReceiveBatch extends DatagramBatch {
  readonly #hasSources: boolean;

  /** With `hasSources`, `readSocketAddress` at `sourceAt` tells where each comes from. */
  constructor(libc: Libc, hasSources: boolean) {
    super(libc);
    this.#hasSources = hasSources;
    if (!hasSources) return;
    const addressesAt = addressOf(this.addresses);
    for (let i = 0; i < BATCH_SIZE; i++) {
      this.pointers[i * HEADER_SIZE / 8] = addressesAt + BigInt(i * ADDRESS_STRIDE);
    }
  }

  /**
   * Receives what is there; how many, or -1 for none or an error. With `mayWait`, waits for the
   * first if the socket blocks.
   */
  receive(file: number, mayWait: boolean): number {
    if (this.#hasSources) {
      for (let i = 0; i < BATCH_SIZE; i++) {
        this.headerWords[i * HEADER_WORDS + NAME_LENGTH_WORD] = ADDRESS_SIZE;
      }
    }
    const flags = mayWait ? MSG_WAITFORONE : MSG_DONTWAIT;
    return this.libc.functions.recvmmsg(file, this.headers, BATCH_SIZE, flags, null);
  }

  /**
   * Waits for one datagram, on a connected socket that blocks, and receives it as the first of this
   * batch; 1, or -1 for none or an error. For one, that takes a tenth less than a batch.
   */
  receiveOne(file: number): number {
    const size = this.libc.functions.recv(file, this.bytes, SLOT_SIZE_T, 0);
    if (size < 0) return -1;
    this.headerWords[RECEIVED_WORD] = size;
    return 1;
  }

  /** Where in `addresses` the source of a received datagram begins. */
  sourceAt(index: number): number {
    return index * ADDRESS_STRIDE;
  }

  /** Where in `bytes` a received datagram begins. */
  startOf(index: number): number {
    return index * SLOT_STRIDE;
  }

  /** The size of a received datagram. */
  sizeOf(index: number): number {
    return this.headerWords[index * HEADER_WORDS + RECEIVED_WORD] ?? 0;
  }
}

/** Datagrams that go out. */
export class SendBatch extends DatagramBatch {
  /** The address in the first headers. */
  #target: Uint8Array<ArrayBuffer> | null = null;
  #aimedHeaders = 0;

  /**
   * Sends from `first` on, to an address of `socketAddress` (null: where the socket is connected
   * to), without waiting; how many were taken, -1 when not even the first was.
   */
  send(
    file: number,
    payloads: readonly Uint8Array[],
    first: number,
    target: Uint8Array<ArrayBuffer> | null,
  ): number {
    const count = Math.min(BATCH_SIZE, payloads.length - first);
    if (count === 1) return this.#sendOne(file, payloads[first]!, target); // below the length
    for (let i = 0; i < count; i++) {
      const payload = payloads[first + i]!; // below the length
      this.bytes.set(payload, i * SLOT_STRIDE);
      this.vectorWords[i * 4 + 2] = payload.length;
    }
    if (target !== this.#target || count > this.#aimedHeaders) this.#aim(target, count);
    return this.libc.functions.sendmmsg(file, this.headers, count, MSG_DONTWAIT);
  }

  #sendOne(file: number, payload: Uint8Array, target: Uint8Array<ArrayBuffer> | null): number {
    const { sendto } = this.libc.functions;
    // It is only read, so that it does not matter what kind of memory it is.
    const bytes = payload as Uint8Array<ArrayBuffer>;
    const size = BigInt(bytes.length);
    return sendto(file, bytes, size, MSG_DONTWAIT, target, target?.length ?? 0) < 0 ? -1 : 1;
  }

  #aim(target: Uint8Array<ArrayBuffer> | null, count: number): void {
    if (target !== null) this.addresses.set(target);
    const pointer = target === null ? 0n : addressOf(this.addresses);
    for (let i = 0; i < count; i++) {
      this.pointers[i * HEADER_SIZE / 8] = pointer;
      this.headerWords[i * HEADER_WORDS + NAME_LENGTH_WORD] = target?.length ?? 0;
    }
    this.#target = target;
    this.#aimedHeaders = count;
  }
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}
