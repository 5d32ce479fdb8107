/**
 * What there is to remark on bytes that the engine accepts: what it makes of them, or that it would
 * never have written them so. One function for each code; codes are stable, texts are not.
 *
 * `warning`: the engine reads something else than what is on the wire. `info`: it reads the same.
 */

import type { Note } from "../bytes/dissection.ts";
import { bytesToHex } from "../bytes/hex.ts";
import type { DecodeError } from "../errors.ts";
import { quoted } from "./text_leaf.ts";
import type { GodotVersion } from "./types.ts";

function info(code: string, message: string): Note {
  return { severity: "info", code, message };
}

function warning(code: string, message: string): Note {
  return { severity: "warning", code, message };
}

/** On the field that makes the engine refuse the packet. */
export function errorNote(error: DecodeError): Note {
  return { severity: "error", code: error.code, message: error.problem };
}

/** On bytes after the value. */
export function trailingBytes(size: number): Note {
  const what = size === 1 ? "1 byte left over; Godot ignores it" : `${size} bytes left over`;
  return warning("trailing-bytes", size === 1 ? what : `${what}; Godot ignores them`);
}

/** On a 64-bit int or float that 32 bits could hold. */
export function nonCanonicalWidth(): Note {
  return info("non-canonical-width", "Godot writes this number in 32 bits");
}

/** On a float that is a 32-bit NaN. */
export function narrowNaN(): Note {
  return info("narrow-nan", "Godot writes NaN in 64 bits");
}

/** On a float that is a signalling 32-bit NaN. */
export function signallingNaN(): Note {
  return warning("signalling-nan", "Godot makes a quiet NaN of this signalling one");
}

/** On a bool that is neither 0 nor 1. */
export function boolValue(value: number): Note {
  return info("bool-value", `Godot reads ${value} as true, and writes true as 1`);
}

/** On header bits without a meaning. `bits`: those that are set. */
export function unusedHeaderBits(bits: number): Note {
  const text = (bits >>> 0).toString(16).padStart(8, "0");
  return info("unused-header-bits", `Godot never sets header bits 0x${text} here and ignores them`);
}

/** On 64-bit math types and packed vectors. `isExact`: 32 bits could hold all of them. */
export function wideReals(isExact: boolean): Note {
  const sender = "64-bit components: the sender is a double-precision build of Godot";
  if (isExact) return info("wide-reals", `${sender}; others write 32 bits`);
  return warning("wide-reals", `${sender}; others round them to 32 bits`);
}

/** On the 64-bit flag where Godot 3 does not look at it. */
export function ignoredWideFlag(): Note {
  const what = "Godot 3 ignores the 64-bit flag here and reads 32-bit floats";
  return warning("ignored-wide-flag", `${what}; a 64-bit value of Godot 4 is misread`);
}

/** On padding that is not zero. */
export function nonzeroPadding(padding: Uint8Array): Note {
  const what = `padding is ${bytesToHex(padding)}; Godot writes zeros and ignores it`;
  return info("nonzero-padding", `${what}: memory of the sender may have leaked`);
}

/** On padding in a NodePath of Godot 3, which never clears it. */
export function leakedPadding(padding: Uint8Array): Note {
  const what = `padding is ${bytesToHex(padding)}: Godot 3 does not clear it in a NodePath`;
  return info("nonzero-padding", `${what}, so memory of the sender leaks`);
}

/** On padding that is not there, as far as the engine lets that pass. */
export function missingPadding(missing: number): Note {
  const what = missing === 1 ? "1 byte of padding is" : `${missing} bytes of padding are`;
  return info("missing-padding", `${what} missing; Godot accepts that at the end of a packet`);
}

/** On a string with NUL inside. `seen`: what the engine reads. */
export function stringNul(seen: string): Note {
  return warning("string-nul", `Godot ends the string at the first NUL: ${excerpt(seen)}`);
}

/** On a string that begins with U+FEFF. */
export function stringBom(): Note {
  return warning("string-bom", "Godot drops the byte order mark at the start");
}

/** On a string that only Godot 3 takes for UTF-8. */
export function lenientUtf8(): Note {
  return warning("lenient-utf8", "this is not valid UTF-8, but Godot 3 accepts it");
}

/** On an item of a PackedStringArray. `count`: the NULs at its end. */
export function packedStringTerminator(count: number): Note {
  const found = count === 0 ? "none here" : `${count} here`;
  return info("packed-string-terminator", `Godot ends each string with one NUL; ${found}`);
}

/** On the count of an Array or Dictionary. `count`: what the engine reads. */
export function countTopBit(count: number): Note {
  const what = "Godot ignores the top bit of the count, a mark of old versions";
  return info("count-top-bit", `${what}: ${count}`);
}

