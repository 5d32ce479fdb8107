/**
 * ENet datagrams, as ENetMultiplayerPeer and ENetConnection send them: a header, then commands to
 * the last byte. All of ENet's numbers are big-endian; Godot's inside stay little-endian.
 */

import { ENET_MTU } from "./limits.ts";
import type { Clues, Reading } from "./reading.ts";
import { decompressFastLz } from "./fastlz.ts";
import { plural, score, u16be } from "./words.ts";

interface CommandLayout {
  readonly name: string;
  /** Bytes with the command's own header, without data. */
  readonly size: number;
  /** Where the 16-bit length of its data is; null when it has none. */
  readonly lengthAt: number | null;
}

const COMMANDS: Readonly<Record<number, CommandLayout>> = {
  1: { name: "acknowledge", size: 8, lengthAt: null },
  2: { name: "connect", size: 48, lengthAt: null },
  3: { name: "verify connect", size: 44, lengthAt: null },
  4: { name: "disconnect", size: 8, lengthAt: null },
  5: { name: "ping", size: 4, lengthAt: null },
  6: { name: "send reliable", size: 6, lengthAt: 4 },
  7: { name: "send unreliable", size: 8, lengthAt: 6 },
  8: { name: "send fragment", size: 24, lengthAt: 6 },
  9: { name: "send unsequenced", size: 8, lengthAt: 6 },
  10: { name: "bandwidth limit", size: 12, lengthAt: null },
  11: { name: "throttle configure", size: 16, lengthAt: null },
  12: { name: "send unreliable fragment", size: 24, lengthAt: 6 },
};
const FRAGMENTS = [8, 12];
const MAX_COMMANDS = 100;
const COMPRESSED = 0x4000;
const SENT_TIME = 0x8000;
const MAX_DECOMPRESSED = 65536;

interface EnetCommand {
  readonly number: number;
  readonly name: string;
  readonly channel: number;
  readonly data: Uint8Array;
}

/** As one datagram of ENet. */
export function readEnet(clues: Clues): Reading[] {
  const { bytes } = clues;
  const flags = u16be(bytes, 0);
  const start = (flags & SENT_TIME) !== 0 ? 4 : 2;
  if (bytes.length < start + 4) return [];
  if ((flags & COMPRESSED) !== 0) return compressedDatagram(start, clues);
  const plain = commandsIn(bytes, start);
  if (plain !== null) return [enetReading(plain, start, "", clues)];
  const behindChecksum = commandsIn(bytes, start + 4);
  const note = ", with a checksum, which Godot never sends,";
  return behindChecksum === null ? [] : [enetReading(behindChecksum, start + 4, note, clues)];
}

/** The commands from there to the last byte; null when they do not come out even. */
function commandsIn(bytes: Uint8Array, start: number): EnetCommand[] | null {
  const commands: EnetCommand[] = [];
  let at = start;
  while (at < bytes.length && commands.length < MAX_COMMANDS) {
    const command = commandAt(bytes, at);
    if (command === null) return null;
    commands.push(command);
    at = command.data.byteOffset - bytes.byteOffset + command.data.length;
  }
  return commands.length > 0 && at === bytes.length ? commands : null;
}

function commandAt(bytes: Uint8Array, at: number): EnetCommand | null {
  const head = bytes[at] ?? 0;
  const number = head & 15;
  const layout = COMMANDS[number];
  if (layout === undefined || (head & 0x30) !== 0 || at + layout.size > bytes.length) return null;
  const length = layout.lengthAt === null ? 0 : u16be(bytes, at + layout.lengthAt);
  const end = at + layout.size + length;
  if (end > bytes.length) return null;
  const channel = bytes[at + 1] ?? 0;
  return { number, name: layout.name, channel, data: bytes.subarray(at + layout.size, end) };
}

function enetReading(
  commands: readonly EnetCommand[],
  start: number,
  note: string,
  clues: Clues,
): Reading {
  const { bytes } = clues;
  const carrying = commands.find(({ data }) => data.length > 0);
  const isFragment = carrying !== undefined && FRAGMENTS.includes(carrying.number);
  const inner = carrying === undefined || isFragment ? null : clues.inside(carrying.data);
  const names = commands.map(({ name }) => name).slice(0, 4).join(", ");
  const what = `an ENet datagram (${names}${commands.length > 4 ? ", …" : ""})`;
  const size = bytes.length - start;
  return {
    kind: "protocol",
    what: inner === null ? what : `${what} that carries ${inner.what}`,
    score: score(enetScore(commands, size) + (inner === null ? 0 : 0.1 * inner.score)),
    why: [
      `${plural(commands.length, "command")} from byte ${start} on end with the last byte`,
      ...commands.slice(0, 4).map(commandWords),
      ...(inner?.why.map((reason) => `carried: ${reason}`) ?? []),
    ],
    at: carrying === undefined ? 0 : carrying.data.byteOffset - bytes.byteOffset,
    verdict: isFragment
      ? fragmentVerdict(what, carrying)
      : enetVerdict(what + note, carrying, clues),
    text: () => inner?.text() ?? commands.map(commandWords).join("; "),
  };
}

