/** What a filter says, as a tree: `filter_parser.ts` makes it of text, `filter.ts` runs it. */

import type { Variant } from "../variant/types.ts";

/** Layers that a packet may have come under; each is a test of its own. */
export const PROTOCOL_FIELDS = ["udp", "tcp", "dtls", "tls", "ip", "ipv6"] as const;
/** Fields that are numbers. `port` is either port. */
export const NUMBER_FIELDS = [
  "sport",
  "dport",
  "port",
  "frame",
  "time",
  "size",
  "conversation",
] as const;
/** Fields that are addresses. `host` is either address. */
export const ADDRESS_FIELDS = ["src", "dst", "host"] as const;
/** Fields that are words. */
export const WORD_FIELDS = ["type", "error", "notes", "direction"] as const;

/** A field of the packet by its name. */
export type FieldName =
  | typeof PROTOCOL_FIELDS[number]
  | typeof NUMBER_FIELDS[number]
  | typeof ADDRESS_FIELDS[number]
  | typeof WORD_FIELDS[number]
  | "ok"
  | "value";

/** One step into the value: a key or member name, or an index or int key. */
export type FilterStep = string | number;

/** How a field is compared. */
export type FilterOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "contains" | "~";

/** A field, and what it is compared with. */
export interface FilterTest {
  readonly kind: "test";
  readonly field: FieldName;
  /** Into `value`; empty for all other fields. */
  readonly path: readonly FilterStep[];
  /** Null: whether the field is there at all (`ok`: whether it is true). */
  readonly comparison: FilterComparison | null;
}

/** What stands behind a field. */
export type FilterComparison =
  | { readonly operator: "~"; readonly pattern: RegExp }
  | { readonly operator: "in"; readonly operands: readonly Variant[] }
  | { readonly operator: Exclude<FilterOperator, "~" | "in">; readonly operand: Variant };

/** A filter, or a part of one. */
export type FilterNode =
  | FilterTest
  | { readonly kind: "not"; readonly operand: FilterNode }
  | { readonly kind: "and" | "or"; readonly left: FilterNode; readonly right: FilterNode };
