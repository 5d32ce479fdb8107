/**
 * Bytes to a verdict, without building a value: the same checks in the same order as `decode.ts`,
 * and the same errors. For statistics, and to know cheaply that a packet has nothing to remark.
 */

import { decodeUtf8 } from "../bytes/utf8.ts";
import { DecodeError } from "../errors.ts";
import { decodeVariant } from "./decode.ts";
import type { DecodeOptions } from "./decoding.ts";
import { elementFit } from "./element_fit.ts";
import { isNullClass, isScriptPath, isScriptProperty } from "./engine_text.ts";
import { CONTAINER_KIND, COUNT_MASK, FLAG_64, KEY_KIND_SHIFT, VALUE_KIND_SHIFT } from "./layout.ts";
import { entryStep } from "./path.ts";
import { scanFloat, scanInt, scanLeaf } from "./scan_leaves.ts";
import { readString, Scanning, scanString } from "./scanning.ts";
import { MAX_DEPTH, type Variant, VARIANT_MAX, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** What a packet holds, in numbers. */
export interface VariantSummary {
  /** Type of the outermost value. */
  readonly type: VariantType;
  /** Bytes that the value takes; what comes after it is trailing. */
  readonly size: number;
  /** Values at all levels: the outermost one, elements, keys, property values. */
  readonly valueCount: number;
  /** Level of the innermost value; 0 when the outermost value holds no others. */
  readonly maxDepth: number;
  /** False only when `dissectVariant` would give no notes on these bytes. */
  readonly mayHaveNotes: boolean;
}

/**
 * Reads over one packet that holds one Variant; bytes after the value are ignored, as in Godot.
 *
 * @throws {DecodeError} when the engine would refuse the bytes: the error of `decodeVariant`.
 */
export function scanVariant(bytes: Uint8Array, options: DecodeOptions = {}): VariantSummary {
  return new VariantScanner(options).scan(bytes);
}

/** True when the bytes are exactly one Variant, from the first to the last. */
export function isOneVariant(bytes: Uint8Array, options: DecodeOptions = {}): boolean {
  try {
    return scanVariant(bytes, options).size === bytes.length;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

/** A scanner to keep for many packets: it saves setting up for each. */
export class VariantScanner {
  readonly #state: Scanning;

  constructor(options: DecodeOptions = {}) {
    this.#state = new Scanning(options);
  }

  /** Like `scanVariant`. */
  scan(bytes: Uint8Array): VariantSummary {
    const s = this.#state;
    s.begin(bytes);
    try {
      const type = scanValue(s, 0);
      const { offset, valueCount, maxDepth } = s;
      const size = Math.min(offset, bytes.length); // missing padding is passed over
      const mayHaveNotes = s.isUnusual || offset !== bytes.length;
      return { type, size, valueCount, maxDepth, mayHaveNotes };
    } catch (error) {
      if (error instanceof DecodeError) throw error.at(s.takePath());
      throw error;
    }
  }
}

function scanValue(s: Scanning, depth: number): VariantType {
  if (depth > MAX_DEPTH) throw verdict.tooDeep(s.offset);
  s.need(4, "Variant header");
  const header = s.view.getInt32(s.position, true);
  const type = s.types[header & 0xff];
  if (type === undefined) throw s.unknownType(s.offset, header & 0xff);
  s.position += 4;
  s.valueCount++;
  if (depth > s.maxDepth) s.maxDepth = depth;
  if ((header & ~s.knownBits[type]!) !== 0) s.isUnusual = true;
  switch (type) {
    case VariantType.Int:
      scanInt(s, header);
      break;
    case VariantType.Float:
      scanFloat(s, header);
      break;
    case VariantType.String:
      scanString(s, type);
      break;
    case VariantType.Dictionary:
      scanDictionary(s, header, depth);
      break;
    case VariantType.Array:
      scanArray(s, header, depth);
      break;
    case VariantType.Object:
      scanObject(s, header, depth);
      break;
    default:
      scanLeaf(s, type, header);
  }
  return type;
}

function scanObject(s: Scanning, header: number, depth: number): void {
  if ((header & FLAG_64) !== 0) {
    s.need(8, "Object id");
    const { view, position } = s;
    s.remarkIf((view.getInt32(position, true) | view.getInt32(position + 4, true)) === 0);
    s.position += 8;
    return;
  }
  if (!s.allowObjects) throw verdict.objectNotAllowed(s.offset - 4);
  s.isUnusual = true; // Godot may not know the class
  if (isNullClass(readString(s, "Object class"))) return;
  s.need(4, "Object property count");
  const count = s.view.getInt32(s.position, true);
  s.position += 4;
  for (let i = 0; i < count; i++) scanProperty(s, depth);
}

function scanProperty(s: Scanning, depth: number): void {
  const name = readString(s, "Object property name");
  const start = s.position;
  try {
    const type = scanValue(s, depth + 1);
    if (s.godot === 4 && isScriptProperty(name)) checkScript(s, type, start);
  } catch (error) {
    s.unwind(name);
    throw error;
  }
}

function checkScript(s: Scanning, type: VariantType, start: number): void {
  if (type === VariantType.Nil) return;
  const offset = start - s.base;
  if (type !== VariantType.String) throw verdict.scriptNotText(offset);
  const length = s.view.getInt32(start + 4, true);
  const path = decodeUtf8(s.bytes, start + 8, start + 8 + length) ?? ""; // never null: scanned
  if (!isScriptPath(path)) throw verdict.badScriptPath("Object", offset, path);
}

function takeCount(s: Scanning, what: VariantType): number {
  if (s.remaining < 4) s.need(4, `${s.nameOf(what)} count`);
  const count = s.view.getUint32(s.position, true);
  s.position += 4;
  s.remarkIf(count > COUNT_MASK);
  return count & COUNT_MASK;
}

function scanArray(s: Scanning, header: number, depth: number): void {
  const elementType = scanElementType(s, (header >>> KEY_KIND_SHIFT) & 3, VariantType.Array);
  const count = takeCount(s, VariantType.Array);
  let i = 0;
  try {
    for (; i < count; i++) checkFit(s, elementType, scanValue(s, depth + 1));
  } catch (error) {
    s.unwind(i);
    throw error;
  }
}

function checkFit(s: Scanning, wanted: VariantType, found: VariantType): void {
  if (wanted !== VariantType.Nil) s.remarkIf(elementFit(wanted, found) !== "same");
}

function scanDictionary(s: Scanning, header: number, depth: number): void {
  const keyKind = (header >>> KEY_KIND_SHIFT) & 3;
  const valueKind = (header >>> VALUE_KIND_SHIFT) & 3;
  const keyType = scanElementType(s, keyKind, VariantType.Dictionary);
  const valueType = scanElementType(s, valueKind, VariantType.Dictionary);
  const count = takeCount(s, VariantType.Dictionary);
  const mark = s.keys.mark();
  for (let i = 0; i < count; i++) {
    const keyStart = s.position;
    checkFit(s, keyType, scanKey(s, depth, i));
    try {
      checkFit(s, valueType, scanValue(s, depth + 1));
    } catch (error) {
      s.unwind(entryStep(keyAt(s, keyStart), i));
      throw error;
    }
  }
  if (!s.isUnusual) s.remarkIf(s.keys.mayHaveEqual(s.bytes, mark));
  s.keys.release(mark);
}

function scanKey(s: Scanning, depth: number, index: number): VariantType {
  const start = s.position;
  try {
    const type = scanValue(s, depth + 1);
    if (!s.isUnusual) recordKey(s, type, start);
    return type;
  } catch (error) {
    s.unwind({ key: index });
    throw error;
  }
}

/** `"a"` and `&"a"` are the same key: of texts, the header does not count. */
function recordKey(s: Scanning, type: VariantType, start: number): void {
  if (type === VariantType.String || type === VariantType.StringName) {
    s.keys.push(s.textHash, start + 4, s.position);
  } else {
    s.keys.add(type, s.view, start, s.position);
  }
}

/** Only for the path of an error. */
function keyAt(s: Scanning, start: number): Variant {
  const { godot, allowObjects } = s;
  return decodeVariant(s.bytes.subarray(start, s.end), { godot, allowObjects });
}

/** The type that elements should have; `Nil` when that is not said. Godot 3 has no typed containers. */
function scanElementType(s: Scanning, kind: number, what: VariantType): VariantType {
  if (kind === CONTAINER_KIND.none || s.godot === 3) return VariantType.Nil;
  if (kind === CONTAINER_KIND.builtin) return scanBuiltinType(s, what);
  const offset = s.offset;
  const name = readString(s, kind === CONTAINER_KIND.class ? "element class" : "element script");
  if (kind === CONTAINER_KIND.script && s.allowObjects && !isScriptPath(name)) {
    throw verdict.badScriptPath(s.nameOf(what), offset, name);
  }
  s.remarkIf(s.allowObjects || kind === CONTAINER_KIND.script || name !== "EncodedObjectAsID");
  return VariantType.Object;
}

function scanBuiltinType(s: Scanning, what: VariantType): VariantType {
  s.need(4, "element type");
  const id = s.view.getUint32(s.position, true);
  if (id >= VARIANT_MAX) throw verdict.badElementType(s.nameOf(what), s.offset, id);
  s.position += 4;
  s.remarkIf(id === VariantType.Nil || (id === VariantType.Object && !s.allowObjects));
  return id as VariantType; // below VARIANT_MAX
}
