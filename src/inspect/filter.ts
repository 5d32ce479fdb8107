/**
 * Whether a packet is wanted: a filter becomes a function of what is known about a packet. What a
 * filter does not ask for is never looked up, and the packet not read: `udp && port == 4242` costs
 * no decoding. A field that a packet lacks (the address of bytes from a file, the type of bytes that
 * do not decode) compares as false, whatever the operator.
 */

import type { Variant } from "../variant/types.ts";
import { parseFilter } from "./filter_parser.ts";
import {
  type FieldName,
  type FilterComparison,
  type FilterNode,
  type FilterTest,
  PROTOCOL_FIELDS,
} from "./filter_tree.ts";
import { contains, isSame, order, textOf, valueAt } from "./filter_values.ts";

/** Which way a packet went: the one who sent first in its conversation is the client. */
export type Direction = "to_server" | "to_client";

/** What a filter may ask about a packet. Null is what is not known, or not there. */
export interface FilterSubject {
  /** The layers that it was under, from the link up. */
  readonly protocols: readonly string[];
  /** `192.0.2.1:4242`, `[2001:db8::1]:4242`. */
  readonly source: string | null;
  readonly destination: string | null;
  /** Number of the capture's frame; of other inputs, of the packet; from 1 on. */
  readonly frame: number;
  /** Seconds since the first packet. */
  readonly time: number | null;
  /** In bytes. */
  readonly size: number;
  /** Number of the conversation, from 1 on. */
  readonly conversation: number | null;
  readonly direction: Direction | null;
  /** Name of the outermost type; null when the packet does not decode. */
  readonly type: string | null;
  /** Godot's error for the packet; null when it decodes. */
  readonly error: string | null;
  /** Codes of what there is to remark. */
  readonly notes: readonly string[];
  /** The value; undefined when the packet does not decode. */
  readonly value: Variant | undefined;
}

/** True for the packets that are wanted. */
export type PacketFilter = (subject: FilterSubject) => boolean;

/** A filter that is ready to run, and whether it asks for what takes a table of conversations. */
export interface CompiledFilter {
  readonly matches: PacketFilter;
  readonly needsConversations: boolean;
}

/** Makes a filter of its text. @throws {ParseError} */
export function compileFilter(source: string): CompiledFilter {
  const node = parseFilter(source);
  return { matches: compile(node), needsConversations: usesConversations(node) };
}

function usesConversations(node: FilterNode): boolean {
  switch (node.kind) {
    case "test":
      return node.field === "conversation" || node.field === "direction";
    case "not":
      return usesConversations(node.operand);
    default:
      return usesConversations(node.left) || usesConversations(node.right);
  }
}

function compile(node: FilterNode): PacketFilter {
  switch (node.kind) {
    case "test":
      return compileTest(node);
    case "not": {
      const operand = compile(node.operand);
      return (subject) => !operand(subject);
    }
    case "and": {
      const left = compile(node.left), right = compile(node.right);
      return (subject) => left(subject) && right(subject);
    }
    case "or": {
      const left = compile(node.left), right = compile(node.right);
      return (subject) => left(subject) || right(subject);
    }
  }
}

/** A field as a value to compare; undefined when the packet lacks it. */
type Read = (subject: FilterSubject) => Variant | undefined;

function compileTest({ field, path, comparison }: FilterTest): PacketFilter {
  if (comparison === null) return presence(field, path);
  const holds = comparisonOf(comparison);
  const [first, second] = readersOf(field, path, comparison);
  if (second === undefined) return (subject) => isTrueOf(first(subject), holds);
  // Either end may be meant; "is not" means neither.
  return comparison.operator === "!="
    ? (subject) => isTrueOf(first(subject), holds) && isTrueOf(second(subject), holds)
    : (subject) => isTrueOf(first(subject), holds) || isTrueOf(second(subject), holds);
}

function isTrueOf(value: Variant | undefined, holds: (value: Variant) => boolean): boolean {
  return value !== undefined && holds(value);
}

