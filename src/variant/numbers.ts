/**
 * Numbers in Godot's notation, both ways.
 *
 * Floats are written with the fewest digits that read back exactly: those of a 64-bit float, or,
 * where the wire has 32 bits, those of a 32-bit float. The form is that of the engine's `rtos_fix`
 * (`core/variant/variant_parser.cpp`): plain from 0.0001 up to 15 digits before the point, else
 * `1e-05`, `1.5e+20`. Two things are told that the engine drops: the sign of -0.0, and the bits of
 * a NaN other than the usual one, as `nan(0x7ff8000020000000)`.
 *
 * JavaScript keeps the payload of a NaN in a number, but nobody promises it for signalling ones;
 * where bits matter to the last, they are passed as integers here.
 */

/** A number as it is written: where, and what it is as a float. */
export interface NumberToken {
  readonly start: number;
  readonly end: number;
  /** Correctly rounded. */
  readonly value: number;
  /** Written without point and exponent: an int. */
  readonly isInteger: boolean;
}

/**
 * The number that begins at that index; null when none does. As in the engine, digits may lack
 * after the point and in the exponent. `0x1F`, `0b11` and `1_000` are the numbers that a script
 * makes of them (the engine's own reader takes them for 0, 0 and 1).
 */
export function numberAt(source: string, start: number): NumberToken | null {
  const short = shortIntegerAt(source, start);
  if (short !== null) return short;
  NUMBER.lastIndex = start;
  if (!NUMBER.test(source)) return null;
  const end = NUMBER.lastIndex;
  const text = source.slice(start, end);
  if (PREFIXED.test(text)) return { start, end, value: Number(integerOf(text)), isInteger: true };
  const value = Number(text.replace(UNUSUAL, ""));
  return { start, end, value, isInteger: !IS_FLOAT.test(text) };
}

const NUMBER =
  /-?(?:0[xX][\da-fA-F][\da-fA-F_]*|0[bB][01][01_]*|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d*)?)/y;
const PREFIXED = /^-?0[xXbB]/;
const IS_FLOAT = /[.eE]/;
/** What `Number` does not take: separators, an exponent without digits. */
const UNUSUAL = /_|[eE][+-]?$/g;

/**
 * Up to 15 digits, which a float holds exactly, and nothing else; null for all other numbers. Most
 * are such, and this way an array of them is read three times as fast.
 */
function shortIntegerAt(source: string, start: number): NumberToken | null {
  const first = source.charCodeAt(start) === MINUS ? start + 1 : start;
  let value = 0;
  let end = first;
  for (; end < first + 16; end++) {
    const digit = source.charCodeAt(end) - ZERO;
    if (!(digit >= 0 && digit <= 9)) break;
    value = 10 * value + digit;
  }
  const isAll = end > first && end < first + 16 && !/[.eExXbB_]/.test(source.charAt(end));
  if (!isAll) return null;
  return { start, end, value: first === start || value === 0 ? value : -value, isInteger: true };
}

const MINUS = 0x2d, ZERO = 0x30;

/** The exact value of an integer as it is written. */
export function integerOf(text: string): bigint {
  const digits = text.replace(/^-/, "").replaceAll("_", "");
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

/** The NaN that is written as plain `nan`, in 64 and 32 bits. */
export const USUAL_NAN_64 = 0x7ff8000000000000n;
const USUAL_NAN_32 = 0x7fc00000;
/** The bit that tells a quiet NaN from a signalling one. */
const QUIET_64 = 0x0008000000000000n;
const QUIET_32 = 0x00400000;

/** A float that stands alone: it always has a point or an exponent, unless it is inf or nan. */
export function formatFloat(value: number): string {
  const text = formatReal64(value);
  return Number.isInteger(value) && !/[.e]/.test(text) ? text + ".0" : text;
}

/** A number where its place says that it is a 64-bit float: without needless `.0`. */
export function formatReal64(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0"; // the engine reads -0 as an int
  if (Number.isFinite(value)) return shortestDigits(value);
  return formatNonFinite(value) ?? formatNaN64(bitsOfFloat(value));
}

/**
 * A number where its place is 32 bits wide on the wire: a component of a math type or a packed
 * vector. One that is not exactly a 32-bit float keeps the digits of a 64-bit one.
 */
export function formatReal32(value: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0";
  if (Number.isFinite(value)) return shortestDigits32(value);
  return formatNonFinite(value) ?? formatNaN32(narrowNaN(bitsOfFloat(value)));
}

function formatNonFinite(value: number): string | null {
  if (value === Infinity) return "inf";
  return value === -Infinity ? "-inf" : null;
}

/** A NaN, given as the bits of a 64-bit float. */
export function formatNaN64(bits: bigint): string {
  return bits === USUAL_NAN_64 ? "nan" : `nan(0x${bits.toString(16)})`;
}

/** A NaN, given as the bits of a 32-bit float. */
export function formatNaN32(bits: number): string {
  return bits === USUAL_NAN_32 ? "nan" : `nan(0x${bits.toString(16)})`;
}

function shortestDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e15) return String(value);
  return value.toExponential().replace(/([+-])(\d)$/, "$10$2"); // two digits of exponent at least
}

/** Six digits always survive 32 bits, unless subnormal, and nine always lead back. */
function shortestDigits32(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) <= 0x1000000) return String(value);
  if (Math.fround(value) !== value) return shortestDigits(value);
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) return String(value < 0 ? -shortest32(size) : shortest32(size));
  const isSubnormal = Math.abs(value) < 2 ** -126;
  for (let precision = isSubnormal ? 1 : 6; precision < 9; precision++) {
    const rounded = Number(value.toPrecision(precision));
    if (Math.fround(rounded) === value) return shortestDigits(rounded);
  }
  return shortestDigits(Number(value.toPrecision(9)));
}

/**
 * The number of fewest digits that is this 32-bit float, from 0.001 up to 1,000,000: as the loop in
 * `shortestDigits32`, but in numbers (five times as fast, which captures are full of). Both the
 * product, which has at most 24 + 26 bits, and the quotient, correctly rounded, are exact decimals.
 */
function shortest32(size: number): number {
  let scale = 1e5; // six digits of a number from 1 up to 10
  for (let bound = 1; size < bound; bound /= 10) scale *= 10;
  for (let bound = 10; size >= bound; bound *= 10) scale /= 10;
  for (;; scale *= 10) {
    const rounded = Math.round(size * scale) / scale;
    if (Math.fround(rounded) === size) return rounded;
  }
}

/** The bits of a 64-bit float. */
export function bitsOfFloat(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The 64-bit float of these bits. */
export function floatOfBits(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** True for the bits of a 64-bit NaN. */
export function isNaNBits(bits: bigint): boolean {
  return (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

/** The 64-bit form of 32 bits that are a NaN: sign and payload stay, at the top. */
export function widenNaN(bits: number): bigint {
  const sign = BigInt(bits >>> 31) << 63n;
  return sign | 0x7ff0000000000000n | BigInt(bits & 0x7fffff) << 29n;
}

/**
 * The 32-bit form of a 64-bit NaN. A payload that 32 bits cannot hold is cut and made quiet, as
 * processors do.
 */
export function narrowNaN(bits: bigint): number {
  const sign = Number(bits >> 63n);
  const payload = Number(bits >> 29n & 0x7fffffn);
  const quiet = (bits & 0x1fffffffn) === 0n ? 0 : QUIET_32;
  return (sign << 31 | 0x7f800000 | payload | quiet) >>> 0;
}

/** The same NaN, as it is after any conversion. */
export function quietNaN(bits: bigint): bigint {
  return bits | QUIET_64;
}
