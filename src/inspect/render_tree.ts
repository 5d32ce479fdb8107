/**
 * A dissection as lines: byte range, name, type and value of each node in columns, notes below the
 * node that they belong to. Ranges are hexadecimal, as in hex dumps, and end before their end.
 */

import type { Dissection, Note, Source } from "../bytes/dissection.ts";
import { formatReal32, formatReal64 } from "../variant/numbers.ts";
import { quoted } from "../variant/text_leaf.ts";
import {
  formatOffset,
  isScaffold,
  leafStyle,
  offsetWidth,
  type Paint,
  PLAIN,
  plural,
} from "./paint.ts";

/** How a tree is written. */
export interface TreeOptions {
  /** @default {PLAIN} */
  readonly paint?: Paint;
  /** Longer values are cut, with their size behind. In characters. @default {64} */
  readonly maxValueLength?: number;
  /** Of more children than that, the rest is one line. @default {Infinity} */
  readonly maxChildren?: number;
}

/** Columns are aligned up to these widths. */
const MAX_NAME_WIDTH = 40;
const MAX_TYPE_WIDTH = 36;
/** Leaves that a summary of their branch may show. */
const MAX_SUMMARY = 4;
const INDENT = "  ";

/** The lines of a source's tree. Control characters in texts are escaped. */
export function renderTree(source: Source, options: TreeOptions = {}): string[] {
  const renderer = new TreeRenderer(source, options);
  renderer.render(source.root, 0);
  return renderer.lines;
}

class TreeRenderer {
  readonly lines: string[] = [];
  readonly #paint: Paint;
  readonly #maxValueLength: number;
  readonly #maxChildren: number;
  readonly #offsetWidth: number;
  #nameWidth = 0;
  #typeWidth = 0;

  constructor({ bytes, root }: Source, options: TreeOptions) {
    this.#paint = options.paint ?? PLAIN;
    this.#maxValueLength = options.maxValueLength ?? 64;
    this.#maxChildren = options.maxChildren ?? Infinity;
    this.#offsetWidth = offsetWidth(bytes.length);
    this.#measure(root, 0);
  }

  /** Finds the widths of the columns; what is too wide for one does not count. */
  #measure(node: Dissection, depth: number): void {
    const nameWidth = depth * INDENT.length + node.name.length;
    if (nameWidth <= MAX_NAME_WIDTH) this.#nameWidth = Math.max(this.#nameWidth, nameWidth);
    const typeWidth = node.type.length;
    if (typeWidth <= MAX_TYPE_WIDTH) this.#typeWidth = Math.max(this.#typeWidth, typeWidth);
    for (const child of node.children.slice(0, this.#maxChildren)) this.#measure(child, depth + 1);
  }

  render(node: Dissection, depth: number): void {
    this.lines.push(this.#line(node, depth));
    for (const note of node.notes) this.lines.push(this.#noteLine(note, depth));
    for (const child of node.children.slice(0, this.#maxChildren)) this.render(child, depth + 1);
    const hidden = node.children.slice(this.#maxChildren);
    if (hidden.length > 0) this.lines.push(this.#hiddenLine(hidden, depth + 1));
  }

  #line(node: Dissection, depth: number): string {
    const indent = INDENT.repeat(depth);
    const name = printable(node.name), type = printable(node.type);
    const namePad = " ".repeat(Math.max(0, this.#nameWidth - indent.length - name.length));
    const typePad = " ".repeat(Math.max(0, this.#typeWidth - type.length));
    const { offset, name: paintName, type: paintType } = this.#paint;
    const place = offset(this.#range(node));
    const label = `${indent}${paintName(name)}${namePad}`;
    return `${place}  ${label}  ${paintType(type)}${typePad}  ${this.#value(node)}`.trimEnd();
  }

  #range({ offset, length }: Dissection): string {
    const width = this.#offsetWidth;
    return `${formatOffset(offset, width)}..${formatOffset(offset + length, width)}`;
  }

  #value(node: Dissection): string {
    if (node.value !== undefined) {
      return this.#paint[leafStyle(node)](leafText(node, this.#maxValueLength));
    }
    const summary = this.#summary(node);
    return summary === "" ? this.#paint.dim(plural(node.length, "byte")) : summary;
  }

  /** What a branch comes to, if all that it is made of are leaves: `7`, `"text"`, `1, 2.5`. */
  #summary({ children }: Dissection): string {
    if (children.some((child) => child.value === undefined || child.type === "unparsed")) return "";
    const parts = children.filter((child) => !isScaffold(child));
    if (parts.length > MAX_SUMMARY) return "";
    return parts.map((part) => this.#paint[leafStyle(part)](leafText(part, this.#maxValueLength)))
      .join(", ");
  }

  #noteLine({ severity, code, message }: Note, depth: number): string {
    const paint = this.#paint[severity === "info" ? "dim" : severity];
    return `${this.#margin(depth + 1)}${paint(printable(`${severity}: ${message} [${code}]`))}`;
  }

  #hiddenLine(hidden: readonly Dissection[], depth: number): string {
    const size = hidden.reduce((sum, { length }) => sum + length, 0);
    return `${this.#margin(depth)}${
      this.#paint.dim(`… ${hidden.length} more (${plural(size, "byte")})`)
    }`;
  }

  /** Blank, as far as the name of a node at that depth. */
  #margin(depth: number): string {
    return " ".repeat(2 * this.#offsetWidth + 4) + INDENT.repeat(depth);
  }
}

/** The value of a leaf on one line, cut to about `wantedLength` characters. */
export function leafText(leaf: Dissection, wantedLength: number): string {
  const { value, type, length } = leaf;
  const maxLength = isScaffold(leaf) ? Infinity : wantedLength; // those are short
  const cut = ` … (${plural(length, "byte")})`;
  if (value instanceof Uint8Array) {
    const shown = value.subarray(0, Math.max(1, Math.floor(maxLength / 3)));
    const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return shown.length < value.length ? hex + cut : hex;
  }
  if (typeof value === "string") {
    const shown = cutText(value, maxLength);
    const text = type === "utf8" ? quoted(shown) : printable(shown);
    return shown.length < value.length ? text + cut : text;
  }
  if (typeof value !== "number") return String(value);
  if (type === "f32") return formatReal32(value);
  return type === "f64" ? formatReal64(value) : String(value);
}

/** The first characters, without half of a surrogate pair at the end. */
function cutText(text: string, maxLength: number): string {
  const isBetweenHalves = (text.codePointAt(maxLength - 1) ?? 0) > 0xffff;
  return text.slice(0, isBetweenHalves ? maxLength - 1 : maxLength);
}

/** Terminals obey control characters: none from the wire may reach them. */
export function printable(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
