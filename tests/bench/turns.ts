/**
 * Fair comparison on a machine with good and bad seconds: the contenders are all started, and take
 * turns in short pieces of work. What is compared is neighbours.
 */

import { median } from "./measure.ts";
import { type Argv, RunningPeer } from "./native_peer.ts";

/** What is measured is what goes on and on, not how a program starts. */
const WARM_UP_TURNS = 8;
const TURNS = 40;

/** Reads a turn's figure in the answer of a contender. */
export type FigureOf = (answer: readonly number[], contender: number) => number;

/** What contenders took turns at: a figure a turn for each of them. */
export class Turns {
  readonly #figures: readonly (readonly number[])[];

  private constructor(figures: readonly (readonly number[])[]) {
    this.#figures = figures;
  }

  /** Lets programs do what they are started for. */
  static async of(contenders: readonly Argv[], figureOf: FigureOf): Promise<Turns> {
    await using programs = new AsyncDisposableStack();
    const peers: RunningPeer[] = [];
    for (const argv of contenders) peers.push(programs.use(await RunningPeer.start(argv)));
    return await Turns.ofWork(peers.map((peer, i) => async () => figureOf(await peer.ask(), i)));
  }

  /** The same for any work; each piece answers with a figure. */
  static async ofWork(
    works: readonly (() => Promise<number>)[],
    turns: number = TURNS,
  ): Promise<Turns> {
    const figures = works.map((): number[] => []);
    for (let turn = -WARM_UP_TURNS; turn < turns; turn++) {
      // Who comes after whom makes a difference of some percent, so that it changes each time.
      const order = turn % 2 === 0 ? [...works.entries()] : [...works.entries()].reverse();
      for (const [i, work] of order) {
        const figure = await work();
        if (turn >= 0) figures[i]!.push(figure); // there is one for each
      }
    }
    return new Turns(figures);
  }

  /** The median of how many times as large the first contender's figure is as this one's. */
  ratioTo(other: number): number {
    const theirs = this.#figures[other] ?? [];
    return median((this.#figures[0] ?? []).map((ours, turn) => ours / (theirs[turn] ?? NaN)));
  }

  /** The median of a contender's figures. */
  medianOf(contender: number): number {
    return median(this.#figures[contender] ?? []);
  }
}
