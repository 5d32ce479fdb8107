/**
 * Which packets of a numbered series came: what was lost, came twice, or came out of order. Exact,
 * however late a packet comes. It takes one bit for each packet, and next to nothing where all came.
 */

/** How often that many packets in a row were lost: `{"1": 10, "3": 1}`. */
export type LossRuns = Readonly<Record<string, number>>;

/** Keeps account of packets that are numbered from 0 on. */
export class SequenceTracker {
  /** One bit for each packet that came; null for a page that is full. */
  readonly #pages: (Page | null)[] = [];
  /** RFC 4737, 3.3: one more than the largest number that came. */
  #nextExpected = 0;
  #received = 0;
  #duplicate = 0;
  #reordered = 0;

  /** Packets that came, each counted once. */
  get received(): number {
    return this.#received;
  }

  /** Copies of packets that had come before. */
  get duplicate(): number {
    return this.#duplicate;
  }

  /**
   * Packets that came after one with a larger number: Type-P-Reordered of RFC 4737, 3.3. Only the
   * first copy of a packet counts.
   */
  get reordered(): number {
    return this.#reordered;
  }

  /** Notes that a packet came; false when it had come before. */
  receive(sequence: number): boolean {
    if (!this.#mark(sequence)) {
      this.#duplicate++;
      return false;
    }
    this.#received++;
    if (sequence < this.#nextExpected) this.#reordered++;
    else this.#nextExpected = sequence + 1;
    return true;
  }

  /** Sets the bit of a packet; false when it is set. */
  #mark(sequence: number): boolean {
    const index = Math.floor(sequence / PAGE_SIZE);
    const page = this.#pageAt(index);
    if (page === null) return false;
    const bit = sequence % PAGE_SIZE;
    const word = page.words[bit >>> 5]!; // a page has a bit for each remainder
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return false;
    page.words[bit >>> 5] = word | mask;
    if (++page.count === PAGE_SIZE) this.#pages[index] = null;
    return true;
  }

  #pageAt(index: number): Page | null {
    while (this.#pages.length <= index) {
      this.#pages.push({ words: new Uint32Array(PAGE_SIZE / 32), count: 0 });
    }
    return this.#pages[index]!; // there is one by now
  }

  /** The runs of packets that did not come, of the first `sent`. */
  lossRuns(sent: number): LossRuns {
    const runs = new Map<number, number>();
    let run = 0;
    const end = (): void => {
      if (run > 0) runs.set(run, (runs.get(run) ?? 0) + 1);
      run = 0;
    };
    for (let at = 0; at < sent;) {
      const page = this.#pages[Math.floor(at / PAGE_SIZE)];
      const word = page === undefined ? 0 : page?.words[at % PAGE_SIZE >>> 5] ?? ALL;
      const size = Math.min(32, sent - at);
      if (word === ALL) end();
      else if (word === 0) run += size;
      else {
        for (let bit = 0; bit < size; bit++) {
          if ((word >>> bit & 1) === 0) run++;
          else end();
        }
      }
      at += size;
    }
    end();
    return Object.fromEntries([...runs].sort(([a], [b]) => a - b));
  }
}

/** A stretch of packets: which of them came, and how many. */
interface Page {
  readonly words: Uint32Array;
  count: number;
}

/** Packets of a page. */
const PAGE_SIZE = 8192;
/** A word of a page whose packets all came. */
const ALL = 0xffffffff;

/** Adds up runs that were counted apart. */
export function addLossRuns(all: readonly LossRuns[]): LossRuns {
  const sum = new Map<number, number>();
  for (const runs of all) {
    for (const [length, count] of Object.entries(runs)) {
      sum.set(Number(length), (sum.get(Number(length)) ?? 0) + count);
    }
  }
  return Object.fromEntries([...sum].sort(([a], [b]) => a - b));
}

/** The length of the longest run; 0 when nothing was lost. */
export function longestLoss(runs: LossRuns): number {
  return Object.keys(runs).reduce((longest, length) => Math.max(longest, Number(length)), 0);
}
