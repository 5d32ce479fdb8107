/**
 * Packets of SceneMultiplayer, Godot 4's high-level multiplayer: a command byte, then what it takes.
 * Remote calls, which need more reading, are in `rpc_reading.ts`.
 */

import { compressedVariantsIn } from "./compressed_variant.ts";
import type { Clues, Reading } from "./reading.ts";
import { plural, quote, score, u16, u32 } from "./words.ts";

/** What the bytes behind a command byte say. */
interface Command {
  readonly name: string;
  readonly score: number;
  readonly text: string;
  readonly at: number;
}

const COMMANDS: Readonly<Record<number, (clues: Clues) => Command | null>> = {
  0x01: ({ bytes }) => simplifyPath(bytes),
  0x02: ({ bytes }) => confirmPath(bytes),
  0x03: raw,
  0x04: ({ bytes }) => spawn(bytes),
  0x05: ({ bytes }) => despawn(bytes),
  0x06: ({ bytes }) => sync(bytes),
  0x16: ({ bytes }) => delta(bytes),
  0x07: system,
};

/** As a packet of SceneMultiplayer that is no remote call. */
export function readMultiplayer(clues: Clues): Reading[] {
  const head = clues.bytes[0];
  const command = head === undefined ? null : COMMANDS[head]?.(clues) ?? null;
  if (command === null) return [];
  const what = `a SceneMultiplayer packet (${command.name})`;
  return [{
    kind: "protocol",
    what,
    score: score(command.score),
    why: [
      `command byte ${head}: ${command.name}`,
      `its fields end with the last byte: ${command.text}`,
    ],
    at: 0,
    verdict: multiplayerVerdict(what, command),
    text: () => command.text,
  }];
}

function multiplayerVerdict(what: string, { name, at }: Command): string {
  if (name === "raw packet") {
    return `${what}: the sender used SceneMultiplayer.send_bytes, whose command byte 3 at byte 0 the ` +
      "receiver has to take off: receive it with the signal SceneMultiplayer.peer_packet, or decode " +
      `from byte ${at} on`;
  }
  return `${what}: the sender is Godot 4's high-level multiplayer (MultiplayerSpawner, ` +
    "MultiplayerSynchronizer, @rpc), and a receiver that reads the peer itself with get_packet or " +
    "get_var, wrong at byte 0, the command, takes packets away from it: give the peer to " +
    "multiplayer.multiplayer_peer and use signals and @rpc on both sides";
}

/** The text up to a NUL, which must be there; null when there is none or it is no text. */
function textUpToNul(bytes: Uint8Array, at: number): string | null {
  const end = bytes.indexOf(0, at);
  if (end < 0) return null;
  const text = new TextDecoder().decode(bytes.subarray(at, end));
  return text.includes("\ufffd") ? null : text;
}

function simplifyPath(bytes: Uint8Array): Command | null {
  const md5 = textUpToNul(bytes, 1);
  if (md5 === null || !/^[0-9a-f]{32}$/.test(md5)) return null;
  const path = textUpToNul(bytes, 38);
  if (path === null || 39 + new TextEncoder().encode(path).length !== bytes.length) return null;
  const text = `node path ${quote(path)} gets id ${u32(bytes, 34)}, RPC list md5 ${md5}`;
  return { name: "simplify path", score: 0.98, text, at: 1 };
}

function confirmPath(bytes: Uint8Array): Command | null {
  const isMatch = bytes[1] ?? 2;
  const id = u32(bytes, 2);
  if (bytes.length !== 6 || isMatch > 1 || id > 0xffff) return null;
  const text = `path id ${id}, RPC lists ${isMatch === 1 ? "match" : "differ"}`;
  return { name: "confirm path", score: 0.74, text, at: 1 };
}

