/**
 * Which records of a DTLS connection have come already, by epoch and sequence number (RFC 6347
 * 4.1.2.6). OpenSSL drops what comes again without a word; this tells it from what is forged.
 */

/** Sequence numbers that are told apart, below the highest: as many as OpenSSL's own window has. */
const WINDOW_SIZE = 64;
/** Epoch 0 is the handshake in the clear, 1 is encrypted; there is no second handshake. */
const EPOCH_COUNT = 2;

/** The records of both epochs that were taken. */
export class ReplayWindow {
  readonly #epochs: readonly Epoch[] = Array.from({ length: EPOCH_COUNT }, () => ({
    highest: -1,
    recent: [],
  }));

  /** Remembers a record. */
  add(epoch: number, sequence: number): void {
    const numbers = this.#epochs[epoch];
    if (numbers === undefined || sequence <= numbers.highest - WINDOW_SIZE) return;
    numbers.recent[sequence % WINDOW_SIZE] = sequence;
    if (sequence > numbers.highest) numbers.highest = sequence;
  }

  /** True for a record that was remembered, and for one that is too old to tell. */
  has(epoch: number, sequence: number): boolean {
    const numbers = this.#epochs[epoch];
    if (numbers === undefined) return false;
    return sequence <= numbers.highest - WINDOW_SIZE ||
      numbers.recent[sequence % WINDOW_SIZE] === sequence;
  }
}

interface Epoch {
  highest: number;
  /** Each number at its place modulo the size of the window. */
  readonly recent: number[];
}
