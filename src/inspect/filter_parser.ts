/**
 * The filter language: `udp && port == 4242 && value.cmd == "move"`.
 *
 *     filter     = and { ("||" | "or") and }
 *     and        = not { ("&&" | "and") not }
 *     not        = ("!" | "not") not | "(" filter ")" | test
 *     test       = field [ operator operand ]
 *     field      = "udp" | "port" | … | "value" { "." name | "[" (text | index) "]" }
 *     operator   = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "contains" | "~"
 *     operand    = a value in Godot's notation; after "in" an Array of them; after "~" /regex/flags
 *
 * Addresses and words (types, error codes, note codes, directions) need no quotes.
 */

import { ParseError } from "../errors.ts";
import { readNextValue } from "../variant/text_reader.ts";
import { shortened, TextScanner } from "../variant/text_scanner.ts";
import { type Variant, VariantArray } from "../variant/types.ts";
import {
  ADDRESS_FIELDS,
  type FieldName,
  type FilterComparison,
  type FilterNode,
  type FilterOperator,
  type FilterStep,
  type FilterTest,
  NUMBER_FIELDS,
  PROTOCOL_FIELDS,
  WORD_FIELDS,
} from "./filter_tree.ts";

/** Parentheses and negations inside each other: more is no filter that anybody wrote. */
const MAX_DEPTH = 100;

/** Reads a filter. @throws {ParseError} that says what was expected, and where. */
export function parseFilter(source: string): FilterNode {
  const parser = new FilterParser(source);
  return parser.parse();
}

const FIELD_NAMES: ReadonlySet<string> = new Set([
  ...PROTOCOL_FIELDS,
  ...NUMBER_FIELDS,
  ...ADDRESS_FIELDS,
  ...WORD_FIELDS,
  "ok",
  "value",
]);

/** Longer operators before those that they begin with. */
const OPERATORS: readonly FilterOperator[] = [
  "==",
  "!=",
  "<=",
  ">=",
  "<",
  ">",
  "in",
  "contains",
  "~",
];

/** An address or endpoint as it is printed: IPv4, IPv6, with a port or without. */
const BARE_ADDRESS = /\[[0-9a-fA-F:.]+\](?::\d+)?|[0-9a-fA-F]*(?:[:.][0-9a-fA-F]*)+/y;
/** Types, error codes, note codes (`trailing-bytes`) and directions. */
const BARE_WORD = /[A-Za-z][\w-]*/y;
const WORD = /[A-Za-z_]\w*/y;
const DOTTED = /[A-Za-z_]\w*(?:\.\w+)*/y;
const REGEX = /\/((?:[^/\\\n]|\\.)+)\/([a-z]*)/y;

/** What other programs, and people who guess, call a field. */
const MEANT: Readonly<Record<string, string>> = {
  "ip.addr": "host",
  "ip.src": "src",
  "ip.dst": "dst",
  "udp.port": "port",
  "udp.srcport": "sport",
  "udp.dstport": "dport",
  "udp.length": "size",
  "tcp.port": "port",
  "tcp.srcport": "sport",
  "tcp.dstport": "dport",
  "tcp.len": "size",
  "frame.number": "frame",
  "frame.len": "size",
  "frame.time_relative": "time",
  address: "host",
  destination: "dst",
  len: "size",
  length: "size",
  source: "src",
  to_client: "direction == to_client",
  to_server: "direction == to_server",
};