function raw({ bytes, inside }: Clues): Command | null {
  const inner = bytes.length > 1 ? inside(bytes.subarray(1)) : null;
  const isPlausible = inner !== null && ["variant", "text", "json"].includes(inner.kind);
  if (!isPlausible) return null;
  return {
    name: "raw packet",
    score: 0.9 * inner.score,
    text: `${inner.what}: ${inner.text()}`,
    at: 1,
  };
}

function spawn(bytes: Uint8Array): Command | null {
  const syncCount = u32(bytes, 10), nameSize = u32(bytes, 14);
  const nameAt = 18 + 4 * syncCount;
  if (bytes.length < 19 || syncCount > 1000 || nameSize < 2) return null;
  if (nameAt + nameSize > bytes.length) return null;
  const name = textUpToNul(bytes, nameAt);
  if (name === null || new TextEncoder().encode(name).length + 1 !== nameSize) return null;
  const scene = bytes[1] === 0xff ? "custom scene" : `scene ${bytes[1]}`;
  const text = `node ${quote(name)} from ${scene}, spawner ${u32(bytes, 2)}, net id ${
    u32(bytes, 6)
  }`;
  return { name: "spawn", score: 0.95, text, at: nameAt };
}

function despawn(bytes: Uint8Array): Command | null {
  const id = u32(bytes, 1);
  if (bytes.length !== 5 || id > 0xffffff) return null;
  return { name: "despawn", score: 0.68, text: `net id ${id}`, at: 1 };
}

/** A counter, then for each synchronizer its id, the size of its state, the state. */
function sync(bytes: Uint8Array): Command | null {
  return bytes.length < 12 ? null : states(bytes, 3, 8, `time ${u16(bytes, 1)}`, "sync");
}

/** For each synchronizer its id, which properties changed, the size of their values, the values. */
function delta(bytes: Uint8Array): Command | null {
  return states(bytes, 1, 16, "changes", "sync of changes");
}

function states(
  bytes: Uint8Array,
  start: number,
  headerSize: number,
  title: string,
  name: string,
): Command | null {
  const texts: string[] = [];
  for (let at = start; at < bytes.length;) {
    const size = u32(bytes, at + headerSize - 4);
    const end = at + headerSize + size;
    if (at + headerSize > bytes.length || end > bytes.length || texts.length > 1000) return null;
    const values = compressedVariantsIn(bytes.subarray(at + headerSize, end));
    if (values === null || values.length === 0) return null;
    texts.push(`synchronizer ${u32(bytes, at)}: ${values.map(({ text }) => text).join(", ")}`);
    at = end;
  }
  return texts.length === 0
    ? null
    : { name, score: 0.92, text: [title, ...texts].join("; "), at: start };
}

const MAX_PEER = 0x7fffffff;

function system(clues: Clues): Command | null {
  const { bytes } = clues;
  const peer = u32(bytes, 2) | 0;
  switch (bytes[1]) {
    case 0:
      return authentication(clues);
    case 1:
    case 2:
      return bytes.length === 6 && peer > 0 && peer <= MAX_PEER
        ? {
          name: bytes[1] === 1 ? "add peer" : "remove peer",
          score: 0.82,
          text: `peer ${peer}`,
          at: 2,
        }
        : null;
    case 3:
      return relay(clues, peer);
    default:
      return null;
  }
}

function authentication({ bytes, inside }: Clues): Command | null {
  if (bytes.length === 2) {
    return { name: "authentication", score: 0.62, text: "authentication complete", at: 1 };
  }
  const inner = inside(bytes.subarray(2));
  if (inner === null) return null;
  return { name: "authentication", score: 0.85 * inner.score, text: inner.what, at: 2 };
}

function relay({ bytes, inside }: Clues, peer: number): Command | null {
  if (bytes.length < 7) return null;
  const inner = inside(bytes.subarray(6));
  const text = `peer ${peer}, ${inner?.what ?? plural(bytes.length - 6, "byte")}`;
  return inner === null ? null : { name: "relay", score: 0.35 + 0.6 * inner.score, text, at: 6 };
}