function commandWords({ name, channel, data }: EnetCommand): string {
  const where = channel === 0xff ? "" : ` on channel ${channel}`;
  return `${name}${where}${data.length > 0 ? `, ${plural(data.length, "byte")}` : ""}`;
}

/** Control commands go over channel 255, the rest over few others; short ones happen by chance. */
function enetScore(commands: readonly EnetCommand[], size: number): number {
  const isOrderly = commands.every(({ number, channel }) =>
    number === 1 ||
    (number <= 5 || number === 10 || number === 11 ? channel === 0xff : channel < 0xff)
  );
  return 0.87 - 0.5 / 2 ** (size / 6) - (isOrderly ? 0 : 0.4);
}

function enetVerdict(what: string, carrying: EnetCommand | undefined, { bytes }: Clues): string {
  const from = carrying === undefined
    ? "it holds no packet of the game"
    : `the game's packet begins at byte ${carrying.data.byteOffset - bytes.byteOffset}`;
  return `${what}: the sender is an ENetMultiplayerPeer or ENetConnection and the receiver reads its ` +
    `UDP socket with PacketPeerUDP, wrong from byte 0 on, ENet's header (${from}): use ` +
    "ENetMultiplayerPeer on both sides, or PacketPeerUDP on both";
}

function fragmentVerdict(what: string, { number, data }: EnetCommand): string {
  const kind = number === 12 ? "an unreliable" : "a reliable";
  return `${what}: a fragment of ${data.length} bytes of ${kind} packet above the MTU of ${ENET_MTU}, ` +
    "and a packet arrives only when all of its fragments do: send less at once (below 1392 bytes), " +
    "or compress it with ENetConnection.compress on both sides";
}

function compressedDatagram(start: number, clues: Clues): Reading[] {
  const { bytes, decompress } = clues;
  const body = bytes.subarray(start);
  const ways = [
    ["ZLIB", decompress?.("DEFLATE", body, MAX_DECOMPRESSED) ?? null],
    ["ZSTD", decompress?.("ZSTD", body, MAX_DECOMPRESSED) ?? null],
    ["FASTLZ", decompressFastLz(body, MAX_DECOMPRESSED)],
  ] as const;
  for (const [mode, content] of ways) {
    const commands = content === null ? null : commandsIn(content, 0);
    if (commands !== null) return [compressedReading(mode, commands, clues)];
  }
  return opaqueDatagram(bytes);
}

function compressedReading(mode: string, commands: readonly EnetCommand[], clues: Clues): Reading {
  const names = commands.map(({ name }) => name).slice(0, 4).join(", ");
  const data = commands.find(({ data }) => data.length > 0)?.data;
  const inner = data === undefined ? null : clues.inside(data);
  const carries = inner === null ? "" : ` that carries ${inner.what}`;
  return {
    kind: "protocol",
    what: `an ENet datagram compressed with ${mode} (${names})${carries}`,
    score: score(0.93 + (inner === null ? 0 : 0.05 * inner.score)),
    why: [
      `bit 14 of its header says compressed, and ${mode} gives ENet commands`,
      ...commands.slice(0, 4).map(commandWords),
    ],
    at: 0,
    verdict: `an ENet datagram (${names}) compressed with ${mode}${carries}: the sender called ` +
      `ENetConnection.compress(COMPRESS_${mode}), and both sides must: with another mode, bit 14 ` +
      "of the header at byte 0 makes the receiver drop it and the connection times out",
    text: () => inner?.text() ?? commands.map(commandWords).join("; "),
  };
}

/** ENet gives out the numbers of peers from 0 on; larger ones are seldom. */
const LIKELY_PEERS = 64;

/** Compressed with ENet's own range coder, which has no mark: its header alone tells. */
function opaqueDatagram(bytes: Uint8Array): Reading[] {
  const flags = u16be(bytes, 0);
  const isTimed = (flags & SENT_TIME) !== 0;
  const peer = flags & 0xfff;
  if (!isTimed || (peer >= LIKELY_PEERS && peer !== 0xfff)) return [];
  const what = "an ENet datagram compressed with the range coder";
  return [{
    kind: "protocol",
    what,
    score: 0.58,
    why: [
      `the header: to peer ${peer}, with the time it was sent, and compressed`,
      "no mode that can be undone here gives ENet commands; ENet's own range coder cannot",
    ],
    at: 0,
    verdict: `${what} (bit 14 of its header at byte 0): the sender called ` +
      "ENetConnection.compress(COMPRESS_RANGE_CODER), and both sides must, or the receiver drops all " +
      "of it and the connection times out: call it with the same mode on both sides, or with " +
      "COMPRESS_NONE to see the packets",
    text: () => "",
  }];
}
