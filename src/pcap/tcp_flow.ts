/**
 * One direction of a TCP connection: its segments put in order, and the packets found in them.
 */

import type { Dissector, FlowContext } from "./dissector.ts";
import type { CaptureEvent } from "./events.ts";
import { type Segment, TcpStream } from "./reassembly.ts";
import { StreamChain } from "./stream_chain.ts";

/** One direction: segments in, packets and problems out. */
export class TcpFlow {
  readonly #context: FlowContext;
  readonly #stream: TcpStream;
  /** Null until the first bytes come: many connections never carry any. */
  #layers: Dissector | null = null;
  #hasFinished = false;
  /** How the stream is to be ended, once all its bytes are read. */
  #ending: string | null = null;

  /** `maxWaiting`: bytes out of order that the flow may keep. */
  constructor(context: FlowContext, maxWaiting: number) {
    this.#context = context;
    this.#stream = new TcpStream(maxWaiting);
  }

  /** Memory that bytes in here take, about. */
  get retained(): number {
    return this.#stream.retained + (this.#layers?.retained ?? 0);
  }

  /** True when the segment cannot be of this connection, but of a later one on the same ports. */
  isUnrelated(segment: Segment): boolean {
    return this.#stream.isUnrelated(segment);
  }

  /** True when a segment with this sequence number is not behind what has been read. */
  isCurrent(sequence: number): boolean {
    return this.#stream.isCurrent(sequence);
  }

  /** Takes a segment in; call `next` until null before anything else. */
  push(segment: Segment): void {
    this.#stream.push(segment);
  }

  /** Takes in what the other side has acknowledged; call `next` until null before anything else. */
  acknowledge(acknowledgment: number): void {
    this.#stream.acknowledge(acknowledgment);
  }

  /**
   * Reads what is here, with gaps, and lets go of the rest; `how` completes "the stream …". What
   * comes later is read again. Call `next` until null before anything else.
   */
  end(how: string): void {
    this.#stream.giveUp();
    this.#ending = how;
  }

  /** The next packet or problem; null when that needs more segments. */
  next(): CaptureEvent | null {
    for (;;) {
      const event = this.#layers?.next() ?? null;
      if (event !== null) return event;
      const item = this.#stream.next();
      if (item !== null) {
        this.#layers ??= new StreamChain(this.#context);
        if (item.type === "gap") this.#layers.interrupt(item);
        else this.#layers.push(item);
        continue;
      }
      const ending = this.#takeEnding();
      if (ending === null || this.#layers === null) return null;
      this.#layers.end(ending);
    }
  }

  #takeEnding(): string | null {
    const ending = this.#ending;
    this.#ending = null;
    if (this.#hasFinished || !this.#stream.isFinished) return ending;
    this.#hasFinished = true;
    return "ended";
  }
}
