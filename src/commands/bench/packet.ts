/** The packet that `bench` sends over and over, and how its replies are known. */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import { type MatchRule, parseMatch, type ReplyMatcher, replyMatcher } from "../../load/match.ts";
import {
  type PacketTemplate,
  rawTemplate,
  SEQUENCE_WORD,
  TIME_WORD,
  valueTemplate,
} from "../../load/template.ts";
import type { BenchOptions } from "../../stats/bench_report.ts";
import { variantFromText, variantToText } from "../../variant/text.ts";
import { VariantDictionary } from "../../variant/types.ts";
import type { BenchSettings } from "./settings.ts";
import { packetLimit, requireFit } from "../session/packet_limits.ts";
import { parseOption } from "../input/parse_option.ts";

/** What clients send, and what they make of replies. */
export interface BenchPacket {
  readonly template: PacketTemplate;
  /** A matcher for each client: they may hold state. null: no replies are expected. */
  readonly matcher: () => ReplyMatcher | null;
  /** For reports. */
  readonly options: BenchOptions;
  /** What to say before the run; null when the packets are just what was asked for. */
  readonly remark: string | null;
}

/** Makes it. Throws `ParseError`, `EncodeError` and `UsageError`. */
export async function readBenchPacket(
  options: ParsedOptions,
  settings: BenchSettings,
  io: Io,
): Promise<BenchPacket> {
  checkMatching(options);
  const { template, text } = await readTemplate(options, settings, io);
  const { scheme } = settings.endpoint;
  const limit = packetLimit(scheme, settings.maxPacketSize);
  requireFit(template.bytes.length, "the packet", scheme, limit);
  const rule = readRule(options, template);
  const matcher = (): ReplyMatcher | null => replyMatcher(rule, template, settings);
  matcher(); // throws now what it would throw for each client
  return {
    template,
    matcher,
    options: {
      packet_bytes: template.bytes.length,
      ...(text === null ? {} : { value: text }),
      match: rule.type === "expression" ? rule.expression.source : rule.type,
    },
    remark: rule.type === "key" ? KEY_REMARK : null,
  };
}

const KEY_REMARK =
  `each packet carries its number under the key "${SEQUENCE_WORD}", which the reply must carry ` +
  "too; --raw and --match know replies another way";

/** A template, and the text of its value if it has one. */
interface WrittenTemplate {
  readonly template: PacketTemplate;
  readonly text: string | null;
}

async function readTemplate(
  options: ParsedOptions,
  { godot }: BenchSettings,
  io: Io,
): Promise<WrittenTemplate> {
  const sizeBytes = options.number("size");
  const size = sizeBytes === null ? {} : { sizeBytes };
  const hasHeader = options.flag("header");
  const bytes = await readBytes(options, io);
  if (bytes !== null) return { template: rawTemplate(bytes, { ...size, hasHeader }), text: null };
  const value = variantFromText(quotePlaceholders(options.values[1] ?? "{}"), { godot });
  const fullObjects = options.flag("full-objects");
  const addSequenceKey = !options.flag("raw") && !hasHeader && !options.flag("one-way");
  if (addSequenceKey && !options.isGiven("match") && !(value instanceof VariantDictionary)) {
    throw new UsageError(
      `only a Dictionary can carry the key "${SEQUENCE_WORD}" that tells which reply answers which ` +
        "packet; write one, or add --header, --raw with --match, or --one-way",
    );
  }
  const shape = { godot, fullObjects, addSequenceKey, hasHeader, ...size };
  return { template: valueTemplate(value, shape), text: variantToText(value, { godot }) };
}

/** The bytes of `--hex` or `--file`; null without them. */
async function readBytes(
  options: ParsedOptions,
  io: Io,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const given = (["hex", "file"] as const).filter((name) => options.isGiven(name));
  const [source] = given;
  if (source === undefined) return null;
  if (given.length > 1 || options.values.length > 1) {
    throw new UsageError("VALUE, --hex and --file are different packets: take one");
  }
  const { readRawPacket } = await load<typeof import("../session/raw_packets.ts")>(
    "../commands/session/raw_packets.ts",
  );
  return await readRawPacket(source, options.text(source) ?? "", io);
}

/** Throws for ways to know replies that exclude each other, or that are missing. */
function checkMatching(options: ParsedOptions): void {
  const ways = ["header", "match", "one-way"].filter((name) => options.isGiven(name));
  if (ways.length > 1) {
    const names = ways.map((name) => `--${name}`).join(" and ");
    throw new UsageError(`${names} exclude each other: take one way to know replies`);
  }
  if (ways.length === 1) return;
  const bare = ["raw", "hex", "file"].find((name) => options.isGiven(name));
  if (bare === undefined) return;
  throw new UsageError(
    `--${bare}: nothing tells which reply answers which packet; add --header (8 bytes before each ` +
      "packet), --match (where a reply repeats what) or --one-way (expect none)",
  );
}

function readRule(options: ParsedOptions, template: PacketTemplate): MatchRule {
  if (options.flag("one-way")) return { type: "none" };
  if (options.flag("header")) return { type: "header" };
  const match = options.text("match");
  if (match === null) return { type: "key" };
  return {
    type: "expression",
    expression: parseOption("match", () => parseMatch(match, template)),
  };
}

const PLACEHOLDER = /"(?:[^"\\]|\\[^])*"|\$(?:seq|time)\b/g;

/** `$seq` and `$time` may stand bare in a value: to the parser of values they are strings. */
function quotePlaceholders(text: string): string {
  return text.replace(
    PLACEHOLDER,
    (found) => found === SEQUENCE_WORD || found === TIME_WORD ? `"${found}"` : found,
  );
}
