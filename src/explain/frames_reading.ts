/**
 * A stream of frames, each a 32-bit length and that many bytes: several in a row, the last one cut
 * off, or something else behind them. One whole frame is the business of `length_prefix.ts`.
 */

import { DecodeError } from "../errors.ts";
import { DEFAULT_MAX_RECEIVABLE_SIZE } from "../packet/deframer.ts";
import type { GodotVersion } from "../variant/types.ts";
import { brokenVariant } from "./broken_variant.ts";
import { stallVerdict } from "./length_prefix.ts";
import type { Clues, Reading } from "./reading.ts";
import {
  EXAMINED_SIZE,
  findVariant,
  isOddText,
  isWholeVariant,
  textOfVariant,
} from "./variant_probe.ts";
import { plural, quote, score, u32, u32be } from "./words.ts";

const MAX_FRAMES = 10_000;
/** Nobody sends more in one frame: a larger length is none. */
const MAX_FRAME = 16 * 1024 * 1024;
/** Most frames are much smaller; a larger length is believed only with its content. */
const LIKELY_FRAME = 1024 * 1024;

/** Frames from the first byte on, as far as they go. */
interface Frames {
  readonly bodies: readonly Uint8Array[];
  /** Where the first bytes are that make no whole frame. */
  readonly end: number;
  /** What the length there says; 0 when there is none. */
  readonly announced: number;
  readonly isBigEndian: boolean;
}

/** As a stream of frames. */
export function readFrames(clues: Clues): Reading[] {
  return [false, true].flatMap((isBigEndian) => {
    const frames = splitFrames(clues.bytes, isBigEndian);
    if (frames.bodies.length === 0) return cutFrame(frames, clues);
    if (frames.end === clues.bytes.length) return severalFrames(frames, clues);
    return brokenStream(frames, clues);
  });
}

function splitFrames(bytes: Uint8Array, isBigEndian: boolean): Frames {
  const bodies: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && bodies.length < MAX_FRAMES) {
    const length = isBigEndian ? u32be(bytes, at) : u32(bytes, at);
    if (at + 4 + length > bytes.length) return { bodies, end: at, announced: length, isBigEndian };
    bodies.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { bodies, end: at, announced: 0, isBigEndian };
}

const EXAMINED_FRAMES = 32;

/** How many of the first frames hold a Variant or text, of all that were looked at. */
function shareExplained(bodies: readonly Uint8Array[], godot: GodotVersion): number {
  const looked = bodies.slice(0, EXAMINED_FRAMES);
  const good = looked.filter((body) => isWholeVariant(body, godot) || isText(body));
  return looked.length === 0 ? 0 : good.length / looked.length;
}

function isText(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body.subarray(0, EXAMINED_SIZE));
  return text !== "" && !text.includes("\ufffd") && !isOddText(text);
}

function severalFrames(frames: Frames, { bytes, receiver }: Clues): Reading[] {
  const { bodies, isBigEndian } = frames;
  if (bodies.length < 2 || bodies.every((body) => body.length === 0)) return [];
  const share = shareExplained(bodies, receiver);
  const isVariants = bodies.slice(0, EXAMINED_FRAMES).every((body) =>
    isWholeVariant(body, receiver)
  );
  const content = isVariants ? `Godot ${receiver} Variants` : "packets";
  const order = isBigEndian ? "big-endian" : "little-endian";
  const first = 4 + (bodies[0]?.length ?? 0);
  return [{
    kind: "framed",
    what: `${bodies.length} ${content}, each behind a 4-byte ${order} length`,
    score: score(0.4 + 0.57 * share + (share === 0 ? 0.02 * Math.min(5, bodies.length) : 0)),
    why: [
      `${bodies.length} lengths in a row add up to all ${plural(bytes.length, "byte")}`,
      `of the first ${Math.min(EXAMINED_FRAMES, bodies.length)} packets ${
        Math.round(share * 100)
      }% are a Variant or text`,
    ],
    at: first,
    verdict: isBigEndian
      ? `${bodies.length} ${content} in a row, each behind a 4-byte length in big-endian order: the ` +
        "sender is a StreamPeer with big_endian = true, or no Godot, and PacketPeerStream, which " +
        "reads little-endian always, waits for ever at byte 0: set big_endian on the receiving " +
        "StreamPeer and use its get_var, or write the lengths little-endian"
      : `${bodies.length} ${content} in a row, each behind a 4-byte length: a healthy stream of ` +
        "PacketPeerStream or StreamPeer.put_var, where a receiver that takes what one read of the " +
        `socket gives for one packet is wrong (the second one begins at byte ${first}): read it with ` +
        "PacketPeerStream.get_var until get_available_packet_count() is 0",
    text: () => bodiesText(bodies, receiver),
  }];
}

