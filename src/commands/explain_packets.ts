/**
 * The bytes that people have at hand, as packets: hexadecimal, what print() shows of a
 * PackedByteArray, what Node shows of a Buffer, hex dumps with offsets.
 */

import { parseHex } from "../bytes/hex.ts";

/** The bytes that a text spells; null when it spells none. */
export function parsePacket(text: string): Uint8Array<ArrayBuffer> | null {
  const trimmed = text.trim();
  const list = LISTS.map((pattern) => pattern.exec(trimmed)?.[1]).find((found) =>
    found !== undefined
  );
  if (list !== undefined) return parseNumbers(list);
  const buffer = /^<(?:Buffer|Uint8Array)\s+([^>]*)>$/.exec(trimmed)?.[1] ?? trimmed;
  const bytes = parseHex(buffer);
  return bytes instanceof Uint8Array ? bytes : null;
}

/** `[1, 2]`, `PackedByteArray(1, 2)`, `PackedByteArray([1, 2])`, and `1, 2`, whose commas tell. */
const LISTS: readonly RegExp[] = [
  /^(?:(?:Packed|Pool)ByteArray)?\s*\(?\s*\[([\d,\s]*)\]\s*\)?$/,
  /^(?:Packed|Pool)ByteArray\s*\(([\d,\s]*)\)$/,
  /^(\d+(?:\s*,\s*\d+)+)$/,
];

/** Decimal numbers of one byte each, with commas or white space between them. */
function parseNumbers(text: string): Uint8Array<ArrayBuffer> | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const bytes = words.map(Number);
  return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : null;
}

/** The packets that lines spell, one a line or as hex dumps; null when any line spells none. */
export function parsePackets(lines: readonly string[]): Uint8Array<ArrayBuffer>[] | null {
  const filled = lines.filter((line) => line.trim() !== "");
  if (filled.length === 0) return null;
  const dumps = parseDumps(filled);
  if (dumps !== null) return dumps;
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for (const line of filled) {
    const bytes = parsePacket(line);
    if (bytes === null) return null;
    packets.push(bytes);
  }
  return packets;
}

const ROW_SIZE = 16;

/**
 * Hex dumps, as xxd, hexdump -C, Wireshark and packetpeer print them: each row begins with the
 * offset of its first byte, and offset 0 begins the next packet.
 */
function parseDumps(lines: readonly string[]): Uint8Array<ArrayBuffer>[] | null {
  const packets: number[][] = [];
  for (const line of lines) {
    const row = parseRow(line);
    if (row === null) return null;
    const isEnd = row.bytes.length === 0; // hexdump ends with an offset alone
    if (isEnd && (row.offset === 0 || line !== lines.at(-1))) return null;
    if (row.offset === 0) packets.push([]);
    const packet = packets.at(-1);
    if (packet === undefined || row.offset !== packet.length) return null;
    packet.push(...row.bytes);
  }
  return packets.map((packet) => Uint8Array.from(packet));
}

/** One row; the characters at its right are apart from the bytes by more than two blanks or a bar. */
function parseRow(line: string): { offset: number; bytes: number[] } | null {
  const [, offset, rest] = /^\s*([0-9a-fA-F]{4,8})(?::\s|\s\s|$)\s*(.*)$/.exec(line) ?? [];
  if (offset === undefined || rest === undefined) return null;
  const bytes: number[] = [];
  const pair = /\s{0,2}([0-9a-fA-F]{2})(?![^\s0-9a-fA-F])/y;
  while (bytes.length < ROW_SIZE) {
    const digits = pair.exec(rest)?.[1];
    if (digits === undefined) break;
    bytes.push(parseInt(digits, 16));
  }
  return { offset: parseInt(offset, 16), bytes };
}
