/**
 * The real engine for tests: finds it, runs scripts of `fixtures/godot4` and `fixtures/godot3` in it,
 * collects what they print. Every wait has a deadline, and a wait that fails shows all that the
 * engine has printed.
 *
 * Where the engine comes from, first match:
 * 1. `PACKETPEER_GODOT` (Godot 4.5 or later) and `PACKETPEER_GODOT3` (3.5 or later): a program.
 * 2. `PACKETPEER_GODOT_ROOT`: the root folder of a system that has `godot` and `godot3-server`
 *    installed, entered with `chroot`, which needs root. Loopback is shared with it.
 * 3. `godot` and `godot3-server` on the PATH.
 *
 * Without an engine its tests are ignored, with the reason in their names. An engine that a variable
 * names and that does not work is an error: nobody wants these tests to be skipped by accident.
 */

import type { GodotVersion } from "../../src/variant/types.ts";
import { OutputLines } from "../support/run_cli.ts";

/** How long any single wait may take, in milliseconds. */
const DEADLINE_MS = 30_000;

const FIXTURES = new URL("../../fixtures/", import.meta.url);

const PROGRAMS = {
  4: { variable: "PACKETPEER_GODOT", program: "godot", oldest: [4, 5], flags: ["--headless"] },
  3: { variable: "PACKETPEER_GODOT3", program: "godot3-server", oldest: [3, 5], flags: [] },
} as const;

const ROOT_VARIABLE = "PACKETPEER_GODOT_ROOT";

/** An engine that is there, or why there is none. */
export type FoundGodot = Godot | { readonly reason: string };

/** Looks for the engine. Throws when a variable names one that does not work. */
export async function findGodot(generation: GodotVersion): Promise<FoundGodot> {
  const { variable, program } = PROGRAMS[generation];
  const named = Deno.env.get(variable);
  if (named) return await tryGodot(new Godot(generation, [named], ""), variable);
  const root = Deno.env.get(ROOT_VARIABLE)?.replace(/\/+$/, "");
  if (root) {
    return await tryGodot(new Godot(generation, ["chroot", root, program], root), ROOT_VARIABLE);
  }
  return await tryGodot(new Godot(generation, [program], ""), null);
}

async function tryGodot(godot: Godot, variable: string | null): Promise<FoundGodot> {
  const reason = await godot.explainUnusable();
  if (reason === null) return godot;
  if (variable !== null) throw new Error(`${variable}: ${reason}`);
  const { program, variable: own } = PROGRAMS[godot.generation];
  return { reason: `no usable ${program}: ${reason}; ${own} or ${ROOT_VARIABLE} may name one` };
}

/** Registers a test that needs the engine; without one it is ignored and its name says why. */
export function godotTest(
  found: FoundGodot,
  name: string,
  test: (godot: Godot) => Promise<void>,
): void {
  if (found instanceof Godot) Deno.test(name, () => test(found));
  else Deno.test({ name: `${name} (${found.reason})`, ignore: true, fn: () => {} });
}

/** What a script printed until it ended. */
export interface GodotResult {
  readonly code: number;
  /** Lines of stdout, without the engine's banner. */
  readonly lines: readonly string[];
}

/** An engine that can be started. */
export class Godot {
  readonly generation: GodotVersion;
  readonly #command: readonly [program: string, ...args: string[]];
  /** Where the file system of the engine begins, without the last slash; empty for ours. */
  readonly #root: string;

  constructor(
    generation: GodotVersion,
    command: readonly [program: string, ...args: string[]],
    root: string,
  ) {
    this.generation = generation;
    this.#command = command;
    this.#root = root;
  }

