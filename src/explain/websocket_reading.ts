/** WebSocket frames (RFC 6455 5.2), as they lie on the TCP connection under a `WebSocketPeer`. */

import { WEBSOCKET_BUFFER_SIZE } from "./limits.ts";
import type { Clues, Reading } from "./reading.ts";
import { plural, score, u16be, u32be } from "./words.ts";

const OPCODES: Readonly<Record<number, string>> = {
  0: "continuation",
  1: "text",
  2: "binary",
  8: "close",
  9: "ping",
  10: "pong",
};
const MAX_FRAMES = 1000;
const CONTROL = 8;

interface WebSocketFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  /** RSV1: compressed with permessage-deflate. */
  readonly isCompressed: boolean;
  readonly isMasked: boolean;
  readonly length: number;
  /** Unmasked, and cut off where the bytes end. */
  readonly payload: Uint8Array;
  readonly end: number;
}

/** As frames to the last byte, or a frame that is cut off. */
export function readWebSocket(clues: Clues): Reading[] {
  const { bytes } = clues;
  const frames: WebSocketFrame[] = [];
  let at = 0;
  while (at < bytes.length && frames.length < MAX_FRAMES) {
    const frame = frameAt(bytes, at);
    if (frame === null) return [];
    frames.push(frame);
    at = frame.end;
  }
  const [first] = frames;
  return first === undefined ? [] : [frameReading(first, frames, clues)];
}

function frameAt(bytes: Uint8Array, at: number): WebSocketFrame | null {
  const head = bytes[at] ?? 0, second = bytes[at + 1];
  const opcode = head & 15;
  if (second === undefined || OPCODES[opcode] === undefined || (head & 0x30) !== 0) return null;
  const isFinal = head >= 0x80;
  const wide = second & 0x7f;
  if (opcode >= CONTROL && (!isFinal || wide > 125 || (head & 0x40) !== 0)) return null;
  const isMasked = second >= 0x80;
  const lengthEnd = at + 2 + (wide === 127 ? 8 : wide === 126 ? 2 : 0);
  const start = lengthEnd + (isMasked ? 4 : 0);
  if (start > bytes.length) return null;
  const length = lengthOf(bytes, at + 2, wide);
  if (length === null) return null;
  const end = Math.min(bytes.length, start + length);
  const body = bytes.subarray(start, end);
  const payload = isMasked ? unmask(body, bytes.subarray(lengthEnd, start)) : body;
  const isCompressed = (head & 0x40) !== 0;
  return { opcode, isFinal, isCompressed, isMasked, length, payload, end };
}

/** Null for a length that is longer than it had to be, or beyond all sizes. */
function lengthOf(bytes: Uint8Array, at: number, wide: number): number | null {
  if (wide < 126) return wide;
  if (wide === 126) return u16be(bytes, at) >= 126 ? u16be(bytes, at) : null;
  const length = u32be(bytes, at) === 0 ? u32be(bytes, at + 4) : 0;
  return length > 0xffff ? length : null;
}

function unmask(body: Uint8Array, mask: Uint8Array): Uint8Array {
  return body.map((byte, i) => byte ^ (mask[i & 3] ?? 0));
}

function frameReading(
  first: WebSocketFrame,
  frames: readonly WebSocketFrame[],
  clues: Clues,
): Reading {
  const last = frames.at(-1) ?? first;
  const missing = last.length - last.payload.length;
  const isData = first.opcode < CONTROL && !first.isCompressed;
  const inner = isData ? clues.inside(first.payload) : null;
  const side = first.isMasked ? "a client (masked)" : "a server (not masked)";
  const name = `${OPCODES[first.opcode]} frame`;
  const holds = inner === null ? "" : ` that holds ${inner.what}`;
  return {
    kind: "protocol",
    what: frames.length === 1
      ? `a WebSocket ${name}${holds}`
      : `${frames.length} WebSocket frames, the first a ${name}${holds}`,
    score: score(frameScore(first, missing, inner?.score ?? 0)),
    why: [
      `opcode ${first.opcode} (${OPCODES[first.opcode]}), ${
        plural(first.length, "byte")
      }, from ${side}`,
      missing === 0
        ? `${plural(frames.length, "frame")} end with the last byte`
        : `the last frame is ${plural(missing, "byte")} short`,
      ...(first.isCompressed ? ["RSV1 is set: permessage-deflate"] : []),
      ...(inner?.why ?? []),
    ],
    at: first.length > WEBSOCKET_BUFFER_SIZE || first.isCompressed ? 1 : 0,
    verdict: frameVerdict(first, name, side, holds),
    text: () => inner?.text() ?? closeText(first),
  };
}

function frameScore(
  { isMasked, opcode, payload }: WebSocketFrame,
  missing: number,
  inner: number,
): number {
  const bare = opcode === 0 ? 0.15 : missing > 0 ? 0.3 : opcode >= CONTROL ? 0.62 : 0.42;
  const masked = isMasked ? 0.1 : 0;
  const full = opcode === 0 ? 0.5 : 0.95;
  return bare + masked + (payload.length === 0 ? 0 : (full - bare - masked) * inner);
}

function frameVerdict(
  { isCompressed, length, opcode }: WebSocketFrame,
  name: string,
  side: string,
  holds: string,
): string {
  const what = `a WebSocket ${name} of ${plural(length, "byte")}${holds}, from ${side}`;
  if (isCompressed) {
    return `${what}, compressed with permessage-deflate (RSV1 in byte 0), which Godot's ` +
      "WebSocketPeer does not know: switch that extension off on the other side " +
      "(perMessageDeflate: false in Node's ws)";
  }
  if (length > WEBSOCKET_BUFFER_SIZE) {
    return `${what}, more than the ${WEBSOCKET_BUFFER_SIZE} bytes (its length from byte 1 on) that a ` +
      "WebSocketPeer takes by default before it closes with 1009 or drops the packet: raise " +
      "inbound_buffer_size on the receiver and outbound_buffer_size on the sender before connecting";
  }
  if (opcode === 8) {
    return `${what}: the sender closes the connection and says why from byte 2 on; read ` +
      "WebSocketPeer.get_close_code() and get_close_reason(), not get_var";
  }
  return `${what}: these are bytes of the TCP connection under the WebSocket, and a receiver that ` +
    "reads them with StreamPeerTCP or get_var takes byte 0, the frame's header, for data: read it with " +
    "WebSocketPeer.get_packet after accept_stream or connect_to_url";
}

function closeText({ opcode, payload }: WebSocketFrame): string {
  if (opcode !== 8 || payload.length < 2) return "";
  return `code ${u16be(payload, 0)} ${new TextDecoder().decode(payload.subarray(2))}`.trim();
}
