/**
 * Dissection of the values that hold others: Array, Dictionary and Object. What the engine makes of
 * elements that do not fit, and of keys that come twice, is remarked here.
 */

import { decodeVariant } from "./decode.ts";
import { dissectNamedText, dissectText } from "./dissect_text.ts";
import type { DissectedValue, Dissecting, DissectionNode } from "./dissecting.ts";
import { elementFit } from "./element_fit.ts";
import { isNullClass, isScriptPath, isScriptProperty, seenByEngine } from "./engine_text.ts";
import { keyHash } from "./equals.ts";
import { keyInGodot } from "./key_in_godot.ts";
import { CONTAINER_KIND, COUNT_MASK, FLAG_64, KEY_KIND_SHIFT, VALUE_KIND_SHIFT } from "./layout.ts";
import * as notes from "./notes.ts";
import { variantToText } from "./text.ts";
import { formatElementType, quoted } from "./text_leaf.ts";
import { type Variant, VARIANT_MAX, VariantType } from "./types.ts";
import * as verdict from "./verdict.ts";

/** Dissects a value of any type, as a branch of the open one. */
type ValueDissector = (d: Dissecting, name: string, depth: number) => DissectedValue;

/** What a container says of its elements. */
interface ElementSpec {
  /** `Nil`: anything. */
  readonly type: VariantType;
  /** As it stands in the type of the container. */
  readonly name: string;
}

const ANYTHING: ElementSpec = { type: VariantType.Nil, name: "Variant" };

/**
 * Element type, count and elements of an Array, into the open branch `node`.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function dissectArray(
  d: Dissecting,
  header: number,
  depth: number,
  node: DissectionNode,
  dissectValue: ValueDissector,
): void {
  const kind = header >>> KEY_KIND_SHIFT & 3;
  const spec = dissectElementType(d, "element type", kind, VariantType.Array);
  if (spec.type !== VariantType.Nil) node.type = `${d.nameOf(VariantType.Array)}[${spec.name}]`;
  const count = dissectCount(d, VariantType.Array);
  for (let i = 0; i < count; i++) {
    const element = dissectValue(d, `[${i}]`, depth + 1);
    remarkFit(d, element, spec, notes.elementDropped);
  }
}

function remarkFit(
  d: Dissecting,
  element: DissectedValue,
  spec: ElementSpec,
  dropped: typeof notes.elementDropped,
): void {
  const fit = elementFit(spec.type, element.type);
  if (fit === "same") return;
  const note = fit === "converted" ? notes.elementConverted : dropped;
  element.node.addNote(note(d.nameOf(element.type), spec.name));
}

function dissectCount(d: Dissecting, what: VariantType): number {
  d.need(4, `${d.nameOf(what)} count`);
  const written = d.view.getUint32(d.position, true);
  const count = written & COUNT_MASK;
  const leaf = d.leaf("count", "u32", 4, written);
  leaf.addNoteIf(written !== count, () => notes.countTopBit(count));
  return count;
}

/**
 * Key and value type, count and entries of a Dictionary, into the open branch `node`.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function dissectDictionary(
  d: Dissecting,
  header: number,
  depth: number,
  node: DissectionNode,
  dissectValue: ValueDissector,
): void {
  const what = VariantType.Dictionary;
  const keySpec = dissectElementType(d, "key type", header >>> KEY_KIND_SHIFT & 3, what);
  const valueSpec = dissectElementType(d, "value type", header >>> VALUE_KIND_SHIFT & 3, what);
  if (keySpec.type !== VariantType.Nil || valueSpec.type !== VariantType.Nil) {
    node.type = `${d.nameOf(what)}[${keySpec.name}, ${valueSpec.name}]`;
  }
  const count = dissectCount(d, what);
  const seen = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const entry = d.open(`entry ${i}`, "entry");
    const key = dissectValue(d, "key", depth + 1);
    remarkFit(d, key, keySpec, notes.keyDropped);
    describeKey(d, key, entry, keySpec.type, seen);
    const value = dissectValue(d, "value", depth + 1);
    if (elementFit(valueSpec.type, value.type) !== "same") {
      value.node.addNote(notes.valueKept(d.nameOf(value.type), valueSpec.name));
    }
    d.close();
  }
}

/** Names the entry by its key, and remarks if Godot has seen that key before. */
function describeKey(
  d: Dissecting,
  { node, type }: DissectedValue,
  entry: DissectionNode,
  keyType: VariantType,
  seen: Map<string, number>,
): void {
  if (isCompound(type) && node.length > MAX_COMPARED) return;
  const key = decodeKey(d, node);
  entry.name = `[${shorten(variantToText(key, { godot: d.godot }))}]`;
  const inGodot = keyInGodot(key, keyType);
  if (inGodot === undefined) return;
  const hash = keyHash(inGodot);
  const first = seen.get(hash);
  if (first === undefined) seen.set(hash, node.offset);
  else node.addNote(notes.duplicateKey(first));
}

/** Keys that hold values are decoded again at every level that they nest: not beyond that size. */
const MAX_COMPARED = 4096;

function isCompound(type: VariantType): boolean {
  return type === VariantType.Dictionary || type === VariantType.Array ||
    type === VariantType.Object;
}

