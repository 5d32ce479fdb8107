/**
 * JSON text (RFC 8259) to a tree that keeps what `JSON.parse` loses: where each value begins, how a
 * number is written, and keys that occur twice. What the tree means is not known here: see
 * `json.ts` and `native_reader.ts`.
 */

import { ParseError } from "../errors.ts";

/** One JSON value. `at` is its first character, as an index into the text. */
export type JsonNode =
  | { readonly kind: "null"; readonly at: number }
  | { readonly kind: "boolean"; readonly at: number; readonly value: boolean }
  | { readonly kind: "number"; readonly at: number; readonly source: string }
  | JsonString
  | { readonly kind: "array"; readonly at: number; readonly items: readonly JsonNode[] }
  | JsonObject;

/** A string, without its quotes and escapes. */
export interface JsonString {
  readonly kind: "string";
  readonly at: number;
  readonly value: string;
}

/** Keys and values are parallel; keys may occur twice. */
export interface JsonObject {
  readonly kind: "object";
  readonly at: number;
  readonly keys: readonly JsonString[];
  readonly values: readonly JsonNode[];
}

/** How deep and how strict. */
export interface JsonSyntaxOptions {
  /** Levels of arrays and objects below the outermost value. */
  readonly maxDepth: number;
  /**
   * Accept what Godot's `JSON.stringify` writes beside the standard: control characters as they
   * are, and `\v`.
   */
  readonly isLenient: boolean;
}

/**
 * Parses one JSON value with nothing but white space around it.
 *
 * @throws {ParseError} where the text stops being JSON, or nests deeper than `maxDepth`.
 */
export function parseJson(text: string, options: JsonSyntaxOptions): JsonNode {
  return new Parser(text, options).parse();
}

const SPACE = /[ \t\n\r]*/y;
// deno-lint-ignore no-control-regex -- these are what a string must not hold as they are
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const NUMBER_CHARACTERS = /[-+.0-9eE]+/y;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const HEX_DIGITS = /[0-9a-fA-F]{0,4}/y;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

class Parser {
  readonly #text: string;
  readonly #options: JsonSyntaxOptions;
  #at = 0;

  constructor(text: string, options: JsonSyntaxOptions) {
    this.#text = text;
    this.#options = options;
  }

  parse(): JsonNode {
    const node = this.#value(0);
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the text");
    return node;
  }

  #value(depth: number): JsonNode {
    this.#take(SPACE);
    const at = this.#at;
    const { maxDepth } = this.#options;
    if (depth > maxDepth) throw this.#error(`Nested too deep: more than ${maxDepth} levels`);
    switch (this.#text[at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
      case "n":
        this.#word("null");
        return { kind: "null", at };
      case "t":
        this.#word("true");
        return { kind: "boolean", at, value: true };
      case "f":
        this.#word("false");
        return { kind: "boolean", at, value: false };
      default:
        return { kind: "number", at, source: this.#number() };
    }
  }

  #array(depth: number): JsonNode {
    const at = this.#at++;
    const items: JsonNode[] = [];
    if (this.#isNext("]")) return { kind: "array", at, items };
    do items.push(this.#value(depth + 1)); while (this.#goesOn("]"));
    return { kind: "array", at, items };
  }

  #object(depth: number): JsonObject {
    const at = this.#at++;
    const keys: JsonString[] = [];
    const values: JsonNode[] = [];
    if (this.#isNext("}")) return { kind: "object", at, keys, values };
    do {
      this.#take(SPACE);
      if (this.#text[this.#at] !== '"') throw this.#unexpected("a key in double quotes");
      keys.push(this.#string());
      if (!this.#isNext(":")) throw this.#unexpected('":"');
      values.push(this.#value(depth + 1));
    } while (this.#goesOn("}"));
    return { kind: "object", at, keys, values };
  }

  /** After an element: true at a comma, false at the closing bracket. */
  #goesOn(close: string): boolean {
    if (this.#isNext(",")) return true;
    if (this.#isNext(close)) return false;
    throw this.#unexpected(`"," or "${close}"`);
  }

  /** Moves past that character, if it comes next. */
  #isNext(character: string): boolean {
    this.#take(SPACE);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #string(): JsonString {
    const at = this.#at++;
    let value = this.#take(PLAIN_CHARACTERS);
    while (this.#text[this.#at] !== '"') {
      value += this.#specialCharacter() + this.#take(PLAIN_CHARACTERS);
    }
    this.#at++;
    return { kind: "string", at, value };
  }

  /** An escape sequence, or a control character as it is. */
  #specialCharacter(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw this.#unexpected('the closing "');
    if (character === "\\") return this.#escape();
    if (!this.#options.isLenient) {
      const code = character.charCodeAt(0).toString(16).padStart(4, "0");
      throw this.#error(`A control character in a string must be escaped: write \\u${code}`);
    }
    this.#at++;
    return character;
  }

  #escape(): string {
    const start = this.#at++;
    const character = this.#text[this.#at];
    if (character === undefined) throw this.#unexpected("the rest of the escape");
    this.#at++;
    if (character === "u") return this.#unicodeEscape();
    const escaped = ESCAPES.get(character);
    if (escaped !== undefined) return escaped;
    if (character === "v" && this.#options.isLenient) return "\v";
    this.#at = start;
    throw this.#error(`Unknown escape "\\${character}"`);
  }

  /** One UTF-16 code unit: a surrogate may stand alone. */
  #unicodeEscape(): string {
    const digits = this.#take(HEX_DIGITS);
    if (digits.length < 4) throw this.#unexpected("a hexadecimal digit");
    return String.fromCharCode(parseInt(digits, 16));
  }

  #word(word: string): void {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) throw this.#unexpected(`"${word}"`);
      this.#at++;
    }
  }

  #number(): string {
    const start = this.#at;
    const source = this.#take(NUMBER_CHARACTERS);
    if (NUMBER.test(source)) return source;
    if (source === "") throw this.#unexpected("a value");
    const isCutOff = this.#at === this.#text.length && NUMBER.test(`${source}0`);
    if (isCutOff) throw this.#unexpected("a digit");
    this.#at = start;
    throw this.#error(`"${source}" is not a number`);
  }

  /** Moves past what a sticky pattern, which may match nothing, matches here. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [match] = pattern.exec(this.#text) ?? [""];
    this.#at += match.length;
    return match;
  }

  #unexpected(expected: string): ParseError {
    const found = this.#text.codePointAt(this.#at);
    if (found === undefined) return this.#error(`Expected ${expected}, but the text ends`);
    return this.#error(
      `Expected ${expected}, found ${JSON.stringify(String.fromCodePoint(found))}`,
    );
  }

  /** An error here; at the end of the text, more of it may help. */
  #error(why: string): ParseError {
    return new ParseError(why, this.#text, this.#at, this.#at >= this.#text.length);
  }
}
