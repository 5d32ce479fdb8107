import { assertEquals } from "@std/assert";
import type { DecodeError } from "../../../src/errors.ts";
import * as verdict from "../../../src/variant/verdict.ts";

const INVALID = "ERR_INVALID_DATA";

Deno.test("verdicts have the engine's code, a reason, the place and words", async (t) => {
  const rows: [error: DecodeError, code: string, reason: string, what: string, why: string][] = [
    [
      verdict.truncated("Vector2", 12, 8, 3),
      ...[INVALID, "truncated", "Vector2", "needs 8 bytes, 3 left"] as const,
    ],
    [
      verdict.truncated("bool", 12, 1, 0),
      ...[INVALID, "truncated", "bool", "needs 1 byte, 0 left"] as const,
    ],
    [
      verdict.stringTruncated("String", 12, 8, 5),
      ...["ERR_FILE_EOF", "truncated", "String"] as const,
      "its length says 8 bytes with padding, 5 left",
    ],
    [
      verdict.badStringLength("String", 12, -1),
      ...["ERR_FILE_EOF", "bad-length", "String"] as const,
      "its length -1 is beyond what a string can have",
    ],
    [
      verdict.badUtf8("StringName", 12),
      ...[INVALID, "bad-utf8", "StringName", "its bytes are not valid UTF-8"] as const,
    ],
    [
      verdict.unknownType(12, 39, 39),
      ...[INVALID, "unknown-type", "Variant"] as const,
      "type 39 does not exist, the last one is 38",
    ],
    [
      verdict.tooDeep(12),
      ...["ERR_OUT_OF_MEMORY", "too-deep", "Variant"] as const,
      "Variant is too deep: more than 1024 levels of nesting",
    ],
    [
      verdict.badCount("PackedColorArray", 12, -5),
      ...[INVALID, "bad-count", "PackedColorArray"] as const,
      "its count -5 is beyond what an array can have",
    ],
    [
      verdict.arrayTruncated("PackedInt32Array", 12, 2, 8, 7),
      ...[INVALID, "truncated", "PackedInt32Array"] as const,
      "its count says 2 elements in 8 bytes, 7 left",
    ],
    [
      verdict.arrayTruncated("PackedByteArray", 12, 1, 1, 0),
      ...[INVALID, "truncated", "PackedByteArray"] as const,
      "its count says 1 element in 1 byte, 0 left",
    ],
    [
      verdict.badElementType("Array", 12, 39),
      ...[INVALID, "bad-container-type", "Array", "its element type 39 does not exist"] as const,
    ],
    [
      verdict.badScriptPath("Array", 12, 'user://"x".gd'),
      ...[INVALID, "bad-script-path", "Array"] as const,
      String.raw`its script path "user://\"x\".gd" does not begin with res://`,
    ],
    [
      verdict.scriptNotText(12),
      ...[INVALID, "bad-script-path", "Object", "its script property is not a String"] as const,
    ],
    [
      verdict.objectNotAllowed(12),
      ...["ERR_UNAUTHORIZED", "object-not-allowed", "Object"] as const,
      "the packet holds a full object, and objects are not allowed",
    ],
    [
      verdict.legacyNodePath(12),
      ...[INVALID, "legacy-node-path", "NodePath"] as const,
      "the form of Godot before 2.0, a plain string, is not supported",
    ],
  ];
  for (const [error, code, reason, what, why] of rows) {
    await t.step(`${reason}: ${error.problem}`, () => {
      assertEquals([error.code, error.reason, error.offset, error.path], [code, reason, 12, []]);
      assertEquals(error.problem, `cannot decode ${what}: ${why}`);
      assertEquals(error.message, `Cannot decode ${what} at byte 12: ${why}`);
    });
  }
});
