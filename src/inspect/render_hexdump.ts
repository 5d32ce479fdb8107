/**
 * Bytes and what they are, side by side: a row for each field of a dissection, with position,
 * hexadecimal, ASCII, the field's name and its value; notes stand below the field that they belong
 * to. Every byte is printed once, in the style that the tree has for its field.
 */

import type { Dissection, Note, Source } from "../bytes/dissection.ts";
import { formatOffset, leafStyle, offsetWidth, type Paint, PLAIN, plural } from "./paint.ts";
import { leafText, printable } from "./render_tree.ts";

/** How a dump is written. */
export interface HexdumpOptions {
  /** @default {PLAIN} */
  readonly paint?: Paint;
  /** Longer values are cut, with their size behind. In characters. @default {40} */
  readonly maxValueLength?: number;
}

/** Bytes in a row. */
const ROW_SIZE = 8;
const HEX_WIDTH = ROW_SIZE * 3 - 1;
/** Names are aligned up to this width. */
const MAX_NAME_WIDTH = 36;

/** The rows of a dump: first what it is, then its fields in the order of the bytes. */
export function renderHexdump(source: Source, options: HexdumpOptions = {}): string[] {
  const dump = new Hexdump(source, options);
  dump.visit(source.root, "", []);
  return dump.lines;
}

class Hexdump {
  readonly lines: string[];
  readonly #bytes: Uint8Array;
  readonly #paint: Paint;
  readonly #maxValueLength: number;
  readonly #offsetWidth: number;
  readonly #nameWidth: number;

  constructor({ name, bytes, root }: Source, options: HexdumpOptions) {
    this.#bytes = bytes;
    this.#paint = options.paint ?? PLAIN;
    this.#maxValueLength = options.maxValueLength ?? 40;
    this.#offsetWidth = offsetWidth(bytes.length);
    this.#nameWidth = widestName(root, "");
    const { name: paintName, dim } = this.#paint;
    this.lines = [`${paintName(printable(name))}  ${dim(plural(bytes.length, "byte"))}`];
  }

  /** `waiting`: notes of the nodes around, which stand with their first field. */
  visit(node: Dissection, name: string, waiting: readonly Note[]): void {
    const notes = [...waiting, ...node.notes];
    if (node.children.length === 0) return this.#leaf(node, name, notes);
    node.children.forEach((child, i) => {
      this.visit(child, childName(name, child), i === 0 ? notes : []);
    });
  }

  #leaf(leaf: Dissection, name: string, notes: readonly Note[]): void {
    const { offset, length } = leaf;
    const apply = this.#paint[leafStyle(leaf)];
    for (let at = offset; at < offset + length; at += ROW_SIZE) {
      const row = this.#row(at, Math.min(at + ROW_SIZE, offset + length), apply);
      this.lines.push(at === offset ? `${row}  ${this.#label(leaf, name, apply)}` : row.trimEnd());
    }
    for (const note of notes) this.lines.push(this.#noteLine(note));
  }

  #row(start: number, end: number, apply: (text: string) => string): string {
    const row = this.#bytes.subarray(start, end);
    const hex = Array.from(row, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = Array.from(row, asciiOf).join("");
    const place = this.#paint.offset(formatOffset(start, this.#offsetWidth));
    const gap = " ".repeat(HEX_WIDTH - hex.length + 2);
    return `${place}  ${apply(hex)}${gap}${apply(ascii)}${" ".repeat(ROW_SIZE - ascii.length)}`;
  }

  #label(leaf: Dissection, name: string, apply: (text: string) => string): string {
    const shown = printable(name), type = printable(leaf.type);
    const pad = " ".repeat(Math.max(0, this.#nameWidth - shown.length));
    const value = apply(leafText(leaf, this.#maxValueLength));
    return `${this.#paint.name(shown)}${pad}  ${this.#paint.type(type)}  ${value}`;
  }

  #noteLine({ severity, code, message }: Note): string {
    const paint = this.#paint[severity === "info" ? "dim" : severity];
    const margin = " ".repeat(this.#offsetWidth + 2);
    return `${margin}${paint(printable(`${severity}: ${message} [${code}]`))}`;
  }
}

/** As in a script: `["cmd"].key.length`; the packet and its outermost value need no name. */
function childName(name: string, child: Dissection): string {
  const isOutermost = name === "" && child.children.length > 0 && child.name === "value";
  if (isOutermost) return "";
  return child.name.startsWith("[") || name === "" ? name + child.name : `${name}.${child.name}`;
}

function widestName(node: Dissection, name: string): number {
  if (node.children.length === 0) {
    return node.length > 0 && name.length <= MAX_NAME_WIDTH ? name.length : 0;
  }
  let width = 0;
  for (const child of node.children) {
    width = Math.max(width, widestName(child, childName(name, child)));
  }
  return width;
}

function asciiOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}
