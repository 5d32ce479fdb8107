/**
 * Which packet a reply answers, by order alone: the first reply belongs to the first packet, and so
 * on. That is all one can know of replies that do not say what they answer.
 */

/** Matches replies to packets in the order of sending. Times are in microseconds of one clock. */
export class ReplyMatcher {
  readonly #sentAt: number[] = [];
  #first = 0;

  /** Packets that no reply came for yet. */
  get waiting(): number {
    return this.#sentAt.length - this.#first;
  }

  /** Notes a packet that is being sent. */
  sent(timeMicros: number): void {
    this.#sentAt.push(timeMicros);
  }

  /** The round trip that a reply ends, in milliseconds; null when no packet waits for one. */
  replied(timeMicros: number): number | null {
    const sentAt = this.#sentAt[this.#first];
    if (sentAt === undefined) return null;
    this.#first++;
    if (this.#first === this.#sentAt.length) this.#forgetMatched();
    return (timeMicros - sentAt) / 1000;
  }

  #forgetMatched(): void {
    this.#sentAt.length = 0;
    this.#first = 0;
  }
}
