/** What kind of text a text is: JSON, Godot's notation, HTTP, lines of a protocol, numbers. */

import { ParseError } from "../errors.ts";
import { variantFromNative } from "../variant/native.ts";
import { variantFromText } from "../variant/text.ts";
import { quote } from "./words.ts";

/** A kind of text. */
export interface TextKind {
  /** With its article. */
  readonly what: string;
  /** Factor on the score: the more it is like something, the higher. */
  readonly worth: number;
  readonly why: readonly string[];
  /** Null for the one of plain text. */
  readonly verdict: string | null;
}

/** True for what a JSON parser reads. */
export function isJsonText({ what }: TextKind): boolean {
  return what.includes("JSON");
}

/** Finds the kind; of a text that is cut off no parser is asked. */
export function kindOfText(text: string, isWhole: boolean): TextKind {
  return jsonKind(text, isWhole) ?? httpKind(text) ?? (isWhole ? godotKind(text) : null) ??
    linesKind(text) ?? numberKind(text) ??
    { what: "a plain text", worth: 0.95, why: [quote(text)], verdict: null };
}

function jsonKind(text: string, isWhole: boolean): TextKind | null {
  if (!/^\s*[{[]/.test(text)) return null;
  const parsed = isWhole ? parses(() => JSON.parse(text), SyntaxError) : null;
  if (parsed === null) return null;
  if (parses(() => variantFromNative(text), ParseError) !== null) return nativeKind();
  return {
    what: "a JSON text",
    worth: 0.98,
    why: ["it parses as JSON"],
    verdict:
      "a JSON text without a length in front: the sender used JSON.stringify and put_packet " +
      "or put_data (or is no Godot), so a receiver that calls get_var is wrong at byte 0, which is " +
      "a bracket and no type: read it with JSON.parse_string(get_packet().get_string_from_utf8()), " +
      "and over TCP end each text with a line feed or put its length in front",
  };
}

function nativeKind(): TextKind {
  return {
    what: "a JSON text of JSON.from_native",
    worth: 0.985,
    why: ["it parses as JSON", "its types and prefixes are those of JSON.from_native"],
    verdict:
      "a JSON text that JSON.from_native made (Godot 4.4 and later): a receiver that stops " +
      'after JSON.parse_string gets texts like "i:7" and type objects from byte 0 on, and get_var ' +
      "gets nothing: read it with JSON.to_native(JSON.parse_string(text)), or send plain JSON",
  };
}

/** What a parser makes of a text; null when it does not parse. */
function parses(parse: () => unknown, refusal: abstract new (...args: never[]) => Error): unknown {
  try {
    return parse() ?? true;
  } catch (error) {
    // Numbers beyond their range and texts nested too deep are refused as well.
    if (error instanceof refusal || error instanceof RangeError) return null;
    throw error;
  }
}

function godotKind(text: string): TextKind | null {
  if (!/^\s*(?:[{[&^"]|[A-Z]\w*(?:\[[^\]]*\])?\()/.test(text)) return null;
  if (parses(() => variantFromText(text), ParseError) === null) return null;
  return {
    what: "a text in Godot's notation",
    worth: 0.97,
    why: ["str_to_var reads it"],
    verdict: "a value in Godot's notation, as var_to_str writes it: text, not what get_var and " +
      "bytes_to_var read, which fail at byte 0; read it with " +
      "str_to_var(get_packet().get_string_from_utf8()), though not from strangers, for it can " +
      "create objects, or send it with put_var",
  };
}

function httpKind(text: string): TextKind | null {
  const request = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|CONNECT) \S+ HTTP\/\d/.test(text);
  const response = /^HTTP\/\d(?:\.\d)? \d{3}/.test(text);
  if (!request && !response) return null;
  if (/^upgrade:\s*websocket/im.test(text)) return upgradeKind(request);
  const what = `an HTTP ${request ? "request" : "response"}`;
  return {
    what,
    worth: 0.99,
    why: [quote(text.split(/\r?\n/)[0] ?? "")],
    verdict: request
      ? `${what}: a browser, HTTPClient or health check speaks to a port that expects packets, and ` +
        "PacketPeerStream takes its first 4 bytes for a huge length: point it to the right port, or " +
        "serve HTTP there"
      : `${what}: the peer is a web server and no game server, and get_var fails at byte 0: use ` +
        "HTTPClient or HTTPRequest, or connect to the right port",
  };
}

function upgradeKind(isRequest: boolean): TextKind {
  const what = `a WebSocket upgrade ${isRequest ? "request" : "response"}`;
  return {
    what,
    worth: 0.995,
    why: ["HTTP with Upgrade: websocket"],
    verdict:
      `${what}: the ${isRequest ? "sender" : "peer"} is a WebSocketPeer or a browser, and the ` +
      `${
        isRequest ? "receiver is a plain TCP server" : "receiver reads plain TCP"
      }, wrong from byte 0 ` +
      "on: use WebSocketPeer (accept_stream on the server, connect_to_url on the client) or " +
      "WebSocketMultiplayerPeer on both sides",
  };
}

const IRC = /^(?::\S+ )?(?:NICK|USER|JOIN|PRIVMSG|PING|PONG|PASS|QUIT|CAP|PART|MODE|\d{3}) /;

function linesKind(text: string): TextKind | null {
  const end = text.indexOf("\n");
  if (end < 0 && !IRC.test(text)) return null;
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const what = IRC.test(text)
    ? "lines of a text protocol like IRC"
    : isCsv(lines)
    ? "lines of comma-separated values"
    : "lines of text";
  if (!text.endsWith("\n") && what === "lines of text") return null;
  return {
    what,
    worth: 0.97,
    why: [`${lines.length === 1 ? "1 line" : `${lines.length} lines`}: ${quote(lines[0] ?? "")}`],
    verdict: `${what} without a length: a line protocol, so a receiver that uses get_var, ` +
      "get_utf8_string or a PacketPeerStream is wrong at byte 0, for all of these want a 4-byte " +
      'length: collect bytes with StreamPeer.get_data and split them at "\\n", and answer with ' +
      'put_data((line + "\\r\\n").to_utf8_buffer()), never with put_string',
  };
}

function isCsv(lines: readonly string[]): boolean {
  const columns = new Set(lines.map((line) => line.split(",").length));
  return lines.length > 1 && columns.size === 1 && !columns.has(1);
}

function numberKind(text: string): TextKind | null {
  if (!/^\s*[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?:[ ,;|]+[-+]?\d+(?:\.\d+)?)*\s*$/i.test(text)) {
    return null;
  }
  return { what: "numbers written as text", worth: 0.9, why: [quote(text)], verdict: null };
}
