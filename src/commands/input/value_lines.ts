/** Values in lines of text: an open bracket or quote goes on in the next line. */

import { isBlankText, ValueLines } from "../../variant/text_lines.ts";
import type { Chunks } from "./chunks.ts";
import { linesOf } from "./lines.ts";
import type { WrittenValue } from "./value_source.ts";

/** The values in an input, in batches as it comes. Throws `UsageError` when it is not UTF-8. */
export async function* valuesInLines(input: Chunks): AsyncGenerator<Iterable<WrittenValue>> {
  const collector = new LineCollector();
  for await (const lines of linesOf(input)) yield collector.push(lines);
  yield collector.finish();
}

/** Puts lines together to values: an open bracket or quote goes on in the next line. */
class LineCollector {
  readonly #value = new ValueLines();
  #line = 0;
  #firstLine = 1;

  *push(lines: Iterable<string>): Generator<WrittenValue> {
    for (const line of lines) {
      this.#line++;
      const text = this.#value.push(line);
      if (text !== null) yield this.#complete(text);
    }
  }

  *finish(): Generator<WrittenValue> {
    const text = this.#value.finish();
    if (text !== null) yield this.#complete(text);
  }

  #complete(text: string): WrittenValue {
    const firstLine = this.#firstLine;
    this.#firstLine = this.#line + 1;
    return { text, name: null, firstLine, isBlank: isBlankText(text) };
  }
}
