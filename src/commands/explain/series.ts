/** Explains one packet or several, each by itself and, where that says more, all of them together. */

import { concat } from "@std/bytes/concat";
import { explain, type ExplainOptions, type Explanation } from "../../explain/explain.ts";
import { EXPLAINS, type ForeignCompression } from "../../explain/reading.ts";
import { loadDecompress } from "./decompress.ts";

/** Packets and what they are. */
export interface Series {
  readonly parts: readonly ExplainedPacket[];
  /** All of them as one piece, when that explains what they are not by themselves. */
  readonly whole: ExplainedPacket | null;
  /** One sentence on all of it. */
  readonly verdict: string;
  /** True when everything is explained. */
  readonly isExplained: boolean;
}

/** Bytes and what they are. */
export interface ExplainedPacket {
  readonly bytes: Uint8Array;
  readonly explanation: Explanation;
}

/** Explains packets; one at least. */
export async function explainSeries(
  packets: readonly Uint8Array[],
  options: Pick<ExplainOptions, "receiver">,
): Promise<Series> {
  const parts: ExplainedPacket[] = [];
  for (const bytes of packets) parts.push(await explainPacket(bytes, options));
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) {
    const { verdict, best } = first.explanation;
    return { parts, whole: null, verdict, isExplained: best !== null };
  }
  const whole = await explainTogether(parts, options);
  const isExplained = whole !== null || parts.every(({ explanation }) => explanation.best !== null);
  return {
    parts,
    whole,
    verdict: whole === null ? summary(parts) : joined(parts, whole),
    isExplained,
  };
}

/** Modes without a mark, which are tried when nothing else explains the bytes well. */
const UNMARKED: readonly ForeignCompression[] = ["BROTLI", "RAW_DEFLATE"];
const WELL = 0.8;

/** The decompressor is loaded when a reader asks for it and the answer may depend on it. */
async function explainPacket(
  bytes: Uint8Array,
  options: Pick<ExplainOptions, "receiver">,
): Promise<ExplainedPacket> {
  const asked = new Set<ForeignCompression>();
  const note = (mode: ForeignCompression): null => {
    asked.add(mode);
    return null;
  };
  const explanation = explain(bytes, { ...options, decompress: note });
  const isClear = (explanation.best?.score ?? 0) >= WELL;
  const isMarked = [...asked].some((mode) => !UNMARKED.includes(mode));
  if (asked.size === 0 || (isClear && !isMarked)) return { bytes, explanation };
  return { bytes, explanation: explain(bytes, { ...options, decompress: await loadDecompress() }) };
}

/** Pieces of a stream explain each other: only when some of them are not clear by themselves. */
async function explainTogether(
  parts: readonly ExplainedPacket[],
  options: Pick<ExplainOptions, "receiver">,
): Promise<ExplainedPacket | null> {
  if (parts.every(({ explanation }) => (explanation.best?.score ?? 0) >= WELL)) return null;
  const whole = await explainPacket(concat(parts.map(({ bytes }) => bytes)), options);
  const worst = Math.min(...parts.map(({ explanation }) => explanation.best?.score ?? 0));
  const score = whole.explanation.best?.score ?? 0;
  return score >= Math.max(EXPLAINS, WELL, worst) ? whole : null;
}

function joined(parts: readonly ExplainedPacket[], whole: ExplainedPacket): string {
  return `the ${parts.length} pieces together are ${whole.explanation.verdict}`;
}

/** `all 3 packets: …`, or how many of each kind. */
function summary(parts: readonly ExplainedPacket[]): string {
  const counts = new Map<string, number>();
  for (const { explanation } of parts) {
    const what = explanation.best?.what ?? "not explained";
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  if (counts.size === 1) {
    return `all ${parts.length} packets alike: ${parts[0]?.explanation.verdict ?? ""}`;
  }
  const kinds = [...counts].sort(([, a], [, b]) => b - a);
  const words = kinds.slice(0, 6).map(([what, count]) =>
    count === 1 ? what : `${count} times ${what}`
  );
  return `${parts.length} packets: ${words.join(", ")}${kinds.length > 6 ? ", and others" : ""}`;
}
