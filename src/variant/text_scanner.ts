/**
 * A position in a text of Godot's notation, and what can stand there: blanks and comments, words,
 * numbers, quoted strings, brackets. The rules are those of the engine's tokenizer
 * (`VariantParser::get_token`). What values these make is the business of `text_reader.ts`.
 */

import { ParseError } from "../errors.ts";
import { numberAt, type NumberToken } from "./numbers.ts";
import { quoted } from "./text_leaf.ts";

/** Moves through one text; every method that reads moves past what it has read. */
export class TextScanner {
  /** Index of the next character, in UTF-16 code units. */
  position = 0;
  readonly #source: string;
  /** Brackets that were opened and not yet closed. */
  #openBrackets = 0;
  /** Where the last string began. */
  #stringStart = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Moves past blanks and comments; returns the code of the next character, -1 at the end. */
  skipBlank(): number {
    const source = this.#source;
    for (;;) {
      const code = this.position < source.length ? source.charCodeAt(this.position) : -1;
      if (code === SEMICOLON) this.#skipLine();
      else if (code > 0 && code <= SPACE) this.position++;
      else return code;
    }
  }

  #skipLine(): void {
    const end = this.#source.indexOf("\n", this.position);
    this.position = end < 0 ? this.#source.length : end + 1;
  }

  /** True when the text goes on with exactly that, blanks included. */
  isAt(text: string): boolean {
    return this.#source.startsWith(text, this.position);
  }

  /** Moves past the opening bracket if it is next. */
  takeOpen(bracket: "(" | "[" | "{"): boolean {
    if (!this.take(bracket)) return false;
    this.#openBrackets++;
    return true;
  }

  /** Moves past the opening bracket. `what` is what needs it. */
  open(bracket: "(" | "[" | "{", what: string): void {
    if (!this.takeOpen(bracket)) throw this.expected(`"${bracket}" after ${what}`);
  }

  /** Moves past the closing bracket if it is next. */
  takeClose(bracket: ")" | "]" | "}"): boolean {
    if (!this.take(bracket)) return false;
    this.#openBrackets--;
    return true;
  }

  /** Moves past the closing bracket. `what` is what it ends. */
  close(bracket: ")" | "]" | "}", what: string): void {
    if (!this.takeClose(bracket)) throw this.expected(`"${bracket}" at the end of ${what}`);
  }

  /** After an element: moves past the comma (true) or the closing bracket (false). */
  hasNext(bracket: ")" | "]" | "}", what: string): boolean {
    if (this.take(",")) return true;
    if (this.takeClose(bracket)) return false;
    throw this.expected(`"," or "${bracket}" in ${what}`);
  }

  /** Moves past that character, and blanks before it, if it is next. */
  take(character: string): boolean {
    if (this.skipBlank() !== character.charCodeAt(0)) return false;
    this.position++;
    return true;
  }

  /** A bare word, such as the name of a class; null when there is none. */
  word(): string | null {
    this.skipBlank();
    return this.#match(WORD);
  }

  /** A bare word, or one with a `-` right before it, such as `-inf`; null when there is none. */
  signedWord(): string | null {
    this.skipBlank();
    return this.#match(SIGNED_WORD);
  }

  /** All hexadecimal digits from here on, without skipping blanks; null when there is none. */
  hexDigits(): string | null {
    return this.#match(HEX_DIGITS);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.#source)?.[0] ?? null;
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }

  /** A string in double quotes; null when there is none. */
  takeString(): string | null {
    return this.skipBlank() === QUOTE ? this.#string() : null;
  }

  /** A string in double quotes. `what` is what the string is for. */
  string(what: string): string {
    const text = this.takeString();
    if (text === null) throw this.expected(`a string in double quotes as ${what}`);
    return text;
  }

  #string(): string {
    const source = this.#source;
    this.#stringStart = this.position++;
    let text = "";
    for (;;) {
      const from = this.position;
      const code = this.#skipPlain();
      text += source.slice(from, this.position);
      if (code < 0) throw this.#unclosedString();
      this.position++;
      if (code === QUOTE) return text;
      text += this.#escape();
    }
  }

  /** Moves to the next quote or backslash; returns its code, -1 at the end. */
  #skipPlain(): number {
    const source = this.#source;
    for (; this.position < source.length; this.position++) {
      const code = source.charCodeAt(this.position);
      if (code === QUOTE || code === BACKSLASH) return code;
    }
    return -1;
  }

  /** What comes after a backslash; anything without a meaning of its own stands for itself. */
  #escape(): string {
    const start = this.position - 1;
    const character = this.#source.charAt(this.position++); // empty at the end
    const size = character === "u" ? 4 : character === "U" ? 6 : 0;
    if (size === 0) return ESCAPES[character] ?? character;
    const code = this.#hexCode(size, start);
    const isLead = code >= 0xd800 && code <= 0xdbff;
    if (isLead && this.isAt("\\u")) {
      this.position += 2;
      const trail = this.#hexCode(4, this.position - 2);
      if (trail >= 0xdc00 && trail <= 0xdfff) return String.fromCharCode(code, trail);
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      throw this.failure("A surrogate in a string has no partner", start);
    }
    if (code > 0x10ffff) throw this.failure("A character in a string is above U+10FFFF", start);
    return String.fromCodePoint(code);
  }

  /** The hexadecimal digits of the escape that begins at `start`, as a number. */
  #hexCode(size: number, start: number): number {
    const digits = this.#source.slice(this.position, this.position + size);
    this.position += digits.length;
    if (/^[0-9A-Fa-f]*$/.test(digits)) {
      if (digits.length < size) throw this.#unclosedString();
      return parseInt(digits, 16);
    }
    throw this.failure(`An escape in a string needs ${size} hexadecimal digits`, start);
  }

  #unclosedString(): ParseError {
    return new ParseError("A string has no closing quote", this.#source, this.#stringStart, true);
  }

  /** A number; null when there is none. */
  takeNumber(): NumberToken | null {
    this.skipBlank();
    const token = numberAt(this.#source, this.position);
    if (token !== null) this.position = token.end;
    return token;
  }

  /** A number as it is written. */
  textOf({ start, end }: NumberToken): string {
    return this.#source.slice(start, end);
  }

  /** What to throw when the next thing is not what must come here. */
  expected(what: string): ParseError {
    this.skipBlank();
    const start = this.position;
    const isIncomplete = this.#openBrackets > 0 && start >= this.#source.length;
    const why = `Expected ${what}, got ${this.#found()}`;
    this.position = start;
    return new ParseError(why, this.#source, start, isIncomplete);
  }

  /** What to throw when something that was read cannot be. `start` is where that begins. */
  failure(why: string, start: number): ParseError {
    return new ParseError(why, this.#source, start);
  }

  #found(): string {
    const found = this.#match(FOUND);
    if (found === null) return "the end of the text";
    return found === '"' ? "a string" : quoted(shortened(found));
  }
}

/** As much of a word or number as a message can take. */
export function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}

const SPACE = 0x20, QUOTE = 0x22, SEMICOLON = 0x3b, BACKSLASH = 0x5c;

const HEX_DIGITS = /[0-9a-fA-F]+/y;
const WORD = /[A-Za-z_]\w*/y;
const SIGNED_WORD = /-?[A-Za-z_]\w*/y;

/** A word or number as a whole, or a single character. */
const FOUND = /-?[A-Za-z_]\w*|-?\d[\w.]*|./suy;

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
