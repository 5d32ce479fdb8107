/**
 * What bytes most likely are: every reader looks at them, what they found is ranked, and the best
 * reading has the last word. The same bytes always give the same answer; whatever they are, time and
 * memory stay bounded: of very many bytes only the first ones are looked at.
 */

import type { GodotVersion } from "../variant/types.ts";
import { readCompressed } from "./compression_reading.ts";
import { readEncodedText } from "./encoded_text.ts";
import { readEnet } from "./enet_reading.ts";
import { readFile } from "./file_reading.ts";
import { readFrames } from "./frames_reading.ts";
import { readGluedVariants } from "./glued_reading.ts";
import { readLengthPrefix } from "./length_prefix.ts";
import { ENCODE_BUFFER_SIZE } from "./limits.ts";
import { readMultiplayer } from "./multiplayer_reading.ts";
import { readNothing } from "./nothing_reading.ts";
import { readOffset } from "./offset_reading.ts";
import { type Clues, type Decompress, EXPLAINS, type Reader, type Reading } from "./reading.ts";
import { readRpc } from "./rpc_reading.ts";
import { readStruct } from "./struct_reading.ts";
import { readSwappedVariant } from "./swapped_variant.ts";
import { readText } from "./text_reading.ts";
import { readTls } from "./tls_reading.ts";
import { readVariant } from "./variant_reading.ts";
import { readWebSocket } from "./websocket_reading.ts";
import { asPacket, asStream } from "./receivers.ts";
import { hexPairs, plural } from "./words.ts";

/** In this order where scores are equal. */
const READERS: readonly Reader[] = [
  readVariant,
  readLengthPrefix,
  readFrames,
  readGluedVariants,
  readText,
  readEncodedText,
  readTls,
  readWebSocket,
  readFile,
  readCompressed,
  readMultiplayer,
  readRpc,
  readEnet,
  readOffset,
  readSwappedVariant,
  readStruct,
  readNothing,
];

/** What `explain` looks at: more than `put_var` writes with its defaults. */
export const EXPLAINED_SIZE: number = ENCODE_BUFFER_SIZE + 1024;
/** Layers in layers: a length in front of base64 of something compressed, say. */
const MAX_DEPTH = 4;
/** How often bytes inside of others are looked at in one explanation. */
const MAX_INSIDE = 64;
/** A reading below this is not worth a line. */
const MIN_SCORE = 0.1;
const MAX_READINGS = 8;
/** Nor is one that is that much less likely than the best. */
const MIN_SHARE = 0.33;

/** How to explain. */
export interface ExplainOptions {
  /** The Godot that receives the bytes. @default {4} */
  readonly receiver?: GodotVersion;
  /** Undoes what Godot compresses with. @default none: compressed bytes are told by their beginning */
  readonly decompress?: Decompress | null;
}

/** What the bytes most likely are. */
export interface Explanation {
  /** Best first. */
  readonly readings: readonly Reading[];
  /** The best reading, if it explains the bytes. */
  readonly best: Reading | null;
  /** One sentence without a full stop, about the best reading alone. */
  readonly verdict: string;
  /** Bytes that were not looked at. */
  readonly skipped: number;
}

/** Explains bytes. */
export function explain(bytes: Uint8Array, options: ExplainOptions = {}): Explanation {
  const head = bytes.subarray(0, EXPLAINED_SIZE);
  const { receiver = 4, decompress = null } = options;
  const budget: Budget = { left: MAX_INSIDE };
  const readings = readAll(new Layer(head, 0, { receiver, decompress, budget }));
  const [first] = readings;
  const best = first !== undefined && first.score >= EXPLAINS ? first : null;
  const skipped = bytes.length - head.length;
  const verdict = best?.verdict ?? unexplained(head, first, receiver);
  const least = MIN_SHARE * (first?.score ?? 0);
  const worthwhile = readings.filter(({ score }) => score >= least).slice(0, MAX_READINGS);
  return { readings: worthwhile, best, verdict, skipped };
}

interface Budget {
  left: number;
}

interface Surroundings {
  readonly receiver: GodotVersion;
  readonly decompress: Decompress | null;
  readonly budget: Budget;
}

/** Bytes, and how deep inside of others they are. */
class Layer implements Clues {
  readonly bytes: Uint8Array;
  readonly receiver: GodotVersion;
  readonly decompress: Decompress | null;
  readonly #depth: number;
  readonly #around: Surroundings;

  constructor(bytes: Uint8Array, depth: number, around: Surroundings) {
    this.bytes = bytes;
    this.receiver = around.receiver;
    this.decompress = around.decompress;
    this.#depth = depth;
    this.#around = around;
  }

  /** Bound, so that readers can hand it on. */
  readonly inside = (bytes: Uint8Array): Reading | null => {
    const { budget } = this.#around;
    if (this.#depth >= MAX_DEPTH || budget.left-- <= 0 || bytes.length === 0) return null;
    const [best] = readAll(new Layer(bytes, this.#depth + 1, this.#around));
    return best !== undefined && best.score >= EXPLAINS ? best : null;
  };
}

/** All readings of a layer, best first; of two that say the same, the better one. */
function readAll(clues: Clues): Reading[] {
  const found = READERS.flatMap((read) => read(clues)).filter(({ score }) => score >= MIN_SCORE);
  const ranked = found.sort((a, b) => b.score - a.score); // stable: the readers' order breaks ties
  return ranked.filter(({ what }, i) => ranked.findIndex((other) => other.what === what) === i);
}

function unexplained(
  bytes: Uint8Array,
  first: Reading | undefined,
  receiver: GodotVersion,
): string {
  if (first?.kind === "nothing") return first.verdict;
  const size = plural(bytes.length, "byte");
  const near = first === undefined ? "" : `, the nearest being ${first.what}`;
  return `no reading explains these ${size} (${hexPairs(bytes)})${near}; get_var ` +
    `${asPacket(bytes, receiver)}, and a stream receiver ${
      asStream(bytes, receiver)
    }: compare what ` +
    "the sender hands to put_packet or put_data with what arrives, byte by byte from byte 0 on";
}
