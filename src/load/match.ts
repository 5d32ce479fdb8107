/**
 * Which packet a reply answers: by the key `"$seq"` of a Dictionary, by the 8-byte header, by a
 * comparison that the user writes (`match_expression.ts`), or not at all.
 */

import { DecodeError, UsageError } from "../errors.ts";
import { type DecodeOptions, VariantDecoder } from "../variant/decode.ts";
import type { Variant } from "../variant/types.ts";
import { type MatchExpression, type MatchStep, valueAt } from "./match_expression.ts";
import {
  HEADER_SIZE,
  type PacketTemplate,
  readHeader,
  SEQUENCE_PERIOD,
  SEQUENCE_WORD,
} from "./template.ts";

export { type MatchExpression, parseMatch } from "./match_expression.ts";

/** How a reply tells what it answers. */
export type MatchRule =
  | { readonly type: "key" }
  | { readonly type: "header" }
  | { readonly type: "expression"; readonly expression: MatchExpression }
  | { readonly type: "none" };

/** Answers of a matcher that are no number of a packet: it answers nothing; it does not decode. */
export const UNMATCHED = -1;
export const UNDECODABLE = -2;

/** Reads replies. */
export interface ReplyMatcher {
  /** What `match` answers with: the number of a packet as it is on the wire, or its time. */
  readonly by: "sequence" | "time";
  /** After how many packets the numbers on the wire begin again; infinite when they do not. */
  readonly period: number;
  /** The number (or time) that the reply repeats, `UNMATCHED` or `UNDECODABLE`. */
  match(payload: Uint8Array): number;
}

/**
 * The matcher of a rule; null for the rule `none`.
 *
 * @throws {UsageError} when the packets carry nothing that replies could repeat that way.
 */
export function replyMatcher(
  rule: MatchRule,
  template: PacketTemplate,
  options: DecodeOptions = {},
): ReplyMatcher | null {
  switch (rule.type) {
    case "none":
      return null;
    case "header":
      if (!template.hasHeader) throw new UsageError("the packets have no header to match by");
      return { by: "sequence", period: Infinity, match: matchHeader };
    case "key":
      return matcherByKey(template, options);
    case "expression": {
      const { reply, sent } = rule.expression;
      return new PathMatcher(template, reply, { ...options, by: sent });
    }
  }
}

function matcherByKey(template: PacketTemplate, options: DecodeOptions): ReplyMatcher {
  const steps = [SEQUENCE_WORD];
  if (valueAt(template.value, steps) !== SEQUENCE_WORD) {
    throw new UsageError(
      `replies can be matched by the key "${SEQUENCE_WORD}" of a Dictionary only`,
    );
  }
  return new PathMatcher(template, steps, { ...options, by: "sequence" });
}

function matchHeader(payload: Uint8Array): number {
  if (payload.length < HEADER_SIZE) return UNDECODABLE;
  const number = readHeader(payload);
  return Number.isSafeInteger(number) ? number : UNMATCHED;
}

/** Reads an int at a place of the reply. */
class PathMatcher implements ReplyMatcher {
  readonly by: "sequence" | "time";
  readonly period: number;
  readonly #decoder: VariantDecoder;
  readonly #steps: readonly MatchStep[];
  readonly #start: number;
  readonly #echo: EchoReader | null;

  constructor(
    template: PacketTemplate,
    steps: readonly MatchStep[],
    options: DecodeOptions & { readonly by: "sequence" | "time" },
  ) {
    this.by = options.by;
    this.period = options.by === "sequence" ? SEQUENCE_PERIOD : Infinity;
    this.#decoder = new VariantDecoder(options);
    this.#steps = steps;
    this.#start = template.hasHeader ? HEADER_SIZE : 0;
    // Where the place is that of the only number sent, a reply that repeats the packet has it there.
    const isEcho = valueAt(template.value, steps) === SEQUENCE_WORD &&
      template.sequenceOffsets.length === 1 && options.by === "sequence";
    this.#echo = isEcho ? new EchoReader(template) : null;
  }

  match(payload: Uint8Array): number {
    const repeated = this.#echo?.read(payload) ?? UNMATCHED;
    return repeated === UNMATCHED ? this.#decode(payload) : repeated;
  }

  #decode(payload: Uint8Array): number {
    if (payload.length < this.#start) return UNDECODABLE;
    try {
      return numberOf(valueAt(this.#decoder.decodeAt(payload, this.#start), this.#steps));
    } catch (error) {
      if (error instanceof DecodeError) return UNDECODABLE;
      throw error;
    }
  }
}

/** Servers that are not written in Godot often make floats of ints: `7.0` is 7. */
function numberOf(value: Variant | undefined): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0
    ? number
    : UNMATCHED;
}

/**
 * Reads replies that repeat the packet as it was sent, without decoding: every byte but those of
 * number and times is known. Several times as fast as decoding, which counts in a flood. It goes
 * by words of 32 bits, which header and values consist of.
 */
class EchoReader {
  /** The packet as words, and which bits are the same in all packets. */
  readonly #words: Int32Array;
  readonly #fixed: Int32Array;
  readonly #offset: number;

  constructor({ bytes, sequenceOffsets, timeOffsets, hasHeader }: PacketTemplate) {
    const fixed = new Uint8Array(bytes.length).fill(0xff);
    this.#offset = sequenceOffsets[0] ?? 0; // the caller has looked: there is one
    fixed.fill(0, this.#offset, this.#offset + 4);
    for (const offset of timeOffsets) fixed.fill(0, offset, offset + 8);
    if (hasHeader) fixed.fill(0, 0, HEADER_SIZE);
    this.#words = wordsOf(bytes);
    this.#fixed = wordsOf(fixed);
  }

  /** The number; `UNMATCHED` when the reply is something else, which may match all the same. */
  read(payload: Uint8Array): number {
    const words = this.#words, fixed = this.#fixed;
    if (payload.length !== words.length * 4) return UNMATCHED;
    let difference = 0;
    for (let i = 0; i < words.length; i++) {
      difference |= (wordAt(payload, i * 4) ^ words[i]!) & fixed[i]!; // both have as many words
    }
    const number = wordAt(payload, this.#offset);
    return difference !== 0 || number < 0 ? UNMATCHED : number;
  }
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return Int32Array.from({ length: bytes.length / 4 }, (_, index) => wordAt(bytes, index * 4));
}

/** By shifts: a DataView of each payload would take three times as long. */
function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 | bytes[at + 3]! << 24;
}
