/**
 * Looks whether data from a file is what it should be: every field there and of its kind, before
 * anything is computed of it.
 */

import { UsageError } from "../errors.ts";
import type {
  BenchClient,
  BenchData,
  BenchInterval,
  BenchModel,
  BenchPackets,
  BenchSender,
} from "./bench_data.ts";
import { MAX_INTERVALS } from "./bench_merge.ts";
import type { BenchOptions } from "./bench_report.ts";
import { nameInFile } from "./bench_result_names.ts";
import type { HistogramState } from "./histogram.ts";
import type { LossRuns } from "./sequence.ts";

/** What fields can be. */
interface Kinds {
  readonly number: number;
  readonly string: string;
  readonly boolean: boolean;
  readonly object: object;
  readonly list: readonly unknown[];
}

/**
 * The field of that name. Numbers have to be finite and not negative: all that are measured are.
 *
 * @throws {UsageError} when it is not there, or of another kind.
 */
export function fieldOf<Kind extends keyof Kinds>(
  value: unknown,
  name: string,
  kind: Kind,
): Kinds[Kind] {
  const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  // An object has fields of any kind by any name.
  const field = isObject ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  if (field === undefined) throw new UsageError(`"${name}" is missing`);
  if (!isOfKind(field, kind)) {
    throw new UsageError(`"${name}" is not ${WORDS[kind]}`);
  }
  return field as Kinds[Kind]; // as just checked
}

const WORDS: Readonly<Record<keyof Kinds, string>> = {
  number: "a number from 0 on",
  string: "a string",
  boolean: "true or false",
  object: "an object",
  list: "an array",
};

function isOfKind(value: unknown, kind: keyof Kinds): boolean {
  switch (kind) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) && value >= 0;
    case "list":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
  }
}

/** Options are by name what JSON has no parts of. @throws {UsageError} when one is something else. */
export function checkOptions(options: object): BenchOptions {
  const plain = Object.entries(options).map(
    ([name, value]): [string, string | number | boolean | null] => {
      if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
        return [name, value];
      }
      throw new UsageError(`the option "${name}" is neither text, number nor truth`);
    },
  );
  return Object.fromEntries(plain);
}

/** The last moment that dates of JavaScript know (ECMA-262, 21.4.1.1). */
const LATEST_MICROS = 8.64e18;

/** What was measured, as it is in a file. @throws {UsageError} when something of it is wrong. */
export function checkBenchData(data: object): BenchData {
  const field = <Kind extends keyof Kinds>(name: keyof BenchData, kind: Kind): Kinds[Kind] =>
    fieldOf(data, nameInFile(name), kind);
  const series = field("series", "list");
  if (series.length > MAX_INTERVALS) throw new UsageError("it has too many intervals");
  const intervalMs = field("intervalMs", "number");
  if (intervalMs === 0) throw new UsageError('"interval_ms" is 0');
  const startMicros = field("startMicros", "number");
  if (startMicros > LATEST_MICROS) throw new UsageError('"start_micros" is beyond all calendars');
  return {
    model: checkModel(field("model", "string")),
    isOneWay: field("isOneWay", "boolean"),
    startMicros,
    seconds: field("seconds", "number"),
    packets: checkPackets(field("packets", "object")),
    bytes: numbersOf(field("bytes", "object"), ["sent", "received"]),
    errors: checkCounts(field("errors", "object")),
    lossRuns: checkLossRuns(field("lossRuns", "object")),
    sender: checkSender(field("sender", "object")),
    connections: numbersOf(field("connections", "object"), ["attempted", "established"]),
    clients: field("clients", "list").map(checkClient),
    intervalMs,
    series: series.map(checkInterval),
    roundTrips: stateIn(data, "roundTrips"),
    connects: stateIn(data, "connects"),
    handshakes: stateIn(data, "handshakes"),
    resumedHandshakes: stateIn(data, "resumedHandshakes"),
  };
}

function checkModel(model: string): BenchModel {
  if (model === "open" || model === "closed" || model === "flood" || model === "connect") {
    return model;
  }
  throw new UsageError(`"model" is "${model}", which is no load model`);
}

/** Those fields of an object, each a number. */
function numbersOf<Name extends string>(
  value: object,
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const fields = names.map((name) => [name, fieldOf(value, nameInFile(name), "number")]);
  return Object.fromEntries(fields) as Record<Name, number>; // one of each name
}

function checkPackets(value: object): BenchPackets {
  const packets = numbersOf(
    value,
    ["sent", "received", "answered", "duplicate", "reordered", "unmatched", "untimed"],
  );
  if (packets.answered > packets.sent) {
    throw new UsageError("more packets were answered than sent");
  }
  return packets;
}

function checkSender(value: object): BenchSender {
  return numbersOf(value, ["askedRate", "achievedRate", "late", "lateMaxMs"]);
}

const CLIENT_FIELDS = [
  "sent",
  "received",
  "lost",
  "duplicate",
  "reordered",
  "longestLoss",
  "count",
  "minMs",
  "meanMs",
  "maxMs",
  "p50Ms",
  "p99Ms",
  "jitterMs",
] as const;

function checkClient(value: unknown): BenchClient {
  return numbersOf(Object(value), CLIENT_FIELDS);
}

function checkInterval(value: unknown): BenchInterval {
  const counts = numbersOf(Object(value), ["sent", "received", "answered"]);
  return { ...counts, roundTrips: stateIn(Object(value), "roundTrips") };
}

function checkCounts(value: object): Readonly<Record<string, number>> {
  return numbersOf(value, Object.keys(value));
}

function checkLossRuns(value: object): LossRuns {
  const odd = Object.keys(value).find((length) => !/^[1-9]\d{0,15}$/.test(length));
  if (odd !== undefined) throw new UsageError(`"loss_runs" has "${odd}", which is no length`);
  return checkCounts(value);
}

function stateIn(value: object, name: string): HistogramState | null {
  // An object has fields of any kind by any name.
  if ((value as Readonly<Record<string, unknown>>)[nameInFile(name)] === null) return null;
  const state = fieldOf(value, nameInFile(name), "object");
  const numbers = numbersOf(state, ["count", "minMs", "maxMs", "sumMs"]);
  return { ...numbers, hdr: fieldOf(state, "hdr", "string") };
}
