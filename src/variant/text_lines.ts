/**
 * Lines to values: a value in Godot's notation may span lines as long as a bracket or a string is
 * open. Each line is looked at once, however long the value gets. What is in a value is not
 * checked here: `variantFromText` does that.
 */

import { TextScanner } from "./text_scanner.ts";

/** True when a text holds nothing but blanks and comments. */
export function isBlankText(text: string): boolean {
  return new TextScanner(text).skipBlank() < 0;
}

/** Collects lines until they make up a value. */
export class ValueLines {
  #lines: string[] = [];
  /** What would close the brackets that are open, the innermost last. */
  readonly #closers: number[] = [];
  #isInString = false;

  /** True when a value has begun and goes on in the next line. */
  get isOpen(): boolean {
    return this.#isInString || this.#closers.length > 0;
  }

  /**
   * Takes the next line, without its line feed. Returns the text of the value that ends with it,
   * lines parted by line feeds, or null while the value goes on. An empty line between two values
   * is a text of its own.
   */
  push(line: string): string | null {
    this.#lines.push(line);
    this.#scan(line);
    return this.isOpen ? null : this.#take();
  }

  /** The lines of a value that was not closed when the input ended; null when there are none. */
  finish(): string | null {
    return this.#lines.length === 0 ? null : this.#take();
  }

  #take(): string {
    const text = this.#lines.join("\n");
    this.#lines = [];
    this.#reset();
    return text;
  }

  #reset(): void {
    this.#closers.length = 0;
    this.#isInString = false;
  }

  #scan(line: string): void {
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (this.#isInString) {
        if (code === BACKSLASH) at++; // at the end of the line it escapes the line feed
        else if (code === QUOTE) this.#isInString = false;
      } else if (code === SEMICOLON) {
        return; // a comment
      } else if (!this.#step(code)) {
        return this.#reset();
      }
    }
  }

  /** Outside of strings. False when a bracket does not match: no more lines can help. */
  #step(code: number): boolean {
    switch (code) {
      case QUOTE:
        this.#isInString = true;
        return true;
      case PARENTHESIS:
        this.#closers.push(code + 1);
        return true;
      case BRACKET:
      case BRACE:
        this.#closers.push(code + 2);
        return true;
      case PARENTHESIS + 1:
      case BRACKET + 2:
      case BRACE + 2:
        return this.#closers.pop() === code;
      default:
        return true;
    }
  }
}

const QUOTE = 0x22, PARENTHESIS = 0x28, SEMICOLON = 0x3b;
const BRACKET = 0x5b, BACKSLASH = 0x5c, BRACE = 0x7b;
