/** Why a file cannot be read or written: in words, and as the nearest of Godot's errors. */

import { type GodotError, UsageError } from "../../errors.ts";

interface Cause {
  readonly is: new () => Error;
  readonly why: string;
  readonly code: GodotError;
}

const READ_CAUSES: readonly Cause[] = [
  { is: Deno.errors.NotFound, why: "no such file", code: "ERR_FILE_NOT_FOUND" },
  { is: Deno.errors.IsADirectory, why: "it is a directory", code: "ERR_FILE_CANT_READ" },
  ...permissionCauses("--allow-read"),
];

const WRITE_CAUSES: readonly Cause[] = [
  { is: Deno.errors.NotFound, why: "no such folder", code: "ERR_FILE_NOT_FOUND" },
  { is: Deno.errors.IsADirectory, why: "it is a directory", code: "ERR_FILE_CANT_WRITE" },
  ...permissionCauses("--allow-write"),
];

/** What to tell about a file that cannot be read; anything that is not the system's doing, as is. */
export function unreadable(path: string, error: unknown): unknown {
  const { why, code = "ERR_FILE_CANT_READ" } = explain(error, READ_CAUSES);
  return why === null ? error : new UsageError(`cannot read ${path}: ${why}`, code);
}

/** What to tell about a file that cannot be written; anything not the system's doing, as is. */
export function unwritable(path: string, error: unknown): unknown {
  const { why, code = "ERR_FILE_CANT_WRITE" } = explain(error, WRITE_CAUSES);
  return why === null ? error : new UsageError(`cannot write ${path}: ${why}`, code);
}

/** Why a file could not be written: the end of a sentence. */
export function whyUnwritable(error: unknown): string {
  return explain(error, WRITE_CAUSES).why ??
    (error instanceof Error ? error.message : String(error));
}

/** Errors of the system carry its code (`EIO`), programming errors do not: no reason is given. */
function explain(
  error: unknown,
  causes: readonly Cause[],
): { readonly why: string | null; readonly code?: GodotError } {
  const cause = causes.find(({ is }) => error instanceof is);
  if (cause !== undefined) return cause;
  const isSystemError = error instanceof Error && "code" in error && typeof error.code === "string";
  return { why: isSystemError ? error.message : null };
}

function permissionCauses(option: string): readonly Cause[] {
  const code = "ERR_FILE_CANT_OPEN";
  const why = `Deno was not given the permission; run with ${option}`;
  return [
    { is: Deno.errors.PermissionDenied, why: "permission denied", code },
    { is: Deno.errors.NotCapable, why, code },
  ];
}