class FilterParser {
  readonly #source: string;
  readonly #scanner: TextScanner;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#scanner = new TextScanner(source);
  }

  parse(): FilterNode {
    const node = this.#or();
    if (this.#scanner.skipBlank() >= 0) throw this.#expected('"&&", "||" or the end of the filter');
    return node;
  }

  #or(): FilterNode {
    let left = this.#and();
    while (this.#take("||", "or")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): FilterNode {
    let left = this.#not();
    while (this.#take("&&", "and")) left = { kind: "and", left, right: this.#not() };
    return left;
  }

  #not(): FilterNode {
    this.#scanner.skipBlank();
    if (this.#depth === MAX_DEPTH) throw this.#failure("The filter nests too deep");
    this.#depth++;
    const node = this.#operand();
    this.#depth--;
    return node;
  }

  #operand(): FilterNode {
    if (this.#take("!", "not")) return { kind: "not", operand: this.#not() };
    if (!this.#take("(")) return this.#test();
    const node = this.#or();
    if (!this.#take(")")) throw this.#expected('"&&", "||" or ")"');
    return node;
  }

  #test(): FilterTest {
    this.#scanner.skipBlank();
    const start = this.#scanner.position;
    const dotted = this.#match(DOTTED)?.[0];
    if (dotted === undefined) throw this.#expected("a field, as port or value.cmd");
    this.#scanner.position = start;
    const name = this.#match(WORD)?.[0] ?? "";
    if (!FIELD_NAMES.has(name) || Object.hasOwn(MEANT, dotted)) throw this.#unknown(dotted, start);
    const field = name as FieldName; // one of the set
    const path = field === "value" ? this.#path() : [];
    return { kind: "test", field, path, comparison: this.#comparison(field) };
  }

  #path(): FilterStep[] {
    const steps: FilterStep[] = [];
    for (;;) {
      if (this.#scanner.isAt(".")) {
        this.#scanner.position++;
        const name = this.#match(WORD)?.[0];
        if (name === undefined) {
          throw this.#expected('a name after "."; write ["…"] for other keys');
        }
        steps.push(name);
      } else if (this.#scanner.isAt("[")) {
        this.#scanner.position++;
        steps.push(this.#index());
        if (!this.#take("]")) throw this.#expected('"]" after a key or index');
      } else return steps;
    }
  }

  #index(): FilterStep {
    const key = this.#scanner.takeString();
    if (key !== null) return key;
    const token = this.#scanner.takeNumber();
    if (token?.isInteger === true) return token.value;
    throw this.#expected("a key in quotes or an index");
  }

  #comparison(field: FieldName): FilterComparison | null {
    this.#scanner.skipBlank();
    const start = this.#scanner.position;
    const operator = OPERATORS.find((operator) => this.#take(operator));
    if (operator === undefined) {
      if (!this.#scanner.isAt("=")) return null;
      throw this.#failure('"=" is no operator: write "==" to compare');
    }
    if (isIn(PROTOCOL_FIELDS, field)) {
      throw this.#failure(`"${field}" stands alone: it is compared with nothing`, start);
    }
    if (operator === "~") return { operator, pattern: this.#pattern() };
    if (operator !== "in") return { operator, operand: this.#value(field, operator) };
    return { operator, operands: this.#list(field) };
  }

  #pattern(): RegExp {
    this.#scanner.skipBlank();
    const start = this.#scanner.position;
    const match = this.#match(REGEX);
    if (match === null) throw this.#expected('a regular expression as /move/ after "~"');
    try {
      return new RegExp(match[1] ?? "", (match[2] ?? "").replace(/[gy]/g, ""));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw this.#failure(error.message, start);
    }
  }

  /** `[a, b, c]`. */
  #list(field: FieldName): Variant[] {
    if (field === "value") {
      const array = readNextValue(this.#scanner);
      if (array instanceof VariantArray) return [...array.items];
      throw this.#failure('"in" needs a list, as [1, 2]');
    }
    if (!this.#take("[")) throw this.#expected('a list after "in", as [4242, 4243]');
    const values: Variant[] = [];
    while (!this.#take("]")) {
      values.push(this.#value(field, "=="));
      if (this.#take(",")) continue;
      if (this.#take("]")) break;
      throw this.#expected('"," or "]" in a list');
    }
    return values;
  }

  #value(field: FieldName, operator: FilterOperator): Variant {
    this.#scanner.skipBlank();
    const start = this.#scanner.position;
    if (isIn(ADDRESS_FIELDS, field)) {
      const address = this.#match(BARE_ADDRESS)?.[0];
      if (address !== undefined) return address;
    }
    if (isIn(WORD_FIELDS, field)) {
      const word = this.#match(BARE_WORD)?.[0];
      if (word !== undefined) return word;
    }
    if (start >= this.#source.length) throw this.#expected(`a value after "${operator}"`);
    const value = readNextValue(this.#scanner);
    const isNumber = typeof value === "bigint" || typeof value === "number";
    if (isIn(NUMBER_FIELDS, field) && !isNumber) {
      throw this.#failure(`"${field}" is a number, and compared with one`, start);
    }
    const isText = isIn(ADDRESS_FIELDS, field) || isIn(WORD_FIELDS, field);
    if (isText && typeof value !== "string") {
      throw this.#failure(`"${field}" is a text, and compared with one`, start);
    }
    if (field === "ok" && typeof value !== "boolean") {
      throw this.#failure('"ok" is true or false', start);
    }
    return value;
  }

  /** Moves past one of these, if it is next; words only as a whole. */
  #take(...symbols: readonly string[]): boolean {
    this.#scanner.skipBlank();
    for (const symbol of symbols) {
      if (!this.#scanner.isAt(symbol)) continue;
      const end = this.#scanner.position + symbol.length;
      if (/\w$/.test(symbol) && /^\w/.test(this.#source.slice(end, end + 1))) continue;
      this.#scanner.position = end;
      return true;
    }
    return false;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#scanner.position;
    const match = pattern.exec(this.#source);
    if (match !== null) this.#scanner.position = pattern.lastIndex;
    return match;
  }

  #unknown(name: string, start: number): ParseError {
    if (Object.hasOwn(MEANT, name)) {
      return this.#failure(`There is no field "${name}": write ${MEANT[name]}`, start);
    }
    const fields = [...FIELD_NAMES].join(", ");
    const shown = shortened(name);
    return this.#failure(
      `Unknown field "${shown}"; the fields are ${fields}; a key of the packet is value.${shown}`,
      start,
    );
  }

  #expected(what: string): ParseError {
    return this.#scanner.expected(what);
  }

  #failure(why: string, start: number = this.#scanner.position): ParseError {
    return new ParseError(why, this.#source, start);
  }
}

function isIn(names: readonly FieldName[], field: FieldName): boolean {
  return names.includes(field);
}