/** A field alone: whether it is there. */
function presence(field: FieldName, path: FilterTest["path"]): PacketFilter {
  switch (field) {
    case "ok":
      return (subject) => subject.error === null;
    case "notes":
      return (subject) => subject.notes.length > 0;
    case "value":
      return (subject) => isPresent(subject.value, path);
  }
  if ((PROTOCOL_FIELDS as readonly string[]).includes(field)) {
    return (subject) => subject.protocols.includes(field);
  }
  const [read] = readersOf(field, path, null);
  return (subject) => read(subject) !== undefined;
}

function isPresent(value: Variant | undefined, path: FilterTest["path"]): boolean {
  return value !== undefined && valueAt(value, path) !== undefined;
}

function readersOf(
  field: FieldName,
  path: FilterTest["path"],
  comparison: FilterComparison | null,
): readonly [Read, Read?] {
  const isEndpoint = comparison !== null && namesPort(comparison);
  const source: Read = ({ source }) => addressOf(source, isEndpoint);
  const destination: Read = ({ destination }) => addressOf(destination, isEndpoint);
  const sourcePort: Read = ({ source }) => portOf(source);
  const destinationPort: Read = ({ destination }) => portOf(destination);
  switch (field) {
    case "src":
      return [source];
    case "dst":
      return [destination];
    case "host":
      return [source, destination];
    case "sport":
      return [sourcePort];
    case "dport":
      return [destinationPort];
    case "port":
      return [sourcePort, destinationPort];
    case "value":
      return [({ value }) => value === undefined ? undefined : valueAt(value, path)];
    case "ok":
      return [({ error }) => error === null];
    case "notes":
      return comparison?.operator === "contains" || comparison === null
        ? [({ notes }) => notes.join(" ")]
        : [noteMatching(comparison)];
    case "frame":
    case "size":
    case "time":
    case "conversation":
    case "type":
    case "error":
    case "direction":
      return [(subject) => subject[field] ?? undefined];
    default:
      return [({ protocols }) => protocols.includes(field)];
  }
}

/** The first note that the comparison holds for, or any. */
function noteMatching(comparison: FilterComparison): Read {
  const holds = comparisonOf(comparison);
  return ({ notes }) => notes.find(holds) ?? notes[0];
}

/** True when an address is compared with one that has a port. */
function namesPort(comparison: FilterComparison): boolean {
  const texts = "operand" in comparison
    ? [comparison.operand]
    : "operands" in comparison
    ? comparison.operands
    : [];
  return texts.some((text) => typeof text === "string" && /^[^:]*:\d+$|\]:\d+$/.test(text));
}

/** The address without its port and brackets, or all of it. */
function addressOf(endpoint: string | null, isWhole: boolean): string | undefined {
  if (endpoint === null) return undefined;
  if (isWhole) return endpoint;
  const host = endpoint.slice(0, endpoint.lastIndexOf(":"));
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

function portOf(endpoint: string | null): number | undefined {
  return endpoint === null ? undefined : Number(endpoint.slice(endpoint.lastIndexOf(":") + 1));
}

function comparisonOf(comparison: FilterComparison): (value: Variant) => boolean {
  switch (comparison.operator) {
    case "~": {
      const { pattern } = comparison;
      return (value) => {
        const text = textOf(value);
        return text !== null && pattern.test(text);
      };
    }
    case "in": {
      const { operands } = comparison;
      return (value) => operands.some((operand) => isSame(value, operand));
    }
  }
  const { operator, operand } = comparison;
  switch (operator) {
    case "==":
      return (value) => isSame(value, operand);
    case "!=":
      return (value) => !isSame(value, operand);
    case "<":
      return (value) => order(value, operand) < 0;
    case "<=":
      return (value) => order(value, operand) <= 0;
    case ">":
      return (value) => order(value, operand) > 0;
    case ">=":
      return (value) => order(value, operand) >= 0;
    case "contains":
      return (value) => contains(value, operand);
  }
}
