/** When packets were captured: since the beginning, since the last one, and on the clock. */

/** How a time is shown to people. */
export type TimeFormat = "absolute" | "relative" | "delta";

const NANOSECONDS = 1_000_000_000n;

/** Times of one input, in nanoseconds since 1970; 0 is a time that is not known. */
export class FrameTimes {
  #first = 0n;
  /** The second that was written last, and how. */
  #second = -1n;
  #secondText = "";

  /** Tells the next packet; the time of the first one is what all others count from. */
  note(packet: { readonly time: bigint }): void {
    if (this.#first === 0n) this.#first = packet.time;
  }

  /** Seconds since the first packet; null when not known. */
  elapsed(time: bigint): number | null {
    return time === 0n ? null : this.elapsedNanoseconds(time) / 1e9;
  }

  /** The same of a time that is known, in nanoseconds. */
  elapsedNanoseconds(time: bigint): number {
    return Number(time - this.#first);
  }

  /** RFC 3339 in UTC, with so many digits behind the second. */
  iso(time: bigint, digits: 6 | 9 = 9): string {
    const second = time / NANOSECONDS;
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText = new Date(Number(second) * 1000).toISOString().slice(0, -4);
    }
    const fraction = String(time - second * NANOSECONDS).padStart(9, "0");
    return `${this.#secondText}${digits === 9 ? fraction : fraction.slice(0, digits)}Z`;
  }
}

/** Writes times of the lines for people, all of the same width as far as possible. */
export class TimeColumn {
  readonly #times: FrameTimes;
  readonly #format: TimeFormat;
  #last: bigint | null = null;

  constructor(times: FrameTimes, format: TimeFormat) {
    this.#times = times;
    this.#format = format;
  }

  /** The time of the next line. */
  text(time: bigint): string {
    const last = this.#last ?? time;
    this.#last = time;
    if (time === 0n) return "-".padStart(this.#format === "absolute" ? 27 : 11);
    if (this.#format === "absolute") return this.#times.iso(time, 6);
    const seconds = this.#format === "delta"
      ? Number(time - last) / 1e9
      : this.#times.elapsed(time) ?? 0;
    return seconds.toFixed(6).padStart(11);
  }
}