function decodeKey(d: Dissecting, node: DissectionNode): Variant {
  const start = d.base + node.offset;
  const { godot, allowObjects } = d;
  return decodeVariant(d.bytes.subarray(start, start + node.length), { godot, allowObjects });
}

const MAX_NAME = 64;

function shorten(text: string): string {
  return text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text;
}

/**
 * The id of an object, or its class and properties, into the open branch `node`.
 *
 * @throws {DecodeError} when the engine would refuse the bytes.
 */
export function dissectObject(
  d: Dissecting,
  header: number,
  depth: number,
  node: DissectionNode,
  dissectValue: ValueDissector,
): void {
  if ((header & FLAG_64) !== 0) return dissectObjectId(d);
  if (!d.allowObjects) d.fail(verdict.objectNotAllowed(node.offset), node);
  const className = dissectNamedText(d, "class", "Object class");
  if (isNullClass(className.text)) return className.leaf.addNote(notes.emptyClass());
  className.leaf.addNote(notes.classNotChecked(className.text, d.godot));
  d.need(4, "Object property count");
  const count = d.view.getInt32(d.position, true);
  const leaf = d.leaf("property count", "i32", 4, count);
  leaf.addNoteIf(count < 0, () => notes.negativeCount(count));
  const seen = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const property = d.open(`property ${i}`, "property");
    const name = dissectNamedText(d, "name", "Object property name");
    property.name = `[${shorten(quoted(name.text))}]`;
    remarkDuplicate(name.text, name.leaf, seen);
    const value = dissectValue(d, "value", depth + 1);
    if (d.godot === 4 && isScriptProperty(name.text)) checkScript(d, value);
    d.close();
  }
}

function dissectObjectId(d: Dissecting): void {
  d.need(8, "Object id");
  const id = d.view.getBigUint64(d.position, true);
  d.leaf("id", "u64", 8, id).addNoteIf(id === 0n, notes.objectIdZero);
}

function remarkDuplicate(name: string, leaf: DissectionNode, seen: Map<string, number>): void {
  const inGodot = seenByEngine(name);
  const first = seen.get(inGodot);
  if (first === undefined) seen.set(inGodot, leaf.offset);
  else leaf.addNote(notes.duplicateProperty(first));
}

function checkScript(d: Dissecting, { type, node }: DissectedValue): void {
  if (type === VariantType.Nil) return;
  if (type !== VariantType.String) d.fail(verdict.scriptNotText(node.offset), node);
  const path = String(decodeKey(d, node));
  if (!isScriptPath(path)) d.fail(verdict.badScriptPath("Object", node.offset, path), node);
  node.addNote(notes.scriptNotChecked(path));
}

/** The element type of a typed container. Godot 3 has none. */
function dissectElementType(
  d: Dissecting,
  name: string,
  kind: number,
  what: VariantType,
): ElementSpec {
  if (kind === CONTAINER_KIND.none || d.godot === 3) return ANYTHING;
  if (kind === CONTAINER_KIND.builtin) return dissectBuiltinType(d, name, what);
  const isClass = kind === CONTAINER_KIND.class;
  const node = d.open(name, isClass ? "class" : "script");
  return isClass ? dissectElementClass(d, node) : dissectElementScript(d, node, what);
}

function dissectBuiltinType(d: Dissecting, name: string, what: VariantType): ElementSpec {
  d.need(4, "element type");
  const id = d.view.getUint32(d.position, true);
  const leaf = d.leaf(name, "u32", 4, id);
  if (id >= VARIANT_MAX) {
    return d.fail(verdict.badElementType(d.nameOf(what), leaf.offset, id), leaf);
  }
  const type = id as VariantType; // below VARIANT_MAX
  leaf.type = d.nameOf(type);
  leaf.addNoteIf(type === VariantType.Nil, notes.elementTypeNil);
  if (type === VariantType.Object && !d.allowObjects) {
    leaf.addNote(notes.elementClassReplaced("Object"));
  }
  return { type, name: d.nameOf(type) };
}

function dissectElementClass(d: Dissecting, node: DissectionNode): ElementSpec {
  const { text: className } = dissectText(d, "element class");
  d.close();
  const name = formatElementType({ kind: "class", className });
  if (!d.allowObjects) {
    node.addNoteIf(className !== "EncodedObjectAsID", () => notes.elementClassReplaced(name));
  } else if (isNullClass(className)) {
    node.addNote(notes.emptyElementClass());
  } else {
    node.addNote(notes.elementClassNotChecked(className));
  }
  return { type: VariantType.Object, name };
}

function dissectElementScript(
  d: Dissecting,
  node: DissectionNode,
  what: VariantType,
): ElementSpec {
  const { text: path } = dissectText(d, "element script");
  d.close();
  const name = formatElementType({ kind: "script", path });
  if (!d.allowObjects) {
    node.addNote(notes.elementClassReplaced(name));
  } else if (!isScriptPath(path)) {
    d.fail(verdict.badScriptPath(d.nameOf(what), node.offset, path), node);
  } else {
    node.addNote(notes.scriptNotChecked(path));
  }
  return { type: VariantType.Object, name };
}
