/**
 * `--session-cache`: sessions to resume, in a JSON file: an object with a session in PEM for each
 * endpoint. They are secrets, so that only the file's owner may read it.
 */

import type { Io } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import type { SessionStore } from "../../net/security.ts";
import { unreadable, unwritable } from "../input/file_errors.ts";

/** The sessions of one file. */
export class FileSessions implements SessionStore {
  readonly #path: string;
  readonly #io: Io;
  readonly #sessions: Map<string, string>;
  #isChanged = false;

  private constructor(path: string, io: Io, sessions: Map<string, string>) {
    this.#path = path;
    this.#io = io;
    this.#sessions = sessions;
  }

  /** Reads the file; none is an empty one. Throws `UsageError` when it is something else. */
  static async open(path: string, io: Io): Promise<FileSessions> {
    try {
      const text = new TextDecoder().decode(await io.readFile(path));
      return new FileSessions(path, io, parse(text, path));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      if (!(error instanceof Deno.errors.NotFound)) throw unreadable(path, error);
    }
    const empty = new FileSessions(path, io, new Map());
    await empty.#write();
    return empty;
  }

  get(endpoint: string): string | null {
    return this.#sessions.get(endpoint) ?? null;
  }

  set(endpoint: string, session: string): void {
    this.#sessions.set(endpoint, session);
    this.#isChanged = true;
  }

  /** Writes the file, if there is something new. Throws `UsageError` when that fails. */
  async save(): Promise<void> {
    if (this.#isChanged) await this.#write();
    this.#isChanged = false;
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify(Object.fromEntries(this.#sessions), null, 2)}\n`;
    const how = { overwrites: true, isSecret: true };
    try {
      await this.#io.writeFile(this.#path, new TextEncoder().encode(text), how);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

function parse(text: string, path: string): Map<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const entries = typeof content === "object" && content !== null ? Object.entries(content) : null;
  if (entries === null || !entries.every(([, session]) => typeof session === "string")) {
    const why = "it holds no sessions; name a new file, or one that packetpeer has written";
    throw new UsageError(`cannot use --session-cache ${path}: ${why}`, "ERR_INVALID_DATA");
  }
  return new Map(entries);
}
