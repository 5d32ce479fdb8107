/**
 * Command line to typed options, by the option table of a command: `--name value`, `--name=value`,
 * `-n value`, `-nvalue`, `-n=value`, `-abc`, `--no-name`. What begins with `-` and a digit is a
 * value, and so is everything after `--`.
 *
 * Every option is brought into the one form `--name=value` first, and collected by
 * `@std/cli/parse-args` then: left alone it guesses (`-5` is a flag to it, `--quiet false` swallows
 * the word, `-ojson` falls apart).
 */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../errors.ts";
import type { OptionKind, OptionSpec, ParsedOptions } from "./command.ts";
import { nearestWord } from "./nearest.ts";
import {
  parseByteRate,
  parseCount,
  parseDuration,
  parsePort,
  parseRate,
  parseSize,
} from "./units.ts";

/** A value, though it begins with a dash: stdin, or a negative number. */
const DASHED_VALUE = /^-(?:$|\.?[0-9]|inf$)/;

/** True when the argument is an option by its form, and not a value. */
export function isOption(argument: string): boolean {
  return argument.startsWith("-") && !DASHED_VALUE.test(argument);
}

/**
 * Parses arguments by an option table, defaults included. Throws `UsageError` that names the option,
 * its value and what would be accepted.
 */
export function parseOptions(args: readonly string[], specs: readonly OptionSpec[]): ParsedOptions {
  const values: string[] = [];
  const written: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? ""; // the index is below the length
    if (argument === "--") {
      values.push(...args.slice(i + 1));
      break;
    }
    if (!isOption(argument)) values.push(argument);
    else {
      for (const { spec, value } of readOption(argument, specs)) {
        written.push(`--${spec.name}=${value ?? valueFrom(args[++i], spec)}`);
      }
    }
  }
  const names = specs.map((spec) => spec.name);
  const given = parseArgs(written, { string: names, collect: names });
  const settings = specs.map((spec) => [spec.name, readSetting(spec, textsOf(given[spec.name]))]);
  return new Options(values, new Map(settings as [string, Setting][])); // pairs, as just made
}

/** What was collected for one option: texts, since all options are declared as such. */
function textsOf(collected: unknown): string[] {
  return Array.isArray(collected) ? collected.map(String) : [];
}

/**
 * Index of the first argument that is neither an option of the table nor an option's value: the name
 * of the command. -1 when there is none.
 */
export function firstValueIndex(args: readonly string[], specs: readonly OptionSpec[]): number {
  const valued = specs.filter((spec) => spec.kind !== "flag");
  let isOptionValue = false;
  for (const [i, argument] of args.entries()) {
    if (!isOptionValue && !isOption(argument)) return i;
    isOptionValue = !isOptionValue && takesNext(argument, valued);
  }
  return -1;
}

/** `--output`, `-o` or `-qo`: the value is the next argument. */
function takesNext(argument: string, valued: readonly OptionSpec[]): boolean {
  if (argument.startsWith("--")) return valued.some((spec) => argument === `--${spec.name}`);
  const isValued = (letter: string): boolean => valued.some((spec) => spec.short === letter);
  return [...argument].findIndex(isValued) === argument.length - 1;
}

const JSON_OUTPUT = /(?:^|\0)(?:-\w*o[=\0]?|--output[=\0])(?:json|native)(?:\0|$)/;

/** True when arguments, wrong as they may be, ask for JSON: then errors are reported as JSON too. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return JSON_OUTPUT.test((end < 0 ? args : args.slice(0, end)).join("\0"));
}

/** An option as it was written. The value of a flag is `true` or `false`. */
interface WrittenOption {
  readonly spec: OptionSpec;
  /** Null when the next argument is the value. */
  readonly value: string | null;
}

function readOption(argument: string, specs: readonly OptionSpec[]): WrittenOption[] {
  return argument.startsWith("--") ? [readLong(argument, specs)] : readShort(argument, specs);
}

/** `--name`, `--no-name` or `--name=value`. */
function readLong(argument: string, specs: readonly OptionSpec[]): WrittenOption {
  const equals = argument.indexOf("=");
  const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
  const negated = specs.find((spec) => spec.isNegatable && name === `no-${spec.name}`);
  if (negated !== undefined && equals < 0) return { spec: negated, value: "false" };
  const spec = specs.find((spec) => spec.name === name) ?? refuseUnknown(`--${name}`, specs);
  if (equals < 0) return { spec, value: spec.kind === "flag" ? "true" : null };
  const value = argument.slice(equals + 1);
  if (spec.kind !== "flag") return { spec, value };
  if (spec.isNegatable && (value === "true" || value === "false")) return { spec, value };
  const accepted = spec.isNegatable ? "true and false" : "no value";
  throw new UsageError(`--${name} got "${value}"; it takes ${accepted}`);
}