/** On a negative count where the engine takes it for none. */
export function negativeCount(count: number): Note {
  return warning("negative-count", `Godot reads a count of ${count} as 0`);
}

/** On NodePath flags besides bit 0. */
export function nodePathFlags(flags: number): Note {
  const text = (flags >>> 0).toString(16).padStart(8, "0");
  if ((flags & 2) === 0) {
    return info("node-path-flags", `Godot knows bit 0 only; 0x${text} is here`);
  }
  return info(
    "node-path-flags",
    `flags 0x${text}: one more subname follows, a form of old versions`,
  );
}

/** On the absolute NodePath without names, in Godot 3. */
export function nodePathRoot(): Note {
  return warning("node-path-root", "Godot 3 reads the path / as the empty path");
}

/** On NodePath counts whose sum wraps. `total`: what is left of it. */
export function nodePathOverflow(total: number): Note {
  const what = "name and subname count together overflow 32 bits";
  return warning("node-path-overflow", `${what}: Godot reads ${total} of them`);
}

/** On a name in a NodePath that holds what no name can hold: `separator`. */
export function nodePathSeparator(separator: string): Note {
  const what = `a name with ${separator} in it; Godot keeps it`;
  return warning("node-path-separator", `${what}, but as text the path means another one`);
}

/** On an empty name or subname in a NodePath. */
export function nodePathEmptyName(): Note {
  const what = "an empty name; Godot keeps it";
  return warning("node-path-empty-name", `${what}, but as text the path means another one`);
}

/** On an object id of 0. */
export function objectIdZero(): Note {
  return info("object-id-zero", "Godot reads id 0 as null, and writes null as Nil");
}

/** On an object in full without a class. */
export function emptyClass(): Note {
  return info("empty-class", "Godot reads an empty class as null, and writes null as Nil");
}

/** On a typed container whose class has no name. */
export function emptyElementClass(): Note {
  return warning("empty-class", "Godot reads an empty class as Object");
}

/** On a key that Godot has seen before in the same Dictionary. */
export function duplicateKey(firstOffset: number): Note {
  const what = `the same key as at byte ${firstOffset}`;
  return warning("duplicate-key", `${what}: Godot keeps one entry, with the last value`);
}

/** On a property that was set before on the same object. */
export function duplicateProperty(firstOffset: number): Note {
  return warning("duplicate-property", `set at byte ${firstOffset} already: the last value stays`);
}

/** On a typed container of type 0. */
export function elementTypeNil(): Note {
  return info("element-type-nil", "Godot reads element type Nil as untyped");
}

/** On an element or key that the engine converts to the declared type. */
export function elementConverted(found: string, wanted: string): Note {
  return warning("element-converted", `Godot converts this ${found} to ${wanted}`);
}

/** On an element that the declared type leaves no room for. */
export function elementDropped(found: string, wanted: string): Note {
  return warning("element-dropped", `Godot drops this ${found}: it should be ${wanted}`);
}

/** On a key that the declared type leaves no room for. */
export function keyDropped(found: string, wanted: string): Note {
  const what = `Godot drops the entry: its key is ${found} and should be ${wanted}`;
  return warning("element-dropped", what);
}

/** On a value of a Dictionary that is not of the declared type. */
export function valueKept(found: string, wanted: string): Note {
  return warning("value-kept", `should be ${wanted}; Godot keeps the ${found} all the same`);
}

/** On an object type of a container, where objects are not allowed. */
export function elementClassReplaced(declared: string): Note {
  const what = `without objects, Godot reads the element type ${declared} as EncodedObjectAsID`;
  return warning("element-class-replaced", what);
}

/** On the class of a typed container, where objects are allowed. */
export function elementClassNotChecked(className: string): Note {
  return info("class-not-checked", `Godot drops elements that are no ${excerpt(className)}`);
}

/** On the class of an object in full. */
export function classNotChecked(className: string, godot: GodotVersion): Note {
  const code = godot === 3 ? "ERR_UNAVAILABLE" : "ERR_INVALID_DATA";
  const what = `Godot refuses the packet with ${code} if it cannot instantiate`;
  return info("class-not-checked", `${what} ${excerpt(className)}`);
}

/** On a script path that the engine would load. */
export function scriptNotChecked(path: string): Note {
  const what = "Godot refuses the packet with ERR_INVALID_DATA if it cannot load";
  return info("script-not-checked", `${what} ${excerpt(path)}`);
}

const EXCERPT_LENGTH = 40;

/** In quotes, and short enough for a sentence. */
function excerpt(text: string): string {
  return quoted(text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text);
}
