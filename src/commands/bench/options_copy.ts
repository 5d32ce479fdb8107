/** Options as plain data, so that they can be sent to a worker, and made into options again there. */

import type { ParsedOptions } from "../../cli/command.ts";

/** What was parsed, by the names of the options. */
export interface OptionsCopy {
  readonly values: readonly string[];
  readonly settings: ReadonlyMap<string, SettingCopy>;
}

/** One option. */
export interface SettingCopy {
  readonly isGiven: boolean;
  readonly isOn: boolean;
  readonly texts: readonly string[];
  readonly number: number | null;
}

/** Copies what the options of those names say. */
export function copyOptions(options: ParsedOptions, names: readonly string[]): OptionsCopy {
  const settings = new Map(names.map((name) => [name, {
    isGiven: options.isGiven(name),
    isOn: options.flag(name),
    texts: [...options.texts(name)],
    number: options.number(name),
  }]));
  return { values: [...options.values], settings };
}

/** The options that were copied. They throw `TypeError` for names that were not copied. */
export function restoreOptions({ values, settings }: OptionsCopy): ParsedOptions {
  const setting = (name: string): SettingCopy => {
    const found = settings.get(name);
    if (found === undefined) throw new TypeError(`Unknown option name "${name}"`);
    return found;
  };
  return {
    values,
    flag: (name) => setting(name).isOn,
    text: (name) => setting(name).texts[0] ?? null,
    texts: (name) => setting(name).texts,
    number: (name) => setting(name).number,
    isGiven: (name) => setting(name).isGiven,
  };
}
