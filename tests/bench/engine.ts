// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/** The engine as a contender: it does pieces of work of its own codec when it is asked to. */

import { assertEquals } from "@std/assert";
import { VariantEncoder } from "../../src/variant/encode.ts";
import { findGodot, Godot, type GodotRun } from "../interop/godot.ts";
import { CASES } from "./cases.ts";

/** A running engine, ended by `using`. */
export class Engine implements AsyncDisposable {
  readonly #run: GodotRun;

  private constructor(run: GodotRun) {
    this.#run = run;
  }

  /** Starts it and compares what it encodes with what we do. null, and a line, without an engine. */
  static async start(): Promise<Engine | null> {
    const godot = await findGodot(4);
    if (!(godot instanceof Godot)) {
      console.log(`No comparison with the engine: ${godot.reason}`);
      return null;
    }
    await using started = new AsyncDisposableStack();
    const engine = started.use(new Engine(await godot.start("codec_bench.gd")));
    for (const { name, variant } of CASES) {
      const hex = new VariantEncoder().encode(variant).toHex();
      assertEquals(await engine.#ask(name, "hex"), hex, `the engine encodes ${name} differently`);
    }
    started.move();
    return engine;
  }

  /** Work for `Turns`: answers with runs a second. */
  work(message: string, action: "decode" | "encode"): () => Promise<number> {
    return async () => Number(await this.#ask(message, action));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run[Symbol.asyncDispose]();
  }

  async #ask(message: string, action: string): Promise<string> {
    await this.#run.say(`${action}\t${message}`);
    return (await this.#run.line(/^answer\t/)).slice("answer\t".length);
  }
}
