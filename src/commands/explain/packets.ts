/** Packets in lines of text: one a line, however programs print them, or as hex dumps with offsets. */

import { readPrinted } from "./notations.ts";

/** The packets that lines spell, one a line or as hex dumps; null when any line spells none. */
export function parsePackets(
  lines: readonly string[],
  read: (line: string) => Uint8Array<ArrayBuffer> | null = readPrinted,
): Uint8Array<ArrayBuffer>[] | null {
  const filled = lines.filter((line) => line.trim() !== "");
  if (filled.length === 0) return null;
  const dumps = parseDumps(filled);
  if (dumps !== null) return dumps;
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for (const line of filled) {
    const bytes = read(line);
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
