/**
 * Godot's text notation: what `var_to_str` writes and `str_to_var` reads
 * (`core/variant/variant_parser.cpp` of Godot 4.6 and 3.6).
 *
 * **Written** is one line, in the order of the wire, from which the same bytes can be encoded
 * again: no sorted keys, no rounded floats. It is the engine's notation wherever that loses
 * nothing. Where it would, these forms extend it, and the engine does not read them:
 *
 * | form | why |
 * | --- | --- |
 * | `nan(0x7ff8000020000000)` | its bits; in 32-bit places 32 of them, `nan(0xffc00000)` |
 * | `NodePath(["a/b", ""], ["x"], true)` | names that hold `/` or `:`, or nothing; true: absolute |
 * | `Signal("died", 1234)` | name and object id; the engine prints `Signal()` |
 * | `Object(id 1234)` | an object sent as its id |
 * | `Object("my class", "key": 1)` | a class whose name is no plain word |
 * | `Array[Class("int")]([])` | a class named like something else, or by no plain word |
 * | `Array[TYPE_OBJECT]([])`, `TYPE_NIL` | typed by number; `Array[Object]` names the class |
 *
 * Strings keep control characters, line separators and the byte order mark as escapes. Lone
 * surrogates, which no packet can carry, become U+FFFD, as they do on the wire. Ids are printed as
 * the signed ints that scripts see.
 *
 * **Read** is all of this, and what the engine takes: comments after `;`, commas at the end of
 * arrays and dictionaries, the names of Godot 3 and older ones, base64 in PackedByteArray, `nil`,
 * `inf_neg`, `@"name"`, `#ff8800`, vectors cut out of too many numbers. Differences, on purpose:
 *
 * - Numbers are correctly rounded; components of math types then to 32 bits.
 * - `0x1F`, `0b11` and `1_000` are the numbers that they are in a script; `str_to_var` takes them
 *   for 0, 0 and 1. Ints beyond 64 bits are refused; 2^63 wraps to the minimum as there.
 * - `^"path"` and `StringName("name")`, which only scripts know, are read.
 * - More text after the value is an error; `str_to_var` does not look at it.
 * - What `str_to_var` answers with null is an error, with its place. Harmless forms are read all
 *   the same: a color alone, an object without properties and comma, base64 without padding.
 * - Typed containers keep elements that do not fit, and dictionaries equal keys: both can be on the
 *   wire. A word in the brackets that is no built-in type is a class, known or not; `Object` is the
 *   class of that name, as it is in a script.
 * - Nothing is loaded or made. `Object(Class, "property": value)` is data, and so is
 *   `Resource("res://a.gd")`: as the `script` of an object it is the path as a String, which is
 *   what the wire has; elsewhere a Resource with that `resource_path`, as no more is known of it.
 *   `SubResource` and `ExtResource` are refused.
 */

import { readText } from "./text_reader.ts";
import { TextWriter } from "./text_writer.ts";
import type { GodotVersion, Variant } from "./types.ts";

export { isBlankText, ValueLines } from "./text_lines.ts";

/** How to write a value. */
export interface TextOptions {
  /** Whose names the types get: `Quaternion` or, in Godot 3, `Quat`. @default {4} */
  readonly godot?: GodotVersion;
}

/**
 * Writes a value on one line, without loss: `{"cmd": "login", "pos": Vector2(1, 2.5)}`.
 *
 * @throws {EncodeError} when it nests deeper than 1024 levels, as no packet can.
 */
export function variantToText(value: Variant, options: TextOptions = {}): string {
  return new TextWriter(options.godot ?? 4).write(value);
}

/**
 * Reads one value, which may span lines and have blanks and comments around it. The names of both
 * generations are read whatever the options say.
 *
 * @throws {ParseError} with line, column and what was expected there.
 */
export function variantFromText(text: string, _options: TextOptions = {}): Variant {
  return readText(text);
}
