/**
 * What `explain` is made of: a reader looks at bytes in one way and answers with readings, each with
 * a score and its reasons. Readers are pure and independent of each other; `explain.ts` ranks.
 *
 * Scores are claims about the bytes, comparable across readers: from 0.9 on, structure accounts for
 * every byte and was checked; from 0.7 on it fits with something unusual; from 0.5 on it fits, but
 * little of it could be checked; below, it breaks somewhere.
 */

import type { GodotVersion } from "../variant/types.ts";

/** From this score on a reading explains the bytes. */
export const EXPLAINS = 0.5;

/** What a reading takes the bytes for, as far as readings around it want to know. */
export type ReadingKind =
  | "variant"
  | "framed"
  | "text"
  | "json"
  | "compressed"
  | "protocol"
  | "file"
  | "numbers"
  | "nothing";

/** One way to read the bytes. */
export interface Reading {
  readonly kind: ReadingKind;
  /** With its article: `a Godot 4 Variant (Dictionary)`. */
  readonly what: string;
  /** 0 to 1, as described at the top of this file. */
  readonly score: number;
  /** What speaks for it and against it. */
  readonly why: readonly string[];
  /** The byte in question: where it breaks, or what a receiver takes for something else. */
  readonly at: number | null;
  /** One sentence without a full stop: what it is, which side is wrong, where, what to do. */
  readonly verdict: string;
  /** What the bytes say, read this way; may be long. */
  text(): string;
}

/** The ways that Godot compresses, in the order of `FileAccess.CompressionMode`. */
export const COMPRESSION_MODES = ["FASTLZ", "DEFLATE", "ZSTD", "GZIP", "BROTLI"] as const;
/** The name of one of them. */
export type CompressionMode = typeof COMPRESSION_MODES[number];

/** Formats that have to be undone from outside: FastLZ is built in; raw deflate is no Godot mode. */
export type ForeignCompression = Exclude<CompressionMode, "FASTLZ"> | "RAW_DEFLATE";

/** Undoes a compression; null when the bytes are none, are cut off or give more than `limit` bytes. */
export type Decompress = (
  mode: ForeignCompression,
  bytes: Uint8Array,
  limit: number,
) => Uint8Array | null;

/** What a reader is given. */
export interface Clues {
  readonly bytes: Uint8Array;
  /** The engine that receives: it settles ties between Godot 3 and 4. */
  readonly receiver: GodotVersion;
  /** Null where there is none: compressed bytes are then told by their first bytes alone. */
  readonly decompress: Decompress | null;
  /** The best reading of bytes inside of these; null when nothing explains them. */
  inside(bytes: Uint8Array): Reading | null;
}

/** Looks at bytes in one way. */
export type Reader = (clues: Clues) => readonly Reading[];
