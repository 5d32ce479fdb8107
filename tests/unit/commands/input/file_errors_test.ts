import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import {
  unreadable,
  unwritable,
  whyUnwritable,
} from "../../../../src/commands/input/file_errors.ts";
import { UsageError } from "../../../../src/errors.ts";

const { NotFound, IsADirectory, PermissionDenied, NotCapable } = Deno.errors;
const DISK = Object.assign(new Error("Input/output error"), { code: "EIO" });
const DENIED = "Deno was not given the permission; run with --allow-";

Deno.test("unreadable() names the reason and its Godot error", () => {
  const rows = [
    [new NotFound(), "no such file", "ERR_FILE_NOT_FOUND"],
    [new IsADirectory(), "it is a directory", "ERR_FILE_CANT_READ"],
    [new PermissionDenied(), "permission denied", "ERR_FILE_CANT_OPEN"],
    [new NotCapable(), `${DENIED}read`, "ERR_FILE_CANT_OPEN"],
    [DISK, "Input/output error", "ERR_FILE_CANT_READ"],
  ] as const;
  for (const [cause, why, code] of rows) {
    const error = unreadable("f", cause);
    assertInstanceOf(error, UsageError);
    assertEquals([error.message, error.code], [`cannot read f: ${why}`, code]);
  }
});

Deno.test("unwritable() and whyUnwritable() do so for files to write", () => {
  const rows = [
    [new NotFound(), "no such folder", "ERR_FILE_NOT_FOUND"],
    [new IsADirectory(), "it is a directory", "ERR_FILE_CANT_WRITE"],
    [new PermissionDenied(), "permission denied", "ERR_FILE_CANT_OPEN"],
    [new NotCapable(), `${DENIED}write`, "ERR_FILE_CANT_OPEN"],
    [DISK, "Input/output error", "ERR_FILE_CANT_WRITE"],
  ] as const;
  for (const [cause, why, code] of rows) {
    const error = unwritable("f", cause);
    assertInstanceOf(error, UsageError);
    assertEquals([error.message, error.code], [`cannot write f: ${why}`, code]);
    assertEquals(whyUnwritable(cause), why);
  }
});

Deno.test("unreadable() and unwritable() pass on what is no error of the system", () => {
  const bug = new TypeError("bug");
  assertStrictEquals(unreadable("f", bug), bug);
  assertStrictEquals(unwritable("f", bug), bug);
});
