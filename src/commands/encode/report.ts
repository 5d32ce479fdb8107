/** What `encode` prints for each value, and what it says about one that cannot be encoded. */

import type { Output } from "../../cli/output.ts";
import { EncodeError, formatPath, ParseError } from "../../errors.ts";
import { VariantEncoder } from "../../variant/encode.ts";
import type { GodotVersion, Variant } from "../../variant/types.ts";
import type { WrittenValue } from "../input/value_source.ts";

/** What `encode` can print. */
export type EncodeForm = "hex" | "base64" | "raw" | "text" | "json" | "native" | "tree" | "hexdump";

/** How values are encoded. */
export interface ValueEncoding {
  readonly godot: GodotVersion;
  readonly fullObjects: boolean;
}

/** Reads a written value. Throws `ParseError`. */
export type ValueParser = (text: string) => Variant;

/** Prints a value and its bytes. */
export type ValuePrinter = (value: Variant, bytes: Uint8Array, index: number) => void;

/** How values are read and printed. */
export interface EncodeReportOptions {
  readonly form: EncodeForm;
  readonly encoding: ValueEncoding;
  readonly parse: ValueParser;
  readonly show: ValuePrinter;
}

/** Encodes values and prints them as they come. */
export class EncodeReport {
  readonly #output: Output;
  readonly #options: EncodeReportOptions;
  readonly #encoder: VariantEncoder;
  #index = 0;

  constructor(output: Output, options: EncodeReportOptions) {
    this.#output = output;
    this.#options = options;
    this.#encoder = new VariantEncoder(options.encoding);
  }

  /** Prints one value; false when it does not parse or cannot be encoded. */
  print(written: WrittenValue): boolean {
    const index = this.#index++;
    if (written.isBlank) return this.#printNothing();
    try {
      const value = this.#options.parse(written.text);
      this.#options.show(value, this.#encoder.encode(value), index);
      return true;
    } catch (error) {
      if (!(error instanceof ParseError || error instanceof EncodeError)) throw error;
      this.#printError(index, written, error);
      return false;
    }
  }

  /** What keeps line N value N; bytes and NDJSON have no empty lines. */
  #printNothing(): true {
    const { form } = this.#options;
    if (form !== "raw" && form !== "json" && form !== "native") this.#output.data("");
    return true;
  }

  #printError(index: number, written: WrittenValue, error: ParseError | EncodeError): void {
    const { form } = this.#options;
    if (form === "json" || form === "native") {
      const details = JSON.stringify(errorDetails(written, error));
      return this.#output.data(`{"index":${index},"ok":false,"error":${details}}`);
    }
    this.#printNothing();
    const isParseError = error instanceof ParseError;
    const what = isParseError ? error.why : error.message;
    this.#output.error(`packetpeer: ${placeOf(written, error)}: ${what}`);
    if (!isParseError) return;
    error.excerpt.split("\n").forEach((line) => this.#output.error(`  ${line}`));
  }
}

/** `line 3, column 5` of the input, or `value 2, column 5` of the arguments. */
function placeOf({ name, firstLine, text }: WrittenValue, error: ParseError | EncodeError): string {
  if (!(error instanceof ParseError)) return name ?? `line ${firstLine}`;
  const column = `column ${error.column}`;
  if (name === null) return `line ${firstLine + error.line - 1}, ${column}`;
  return text.includes("\n") ? `${name}, line ${error.line}, ${column}` : `${name}, ${column}`;
}

function errorDetails(
  { firstLine }: WrittenValue,
  error: ParseError | EncodeError,
): Readonly<Record<string, string | number>> {
  const { message } = error;
  if (error instanceof EncodeError) {
    return { code: error.code, message, path: formatPath(error.path), line: firstLine };
  }
  const line = firstLine + error.line - 1;
  return { code: "ERR_PARSE_ERROR", message: error.why, line, column: error.column };
}
