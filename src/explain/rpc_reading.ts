/** Remote calls of Godot 4's high-level multiplayer (`modules/multiplayer/scene_rpc_interface.cpp`). */

import { compressedVariantAt } from "./compressed_variant.ts";
import type { Clues, Reading } from "./reading.ts";
import { plural, quote, score, u16, u32 } from "./words.ts";

const UNCACHED = 0x8000_0000;

/** What a remote call says. */
interface RemoteCall {
  readonly node: string;
  /** Node path at the end, the strongest sign that it is one. */
  readonly hasPath: boolean;
  readonly method: number;
  readonly args: readonly string[];
  readonly isTelling: boolean;
}

/** As a remote call. */
export function readRpc({ bytes }: Clues): Reading[] {
  const call = parseCall(bytes);
  if (call === null) return [];
  const { node, hasPath, method, args, isTelling } = call;
  const what = `a remote call of SceneMultiplayer (@rpc) with ${plural(args.length, "argument")}`;
  const text = `${node}, method ${method}(${args.join(", ")})`;
  return [{
    kind: "protocol",
    what,
    score: score(
      hasPath ? 0.95 : isTelling ? 0.82 : args.length > 1 ? 0.55 : args.length > 0 ? 0.42 : 0.3,
    ),
    why: [
      `command byte ${bytes[0]}: remote call`,
      `node, method and arguments end with the last byte: ${text}`,
    ],
    at: 0,
    verdict: `${what}, for method ${method} of ${node}: the sender called rpc() and the receiver ` +
      "reads the peer itself with get_packet or get_var, wrong at byte 0, the command: give the peer " +
      "to multiplayer.multiplayer_peer there and declare the same @rpc methods on a node of the same " +
      'path on both sides (otherwise "rpc node checksum failed")',
    text: () => text,
  }];
}

function parseCall(bytes: Uint8Array): RemoteCall | null {
  const head = bytes[0] ?? 0xff;
  const idSize = [1, 2, 4][head >> 4 & 3];
  if ((head & 15) !== 0 || idSize === undefined || bytes.length < 3) return null;
  const target = idSize === 1 ? bytes[1] ?? 0 : idSize === 2 ? u16(bytes, 1) : u32(bytes, 1);
  const methodSize = (head & 0x40) !== 0 ? 2 : 1;
  const argsAt = 1 + idSize + methodSize;
  const method = methodSize === 2 ? u16(bytes, 1 + idSize) : bytes[1 + idSize] ?? 0;
  const pathAt = idSize === 4 && target >= UNCACHED ? target - UNCACHED : bytes.length;
  if (pathAt < argsAt || pathAt > bytes.length) return null;
  const path = pathAt < bytes.length ? pathOf(bytes.subarray(pathAt)) : null;
  if (path === null && (pathAt < bytes.length || target >= UNCACHED || target === 0)) return null;
  const args = argsOf(bytes.subarray(argsAt, pathAt), (head & 0x80) !== 0);
  if (args === null) return null;
  const node = path === null ? `the node with path id ${target}` : `node ${quote(path)}`;
  return { node, hasPath: path !== null, method, args: args.texts, isTelling: args.isTelling };
}

/** A path ends with its NUL and with the packet. */
function pathOf(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  if (end < 1 || end !== bytes.length - 1) return null;
  const text = new TextDecoder().decode(bytes.subarray(0, end));
  return /^[^\p{C}\ufffd]+$/u.test(text) ? text : null;
}

interface Arguments {
  readonly texts: readonly string[];
  readonly isTelling: boolean;
}

function argsOf(bytes: Uint8Array, isRaw: boolean): Arguments | null {
  if (isRaw) {
    const texts = bytes.length === 0 ? [] : [`PackedByteArray of ${plural(bytes.length, "byte")}`];
    return { texts, isTelling: false };
  }
  const count = bytes[0] ?? -1;
  const texts: string[] = [];
  let at = 1, isTelling = false;
  for (let i = 0; i < count; i++) {
    const arg = compressedVariantAt(bytes, at);
    if (arg === null) return null;
    texts.push(arg.text);
    isTelling ||= arg.isTelling;
    at += arg.size;
  }
  return count >= 0 && at === bytes.length ? { texts, isTelling } : null;
}
