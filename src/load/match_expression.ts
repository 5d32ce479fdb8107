/**
 * How the user says which packet a reply answers: `reply.id == sent.$seq`. Left and right may
 * change places.
 *
 *     expression  reply "==" sent
 *     reply       "reply" step*     a place in the reply that holds an int, or a float without fraction
 *     sent        "sent" step+      the place of a "$seq" or "$time" in the value that is sent
 *                 "sent.$seq"       the number of the packet, wherever it is
 *                 "sent.$time"      its time, wherever it is
 *     step        ".name"           the value of a key: letters, digits, "_" and "$"
 *                 "[0]"             an element of an Array, or the value of an int key
 *                 '["any key"]'     the value of any String key
 */

import { ParseError } from "../errors.ts";
import { type Variant, VariantArray, VariantDictionary } from "../variant/types.ts";
import { isText, type PacketTemplate, SEQUENCE_WORD, TIME_WORD } from "./template.ts";

/** One step into a value: a key, or an index (or int key). */
export type MatchStep = string | number;

/** A parsed expression. */
export interface MatchExpression {
  readonly source: string;
  /** Where the reply has what it repeats; empty for the reply as a whole. */
  readonly reply: readonly MatchStep[];
  /** What of the packet it repeats. */
  readonly sent: "sequence" | "time";
}

/**
 * Parses an expression about replies to packets of that template.
 *
 * @throws {ParseError} with a caret under what is wrong.
 */
export function parseMatch(source: string, template: PacketTemplate): MatchExpression {
  const scanner = new Scanner(source);
  const left = readSide(scanner);
  if (!scanner.take(/==/y)) throw scanner.expected('"=="');
  const right = readSide(scanner);
  if (!scanner.isAtEnd()) throw scanner.expected("the end");
  if (left.root === right.root) {
    const other = left.root === "reply" ? "sent" : "reply";
    throw scanner.failure(`One side has to be about "${other}"`, right.start);
  }
  const [reply, sent] = left.root === "reply" ? [left, right] : [right, left];
  return { source, reply: reply.steps, sent: whatIsSent(scanner, sent, template) };
}

/** The value at that place, of the last of equal keys as Godot has it; undefined when there is none. */
export function valueAt(value: Variant, steps: readonly MatchStep[]): Variant | undefined {
  let at: Variant | undefined = value;
  for (const step of steps) {
    if (at === undefined) return undefined;
    at = typeof step === "string" ? valueOfKey(at, step) : valueOfIndex(at, step);
  }
  return at;
}

function valueOfKey(value: Variant, text: string): Variant | undefined {
  if (!(value instanceof VariantDictionary)) return undefined;
  return value.values[value.keys.findLastIndex((key) => isText(key, text))];
}

function valueOfIndex(value: Variant, index: number): Variant | undefined {
  if (value instanceof VariantArray) return value.items[index];
  if (ArrayBuffer.isView(value)) {
    const element = value[index];
    const isFloat = value instanceof Float32Array || value instanceof Float64Array;
    return typeof element === "number" && !isFloat ? BigInt(element) : element;
  }
  if (!(value instanceof VariantDictionary)) return undefined;
  return value.values[value.keys.lastIndexOf(BigInt(index))];
}

/** One side of an expression. */
interface Side {
  readonly root: "reply" | "sent";
  readonly steps: readonly MatchStep[];
  readonly start: number;
}

function readSide(scanner: Scanner): Side {
  scanner.skipBlank();
  const start = scanner.position;
  const root = scanner.take(/(?:reply|sent)(?![\w$])/y);
  if (root !== "reply" && root !== "sent") throw scanner.expected('"reply" or "sent"');
  const steps: MatchStep[] = [];
  for (let step = readStep(scanner); step !== null; step = readStep(scanner)) steps.push(step);
  return { root, steps, start };
}

function readStep(scanner: Scanner): MatchStep | null {
  if (scanner.take(/\./y)) {
    return scanner.take(/[\w$]+/y) ?? fail(scanner.expected("the name of a key"));
  }
  if (!scanner.take(/\[/y)) return null;
  const start = scanner.position;
  const index = scanner.take(/\d{1,9}/y);
  const text = index === null ? scanner.take(/"(?:\\.|[^"\\])*"/y) : null;
  if (index === null && text === null) {
    throw scanner.expected("an index or a key in double quotes");
  }
  if (!scanner.take(/\]/y)) throw scanner.expected('"]"');
  return index !== null ? Number(index) : unquoted(scanner, text ?? "", start);
}

function unquoted(scanner: Scanner, text: string, start: number): string {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw scanner.failure("The key is not a string as JSON writes it", start);
  }
}

/** What tells packets apart at that place of the value. */
function whatIsSent(scanner: Scanner, sent: Side, template: PacketTemplate): "sequence" | "time" {
  const [first] = sent.steps;
  const isAlone = sent.steps.length === 1;
  const found = isAlone && (first === SEQUENCE_WORD || first === TIME_WORD)
    ? first
    : valueAt(template.value, sent.steps);
  const hasSequence = template.hasHeader || template.sequenceOffsets.length > 0;
  if (found === SEQUENCE_WORD && hasSequence) return "sequence";
  if (found === TIME_WORD && template.timeOffsets.length > 0) return "time";
  const why = found === undefined
    ? "The value that is sent has nothing there"
    : found === SEQUENCE_WORD || found === TIME_WORD
    ? `The packets carry no "${found}"`
    : "It is the same in every packet";
  throw scanner.failure(
    `${why}: put "$seq" or "$time" into the value and name its place`,
    sent.start,
  );
}

function fail(error: Error): never {
  throw error;
}

/** A position in the source. */
class Scanner {
  position = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  skipBlank(): void {
    while (/\s/.test(this.#source.charAt(this.position))) this.position++;
  }

  /** Moves past blanks and what the (sticky) pattern finds; null when it finds nothing. */
  take(pattern: RegExp): string | null {
    this.skipBlank();
    pattern.lastIndex = this.position;
    const [found] = pattern.exec(this.#source) ?? [];
    if (found === undefined) return null;
    this.position += found.length;
    return found;
  }

  isAtEnd(): boolean {
    this.skipBlank();
    return this.position >= this.#source.length;
  }

  expected(what: string): ParseError {
    const [found = ""] = /^(?:[\w$]+|.)/su.exec(this.#source.slice(this.position)) ?? [];
    const got = found === "" ? "the end" : JSON.stringify(found);
    return this.failure(`Expected ${what}, got ${got}`, this.position);
  }

  failure(why: string, start: number): ParseError {
    return new ParseError(why, this.#source, start);
  }
}