/** One length that announces more than there is. */
function cutFrame({ announced, isBigEndian }: Frames, { bytes, receiver }: Clues): Reading[] {
  const body = bytes.subarray(4);
  if (body.length < 4 || announced > MAX_FRAME) return [];
  const believable = beginning(body, announced, receiver);
  if (believable === null) return [];
  const order = isBigEndian ? "big-endian" : "little-endian";
  const missing = announced - body.length;
  const tooLong = announced > DEFAULT_MAX_RECEIVABLE_SIZE;
  return [{
    kind: "framed",
    what: `${believable.what} behind a 4-byte ${order} length, cut off`,
    score: score(believable.score),
    why: [
      `the first 4 bytes, ${order}, are ${announced}; ${body.length} bytes follow, missing: ${missing}`,
      believable.why,
    ],
    at: tooLong ? 0 : bytes.length,
    verdict: `the beginning of a frame of ${announced} bytes, ${believable.what}, cut off ` +
      `at byte ${bytes.length} (missing: ${
        plural(missing, "byte")
      }): TCP hands over bytes as they come, so ` +
      "the receiver must collect until all of the frame is there, as PacketPeerStream and " +
      `StreamPeer.get_var do${stallVerdict(announced)}`,
    text: () => believable.text,
  }];
}

interface Beginning {
  readonly what: string;
  readonly score: number;
  readonly why: string;
  readonly text: string;
}

/** What a body that is cut off begins with; null when that is nothing to believe in. */
function beginning(body: Uint8Array, size: number, godot: GodotVersion): Beginning | null {
  const found = findVariant(body, godot);
  const isCut = found instanceof DecodeError && found.reason === "truncated";
  const broken = isCut ? brokenVariant(found, godot, { bytes: body, receiver: godot }) : null;
  if (isCut && broken !== null && size % 4 === 0) {
    const why = `what follows begins as a Variant and is cut off at byte ${found.offset + 4}`;
    const text = broken.text();
    return {
      what: `a Godot ${godot} Variant`,
      score: Math.min(0.9, broken.score + 0.14),
      why,
      text,
    };
  }
  const head = body.subarray(0, 256);
  const text = new TextDecoder().decode(head).replace(/\ufffd$/, "");
  if (head.length < 6 || text.includes("\ufffd") || isOddText(text)) return null;
  return { what: "a text", score: 0.66, why: "what follows is text", text: quote(text, 200) };
}

/** Whole frames, and behind them bytes that are none. */
function brokenStream(frames: Frames, { bytes, receiver }: Clues): Reading[] {
  const { bodies, end, announced, isBigEndian } = frames;
  const share = shareExplained(bodies, receiver);
  const isNil = bodies.every((body) => body.length === 0);
  if (share < 0.9 || isNil) return [];
  const left = bytes.length - end;
  const isCut = left < 4 || announced <= LIKELY_FRAME;
  const order = isBigEndian ? "big-endian" : "little-endian";
  const count = plural(bodies.length, "packet");
  const next = left < 4
    ? `${plural(left, "byte")} of the next length`
    : `a frame that announces ${announced} bytes, of which ${left - 4} are here`;
  return [{
    kind: "framed",
    what: `${count} behind ${lengths(bodies, ` ${order}`)}, and ${
      isCut ? "a frame cut off" : "other bytes"
    }`,
    score: score((isCut ? 0.76 : 0.68) + 0.04 * Math.min(4, bodies.length)),
    why: [
      `${count} with ${bodies.length === 1 ? "its length" : "their lengths"} end at byte ${end}`,
      `from there on: ${next}`,
    ],
    at: end,
    verdict: isCut
      ? `${count} behind ${
        lengths(bodies)
      } and the beginning of another at byte ${end} (${next}): a ` +
        "stream read in the middle, which is how TCP delivers, so the receiver must keep the bytes " +
        `from byte ${end} on until the rest comes, as PacketPeerStream does${
          stallVerdict(announced)
        }`
      : `${count} behind ${
        lengths(bodies)
      }, and at byte ${end} bytes that are no length (${announced}): ` +
        "the sender mixed put_packet or put_var with calls that write no length (put_data, put_u8 …), " +
        "or wrote from two threads: use one kind of call on a stream",
    text: () => bodiesText(bodies, receiver),
  }];
}

function lengths({ length }: readonly Uint8Array[], order = ""): string {
  return length === 1 ? `a 4-byte${order} length` : `4-byte${order} lengths`;
}

function bodiesText(bodies: readonly Uint8Array[], godot: GodotVersion): string {
  const texts = bodies.slice(0, 50).map((body) => {
    if (body.length > EXAMINED_SIZE) return `(${plural(body.length, "byte")})`;
    if (isWholeVariant(body, godot)) return textOfVariant(body, godot);
    return isText(body)
      ? quote(new TextDecoder().decode(body), 200)
      : `(${plural(body.length, "byte")})`;
  });
  return texts.join(", ") + (bodies.length > texts.length ? ", …" : "");
}