  /** Why this engine does not serve these tests; null when it does. */
  async explainUnusable(): Promise<string | null> {
    const { oldest: [major, minor] } = PROGRAMS[this.generation];
    const [program, ...args] = this.#command;
    try {
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args: [...args, "--version"],
        stdin: "null",
        signal: AbortSignal.timeout(DEADLINE_MS),
      }).output();
      const answer = new TextDecoder().decode(code === 0 ? stdout : stderr).trim();
      const version = answer.match(/^(\d+)\.(\d+)/);
      if (version === null) return answer.split("\n")[0] || `it ended with ${code}`;
      const isNewEnough = Number(version[1]) === major && Number(version[2]) >= minor;
      return isNewEnough ? null : `${version[0]} is not Godot ${major}.${minor} or later`;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return `${program} is not there`;
      throw error;
    }
  }

  /** Runs a script to its end. `files` are written into the project, next to the script. */
  async run(
    script: string,
    args: readonly string[] = [],
    files: Readonly<Record<string, string>> = {},
  ): Promise<GodotResult> {
    await using run = await this.start(script, args, files);
    return await run.result();
  }

  /** Starts a script and leaves it running; `await using` ends it whatever happens. */
  async start(
    script: string,
    args: readonly string[] = [],
    files: Readonly<Record<string, string>> = {},
  ): Promise<GodotRun> {
    const project = await this.#copyProject(files);
    const path = project.slice(this.#root.length);
    const [program, ...programArgs] = this.#command;
    const command = new Deno.Command(program, {
      args: [
        ...programArgs,
        ...PROGRAMS[this.generation].flags,
        ...["--path", path, "-s", script, "--", ...args],
      ],
      env: { HOME: path }, // where the engine keeps what it wants to keep
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    return new GodotRun(command.spawn(), script, project);
  }

  async #copyProject(files: Readonly<Record<string, string>>): Promise<string> {
    const temporary = this.#root === "" ? {} : { dir: `${this.#root}/tmp` };
    const project = await Deno.makeTempDir({ prefix: "packetpeer-", ...temporary });
    const source = new URL(`godot${this.generation}/`, FIXTURES);
    for await (const { name, isFile } of Deno.readDir(source)) {
      if (isFile) await Deno.copyFile(new URL(name, source), `${project}/${name}`);
    }
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${project}/${name}`, text);
    }
    return project;
  }
}

/** A script under way. */
export class GodotRun implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #script: string;
  readonly #project: string;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: OutputLines;
  readonly #stderr: OutputLines;

  constructor(child: Deno.ChildProcess, script: string, project: string) {
    this.#child = child;
    this.#script = script;
    this.#project = project;
    this.#stdin = child.stdin.getWriter();
    this.#stdout = new OutputLines(child.stdout);
    this.#stderr = new OutputLines(child.stderr);
  }

  /** Writes a line to the script's stdin. */
  async say(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Waits for the next line of stdout that matches. */
  line(pattern: RegExp | string): Promise<string> {
    return this.#within(this.#stdout.line(pattern), `a line like ${pattern}`);
  }

  /** Waits for the end of the script. */
  async result(): Promise<GodotResult> {
    const ended = Promise.all([this.#child.status, this.#stdout.ended, this.#stderr.ended]);
    const [status] = await this.#within(ended, "its end");
    if (status.signal !== null) throw this.#failure(`ended by ${status.signal}`);
    return { code: status.code, lines: withoutBanner(this.#stdout.allLines) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await Promise.all([this.#child.status, this.#stdout.ended, this.#stderr.ended]);
    await this.#stdin.abort();
    await Deno.remove(this.#project, { recursive: true });
  }

  async #within<T>(wait: Promise<T>, what: string): Promise<T> {
    const deadline = Promise.withResolvers<never>();
    const giveUp = (): void => deadline.reject(new Error(`${DEADLINE_MS} ms are over`));
    const timer = setTimeout(giveUp, DEADLINE_MS);
    try {
      return await Promise.race([wait, deadline.promise]);
    } catch (error) {
      throw this.#failure(`waited in vain for ${what}`, error);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(what: string, cause?: unknown): Error {
    const outputs = `--- stdout\n${tail(this.#stdout)}\n--- stderr\n${tail(this.#stderr)}\n---`;
    return new Error(`${this.#script}: ${what}\n${outputs}`, { cause });
  }
}

/** The engine names itself and its graphics driver before the script runs, then an empty line. */
function withoutBanner(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => line.trim() === "");
  return lines.slice(end + 1);
}

function tail(output: OutputLines): string {
  return output.allLines.slice(-40).map((line) => line.slice(0, 400)).join("\n");
}
