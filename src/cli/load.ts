/**
 * Modules that are loaded when they are used, and not looked at before: Deno reads everything that
 * an `import("…")` in plain sight names before it starts, which costs more than `--help` takes.
 * Deno wants the permission to read a module that is loaded so; `deno compile` wants `--include src`.
 */

import { UsageError } from "../errors.ts";

/**
 * Imports a module; `path` is as seen from this file, and `M` is `typeof import(path)`.
 * Throws `UsageError` when Deno was not given the permission to read it.
 */
export async function load<M>(path: string): Promise<M> {
  try {
    return await import(path);
  } catch (error) {
    if (!(error instanceof TypeError && error.message.startsWith("Requires read access"))) {
      throw error;
    }
    const message = "Deno may not read packetpeer's own modules; run it with --allow-read";
    throw new UsageError(message, "ERR_UNAUTHORIZED");
  }
}
