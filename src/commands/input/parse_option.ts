/** Options whose value is a small language: what does not parse is said of the option. */

import { ParseError } from "../../errors.ts";

/** What `parse` makes of the option's text. Its `ParseError` begins with the option's name then. */
export function parseOption<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) error.message = `--${name}: ${error.message}`;
    throw error;
  }
}
