/**
 * Quantities as people write them: durations `250ms`, sizes `64KiB`, rates `60/s` and `1MiB/s`. A
 * number without its unit is refused: nobody should have to guess whether 5 means seconds.
 */

import { UsageError } from "../errors.ts";

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

const DURATION_FORM = "a number with its unit, such as 250ms, 2s or 1.5m";
const SIZE_FORM = "a number with its unit, such as 500B, 64KiB or 1MB";
const RATE_FORM = "a number per second, such as 60/s or 0.5/s";
const BYTE_RATE_FORM = "a size per second, such as 64KiB/s or 1MB/s";
const COUNT_FORM = "a whole number, such as 1 or 1000";
const PORT_FORM = "a number from 0 to 65535";

/** 1.1 times a million is not quite a whole number in binary floating point. */
const ROUNDING_ERROR = 1e-6;

const QUANTITY = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/;

/** Milliseconds of a duration in `us`, `ms`, `s`, `m` or `h`. Throws `UsageError`. */
export function parseDuration(text: string): number {
  return quantity(text, MS_PER_UNIT) ?? refuse("duration", text, DURATION_FORM);
}

/** Whole bytes of a size in `B`, decimal (`kB`, `MB`, `GB`) or binary units (`KiB`, `MiB`, `GiB`). */
export function parseSize(text: string): number {
  const bytes = quantity(text, BYTES_PER_UNIT) ?? refuse("size", text, SIZE_FORM);
  const whole = Math.round(bytes);
  const isWhole = Math.abs(bytes - whole) < ROUNDING_ERROR && Number.isSafeInteger(whole);
  return isWhole ? whole : refuse("size", text, SIZE_FORM);
}

/** How many a second, of a rate such as `60/s`. */
export function parseRate(text: string): number {
  const count = text.endsWith("/s") ? quantity(text.slice(0, -2), { "": 1 }) : null;
  return count ?? refuse("rate", text, RATE_FORM);
}

/** Bytes a second, of a rate such as `1MiB/s`. */
export function parseByteRate(text: string): number {
  const bytes = text.endsWith("/s") ? quantity(text.slice(0, -2), BYTES_PER_UNIT) : null;
  return bytes ?? refuse("rate", text, BYTE_RATE_FORM);
}

/** A whole number from 0 on, in decimal digits. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(count) ? count : refuse("count", text, COUNT_FORM);
}

/** A port number; 0 stands for any free port. */
export function parsePort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : NaN;
  return port <= 65535 ? port : refuse("port", text, PORT_FORM);
}

function quantity(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits = "", unit = ""] = QUANTITY.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === "" || factor === undefined ? null : Number(digits) * factor;
}

function refuse(what: string, text: string, form: string): never {
  const isBare = /^\d+(\.\d+)?$/.test(text) && form.includes("unit");
  throw new UsageError(`"${text}" ${isBare ? "lacks its unit" : `is no ${what}`}; write ${form}`);
}
