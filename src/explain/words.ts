/** Words and numbers that all readers use: plain reads of integers, counts in words, short excerpts. */

/** A 16-bit little-endian number; 0 past the end. */
export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8;
}

/** A 16-bit big-endian number; 0 past the end. */
export function u16be(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

/** A 32-bit little-endian number; bytes past the end count as 0. */
export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) + u16(bytes, at + 2) * 0x1_0000;
}

/** A 32-bit big-endian number; bytes past the end count as 0. */
export function u32be(bytes: Uint8Array, at: number): number {
  return u16be(bytes, at) * 0x1_0000 + u16be(bytes, at + 2);
}

/** `1 byte`, `2 bytes`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** At most `length` characters, with an ellipsis where some are left out. */
export function short(text: string, length = 60): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** A text in quotes on one line, cut to `length` characters. */
export function quote(text: string, length = 60): string {
  const isCut = text.length > length;
  return JSON.stringify(isCut ? text.slice(0, length) : text) + (isCut ? "…" : "");
}

/** The first bytes as hexadecimal pairs. */
export function hexPairs(bytes: Uint8Array, count = 8): string {
  const pairs = [...bytes.subarray(0, count)].map((byte) => byte.toString(16).padStart(2, "0"));
  return pairs.join(" ") + (bytes.length > count ? " …" : "");
}

/** A score as the readers mean it: between 0 and 1, in steps of a hundredth. */
export function score(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
}