/** `-q`, `-qv`, `-o`, `-ojson`, `-o=json` or `-qojson`. */
function readShort(argument: string, specs: readonly OptionSpec[]): WrittenOption[] {
  const options: WrittenOption[] = [];
  for (let i = 1; i < argument.length; i++) {
    const letter = argument.charAt(i);
    const spec = specs.find((spec) => spec.short === letter) ?? refuseUnknown(`-${letter}`, specs);
    if (spec.kind === "flag") options.push({ spec, value: "true" });
    else {
      const rest = argument.slice(i + 1).replace(/^=/, "");
      return [...options, { spec, value: i + 1 === argument.length ? null : rest }];
    }
  }
  return options;
}

/** The argument after an option as its value; another option is none. */
function valueFrom(argument: string | undefined, spec: OptionSpec): string {
  return argument === undefined || isOption(argument) ? refuseMissing(spec) : argument;
}

function refuseUnknown(written: string, specs: readonly OptionSpec[]): never {
  const names = specs.map((spec) => `--${spec.name}`);
  const nearest = written.startsWith("--") ? nearestWord(written, names) : null;
  const hint = nearest === null ? "--help lists the options" : `did you mean ${nearest}?`;
  throw new UsageError(`unknown option ${written}; ${hint}`);
}

/** An option as parsed; `number` when its kind has one. */
interface Setting {
  readonly isGiven: boolean;
  readonly isOn: boolean;
  readonly texts: readonly string[];
  readonly number: number | null;
}

function readSetting(spec: OptionSpec, given: readonly string[]): Setting {
  const isGiven = given.length > 0;
  if (spec.kind === "flag") {
    const isOn = (given.at(-1) ?? spec.default) === "true";
    return { isGiven, isOn, texts: [], number: null };
  }
  if (given.length > 1 && !spec.isRepeatable) {
    const values = given.map((text) => `"${text}"`).join(" and ");
    throw new UsageError(`--${spec.name} got ${values}; it can be given once`);
  }
  const texts = isGiven || spec.default === undefined ? given : [spec.default];
  const [number = null] = texts.map((text) => checkValue(spec, text));
  return { isGiven, isOn: false, texts, number };
}

function refuseMissing(spec: OptionSpec): never {
  const form = spec.kind === "string"
    ? `one that begins with "-" is written --${spec.name}=-…`
    : `write --${spec.name} ${EXAMPLES[spec.kind] ?? spec.choices?.join("|") ?? ""}`;
  throw new UsageError(`--${spec.name} needs a value (${spec.placeholder ?? "VALUE"}); ${form}`);
}

const EXAMPLES: Readonly<Partial<Record<OptionKind, string>>> = {
  duration: "2s",
  size: "64KiB",
  rate: "60/s",
  "byte-rate": "1MiB/s",
  count: "10",
  port: "4242",
};

const NUMBER_PARSERS: Readonly<Partial<Record<OptionKind, (text: string) => number>>> = {
  duration: parseDuration,
  size: parseSize,
  rate: parseRate,
  "byte-rate": parseByteRate,
  count: parseCount,
  port: parsePort,
};

/** The number that the text stands for, if its kind has one. Throws when the text is ill-typed. */
function checkValue(spec: OptionSpec, text: string): number | null {
  if (spec.choices !== undefined) checkChoice(spec.name, text, spec.choices);
  const parse = NUMBER_PARSERS[spec.kind];
  if (parse === undefined) return null;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--${spec.name}: ${error.message}`);
  }
}

function checkChoice(name: string, text: string, choices: readonly string[]): void {
  if (choices.includes(text)) return;
  const nearest = nearestWord(text, choices);
  const hint = nearest === null ? "" : `; did you mean ${nearest}?`;
  throw new UsageError(`--${name}: "${text}" is none of ${choices.join(", ")}${hint}`);
}

class Options implements ParsedOptions {
  readonly values: readonly string[];
  readonly #settings: ReadonlyMap<string, Setting>;

  constructor(values: readonly string[], settings: ReadonlyMap<string, Setting>) {
    this.values = values;
    this.#settings = settings;
  }

  flag(name: string): boolean {
    return this.#setting(name).isOn;
  }

  text(name: string): string | null {
    return this.#setting(name).texts[0] ?? null;
  }

  texts(name: string): readonly string[] {
    return this.#setting(name).texts;
  }

  number(name: string): number | null {
    return this.#setting(name).number;
  }

  isGiven(name: string): boolean {
    return this.#setting(name).isGiven;
  }

  #setting(name: string): Setting {
    const setting = this.#settings.get(name);
    if (setting === undefined) throw new TypeError(`Unknown option name "${name}"`);
    return setting;
  }
}
