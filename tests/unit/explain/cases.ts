/**
 * Bytes as people have them when something does not work, and what they are. Numbers 1 to 20 are the
 * complaints about framing, format and sizes that users of Godot file most; what the engine itself
 * writes is in `fixtures/explain/engine.jsonl`.
 */

import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantFromText } from "../../../src/variant/text.ts";
import type { GodotVersion } from "../../../src/variant/types.ts";

/** Bytes and what explains them. */
export interface Case {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The best reading; null when none explains the bytes. */
  readonly what: string | null;
  /** The version that receives. @default 4 */
  readonly receiver?: GodotVersion;
}

/** A value as `put_var` writes it. */
export function variant(text: string, godot: GodotVersion = 4): Uint8Array<ArrayBuffer> {
  return encodeVariant(variantFromText(text), { godot, fullObjects: text.includes("Object(") });
}

/** Bytes, texts, lists of bytes, one behind the other. */
export function join(
  ...parts: readonly (Uint8Array | string | number[])[]
): Uint8Array<ArrayBuffer> {
  const arrays = parts.map((part) =>
    typeof part === "string" ? new TextEncoder().encode(part) : Uint8Array.from(part)
  );
  const all = new Uint8Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** A length in front: little-endian in 4 bytes unless said otherwise. */
export function framed(
  content: Uint8Array | string,
  form: LengthForm = {},
): Uint8Array<ArrayBuffer> {
  const { size = 4, isBig = false, extra = 0 } = form;
  const body = join(content);
  const length = new Uint8Array(size);
  let rest = body.length + extra;
  for (let i = 0; i < size; i++, rest = Math.floor(rest / 256)) length[i] = rest % 256;
  return join(isBig ? length.reverse() : length, body);
}

/** How a length is written. */
export interface LengthForm {
  readonly size?: number;
  readonly isBig?: boolean;
  /** What it says too many. */
  readonly extra?: number;
}

/** Bytes that look like chance and are always the same. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  let state = 0x2545f491;
  return Uint8Array.from({ length: size }, () => {
    state = Math.imul(state ^ (state >>> 13), 0x5bd1e995) + 0x6b43a9b5 | 0;
    return state >>> 17 & 0xff;
  });
}

/** A WebSocket frame of a client, masked. */
export function masked(head: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const mask = [0x12, 0x34, 0x56, 0x78];
  const body = payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0));
  const wide = payload.length < 126
    ? [payload.length | 0x80]
    : [126 | 0x80, payload.length >> 8, payload.length & 255];
  return join([head, ...wide, ...mask], body);
}

function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function ints(...values: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

function wideText(text: string): Uint8Array {
  return new Uint8Array(Uint16Array.from(text, (character) => character.charCodeAt(0)).buffer);
}

const MOVE = '{"cmd": "move", "pos": Vector2(1.5, -2), "tick": 1042}';
const LOGIN = '{"cmd": "login", "name": "Ada"}';
const DICTIONARY = "a Godot 4 Variant (Dictionary)";
const BEHIND = "behind a 4-byte little-endian length";
const BIG_TEXT = "x".repeat(70_000);
const HTTP = "GET /chat HTTP/1.1\r\nHost: game.example\r\n";
const UPGRADE =
  `${HTTP}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n`;
const ENET_RELIABLE = [0x80, 0x01, 0x12, 0x34, 0x86, 0x00, 0x00, 0x01];

/** The complaints 1 to 20. */
const COMPLAINTS: readonly Case[] = [
  {
    name: "1 garbage in front of put_var over TCP",
    bytes: framed(variant(MOVE)),
    what: `${DICTIONARY} ${BEHIND}`,
  },
  { name: "2 the same call over UDP", bytes: variant(MOVE), what: DICTIONARY },
  {
    name: "2 the same call over TCP",
    bytes: framed(variant("7")),
    what: `a Godot Variant (int) ${BEHIND}`,
  },
  {
    name: "3 a Java server forgot the length",
    bytes: variant("1234"),
    what: "a Godot Variant (int)",
  },
  {
    name: "4 an array of Node arrives as float",
    bytes: variant("[1, 2.5, null]"),
    what: "a Godot 4 Variant (Array)",
  },
  {
    name: "5 put_utf8_string to a Ruby server",
    bytes: framed("hello server"),
    what: `a plain text ${BEHIND}`,
  },
  {
    name: "5 put_string to IRC",
    bytes: framed("NICK ada\r\nUSER ada 0 * :Ada\r\n"),
    what: `lines of a text protocol like IRC ${BEHIND}`,
  },
  {
    name: "6 PacketPeerStream to Node",
    bytes: framed('{"cmd":"login"}'),
    what: `a JSON text ${BEHIND}`,
  },
  {
    name: "7 get_var fails for ever: only a part of the frame is here",
    bytes: framed(variant(MOVE)).subarray(0, 50),
    what: `a Godot 4 Variant ${BEHIND}, cut off`,
  },
  {
    name: "8 a String written by the old documentation, without padding",
    bytes: join(ints(4, 5), "hello"),
    what: "a Godot 4 Variant (String) without the padding at its end",
  },
  {
    name: "9 a Quat of Godot 3",
    bytes: variant("Quaternion(0.5, 0.5, 0.5, 0.5)", 3),
    what: "a Godot 3 Variant (Quat)",
  },
  {
    name: "9 a Dictionary of Godot 3",
    bytes: variant(MOVE, 3),
    what: "a Godot 3 Variant (Dictionary)",
  },
  {
    name: "9 a Dictionary of Godot 4 at a Godot 3",
    bytes: variant(MOVE),
    what: DICTIONARY,
    receiver: 3,
  },
  {
    name: "10 a PackedStringArray without its NULs",
    bytes: join(ints(34, 1, 3), "abc", [0]),
    what: "a Godot 4 Variant (PackedStringArray)",
  },
  {
    name: "11 padding and length taken for a bug",
    bytes: variant('"hi"'),
    what: "a Godot Variant (String)",
  },
  {
    name: "12 a NodePath of Godot 3 with leaked padding",
    bytes: Uint8Array.fromHex("0f0000000100008000000000010000000300000041646155"),
    what: "a Godot 3 Variant (NodePath)",
    receiver: 3,
  },
  {
    name: "13 an int in 64 bits that fits 32",
    bytes: Uint8Array.fromHex("020001000700000000000000"),
    what: "a Godot Variant (int)",
  },
  {
    name: "14 a Vector3 of a double-precision build",
    bytes: Uint8Array.fromHex("09000100000000000000f83f00000000000000c09a9999999999b93f"),
    what: "a Godot 4 Variant (Vector3)",
  },
  {
    name: "15 a typed Array",
    bytes: variant("Array[int]([1, 2, 3])"),
    what: "a Godot 4 Variant (Array)",
  },
  {
    name: "16 an object in full",
    bytes: variant('{"node": Object(Node, "name": "Ada")}'),
    what: DICTIONARY,
  },
  {
    name: "17 a String of a Go server in network byte order",
    bytes: join([0, 0, 0, 4, 0, 0, 0, 8], "abcdefgh"),
    what: "a Variant with big-endian numbers",
  },
  {
    name: "18 a frame above the buffer of PacketPeerStream",
    bytes: framed(variant(`"${BIG_TEXT}"`)),
    what: `a Godot Variant (String) ${BEHIND}`,
  },
  {
    name: "19 a WebSocket message above 65535 bytes",
    bytes: join([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x78], variant(`"${BIG_TEXT}"`)),
    what: "a WebSocket binary frame that holds a Godot Variant (String)",
  },
  {
    name: "20 an unreliable fragment above the MTU",
    bytes: join([
      0x00,
      0x01,
      0x4c,
      0,
      0,
      1,
      0,
      1,
      0x05,
      0x54,
      0,
      0,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      0,
      0x0f,
      0xa0,
      0,
      0,
      0,
      0,
    ], noise(1364)),
    what: "an ENet datagram (send unreliable fragment)",
  },
  {
    name: "20 a packet above the MTU",
    bytes: variant(`"${"y".repeat(3000)}"`),
    what: "a Godot Variant (String)",
  },
];

/** More of what happens. */
const CONFUSIONS: readonly Case[] = [
  {
    name: "length in big-endian order",
    bytes: framed(variant(LOGIN), { isBig: true }),
    what: `${DICTIONARY} behind a 4-byte big-endian length`,
  },
  {
    name: "length that counts itself",
    bytes: framed(variant(LOGIN), { extra: 4 }),
    what: `${DICTIONARY} ${BEHIND} that counts itself`,
  },
  {
    name: "length in 16 bits",
    bytes: framed(variant(LOGIN), { size: 2 }),
    what: `${DICTIONARY} behind a 2-byte little-endian length`,
  },
  {
    name: "length in 16 bits, big-endian",
    bytes: framed(variant(LOGIN), { size: 2, isBig: true }),
    what: `${DICTIONARY} behind a 2-byte big-endian length`,
  },
  {
    name: "length in 64 bits",
    bytes: framed(variant(LOGIN), { size: 8 }),
    what: `${DICTIONARY} behind an 8-byte little-endian length`,
  },
  {
    name: "length in one byte",
    bytes: framed(variant(LOGIN), { size: 1 }),
    what: `${DICTIONARY} behind a 1-byte length`,
  },
  {
    name: "a frame in a frame",
    bytes: framed(framed(variant(LOGIN))),
    what: `${DICTIONARY} ${BEHIND} ${BEHIND}`,
  },
  {
    name: "three frames in a row",
    bytes: join(framed(variant(MOVE)), framed(variant(LOGIN)), framed(variant("7"))),
    what: "3 Godot 4 Variants, each behind a 4-byte little-endian length",
  },
  {
    name: "two frames, big-endian",
    bytes: join(framed(variant(MOVE), { isBig: true }), framed(variant(LOGIN), { isBig: true })),
    what: "2 Godot 4 Variants, each behind a 4-byte big-endian length",
  },
  {
    name: "a frame and half of the next",
    bytes: join(framed(variant(MOVE)), framed(variant(LOGIN)).subarray(0, 30)),
    what: "1 packet behind a 4-byte little-endian length, and a frame cut off",
  },
  {
    name: "a frame and put_data behind it",
    bytes: join(framed(variant(MOVE)), "hello, this is no frame"),
    what: "1 packet behind a 4-byte little-endian length, and other bytes",
  },
  {
    name: "two values glued",
    bytes: join(variant(MOVE), variant('"hello"')),
    what: "2 Godot 4 Variants one behind the other",
  },
  {
    name: "a value in a larger buffer",
    bytes: join(variant(MOVE), new Uint8Array(24)),
    what: `${DICTIONARY} with 24 bytes left over`,
  },
  {
    name: "a value cut off",
    bytes: variant(MOVE).subarray(0, 60),
    what: `${DICTIONARY} that is cut off`,
  },
  {
    name: "a message number in front",
    bytes: join([9], variant(MOVE)),
    what: `${DICTIONARY} from byte 1 on`,
  },
  {
    name: "an id in 4 bytes in front",
    bytes: join(ints(77), variant(MOVE)),
    what: `${DICTIONARY} from byte 4 on`,
  },
  {
    name: "the ENet header of Godot 3 in front",
    bytes: join(ints(1, 923_847_123), variant(MOVE, 3)),
    what: "a Godot 3 Variant (Dictionary) from byte 8 on",
    receiver: 3,
  },
  {
    name: "a String with NUL",
    bytes: join(ints(4, 4), "abc", [0]),
    what: "a Godot Variant (String)",
  },
  { name: "null", bytes: variant("null"), what: "a Godot Variant (Nil)" },
  { name: "plain text", bytes: join("Hello, Zoë!"), what: "a plain text" },
  { name: "a C string", bytes: join("hello", [0]), what: "a plain text, ended by NUL" },
  {
    name: "a text in a larger buffer",
    bytes: join("hello world", new Uint8Array(21)),
    what: "a plain text, ended by NUL",
  },
  {
    name: "text with a length in big-endian order",
    bytes: framed("hello server", { isBig: true }),
    what: "a plain text behind a 4-byte big-endian length",
  },
  {
    name: "Java's writeUTF",
    bytes: framed("hello server", { size: 2, isBig: true }),
    what: "a plain text behind a 2-byte big-endian length",
  },
  { name: "UTF-16 of C#", bytes: wideText("hello server"), what: "a UTF-16 text" },
  { name: "Latin-1", bytes: join("Zo", [0xeb], " spielt mit Zo", [0xeb]), what: "a Latin-1 text" },
  { name: "JSON", bytes: join('{"cmd": "move", "x": 1.5}'), what: "a JSON text" },
  {
    name: "JSON.from_native",
    bytes: join('{"type":"Vector2","args":[1.0,2.0]}'),
    what: "a JSON text of JSON.from_native",
  },
  {
    name: "var_to_str",
    bytes: join('{\n"pos": Vector2(1, 2)\n}'),
    what: "a text in Godot's notation",
  },
  {
    name: "a line protocol",
    bytes: join("PING :irc.example\r\n"),
    what: "lines of a text protocol like IRC",
  },
  {
    name: "CSV",
    bytes: join("name,score\nada,10\nbob,7\n"),
    what: "lines of comma-separated values",
  },
  { name: "numbers as text", bytes: join("12.5,-3,100"), what: "numbers written as text" },
  { name: "an HTTP request", bytes: join(HTTP, "\r\n"), what: "an HTTP request" },
  {
    name: "an HTTP response",
    bytes: join("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
    what: "an HTTP response",
  },
  { name: "a WebSocket upgrade", bytes: join(UPGRADE), what: "a WebSocket upgrade request" },
  { name: "base64", bytes: join(variant(MOVE).toBase64()), what: `base64 text of ${DICTIONARY}` },
  {
    name: "hexadecimal text",
    bytes: join(variant(MOVE).toHex()),
    what: `hexadecimal text of ${DICTIONARY}`,
  },
  {
    name: "a masked WebSocket frame",
    bytes: masked(0x82, variant(MOVE)),
    what: `a WebSocket binary frame that holds ${DICTIONARY}`,
  },
  {
    name: "a WebSocket text frame",
    bytes: join([0x81, 11], "hello there"),
    what: "a WebSocket text frame that holds a plain text",
  },
  {
    name: "a WebSocket frame with permessage-deflate",
    bytes: masked(0xc1, noise(40)),
    what: "a WebSocket text frame",
  },
  {
    name: "a WebSocket close",
    bytes: join([0x88, 2, 0x03, 0xf1]),
    what: "a WebSocket close frame",
  },
  {
    name: "a DTLS ClientHello",
    bytes: join(Uint8Array.fromHex("16feff000000000000000000440100003800000000000000" + "38"), [
      0xfe,
      0xfd,
    ], new Uint8Array(54)),
    what: "a DTLS 1.0 record (ClientHello)",
  },
  {
    name: "DTLS application data",
    bytes: join(Uint8Array.fromHex("17fefd00010000000000050028"), noise(40)),
    what: "a DTLS 1.2 record (ApplicationData)",
  },
  {
    name: "a TLS ClientHello",
    bytes: join([22, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3], noise(54)),
    what: "a TLS 1.0 record (ClientHello)",
  },
  {
    name: "a TLS alert",
    bytes: Uint8Array.of(21, 3, 3, 0, 2, 2, 70),
    what: "a TLS 1.2 or 1.3 record (Alert protocol_version (70))",
  },
  {
    name: "an ENet connect",
    bytes: Uint8Array.fromHex(
      "8fff1234" + "82ff0001" + "0000ffff000005700001000000000" +
        "0ff00000000000000000000138800000002000000020badcafe12345678",
    ),
    what: "an ENet datagram (connect)",
  },
  {
    name: "an ENet ping",
    bytes: Uint8Array.of(0x80, 0x01, 0x12, 0x34, 0x85, 0xff, 0x00, 0x05),
    what: "an ENet datagram (ping)",
  },
  {
    name: "an ENet packet with a value",
    bytes: join(ENET_RELIABLE, [0, variant(MOVE).length], variant(MOVE)),
    what: `an ENet datagram (send reliable) that carries ${DICTIONARY}`,
  },
  {
    name: "a remote call without arguments",
    bytes: join(Uint8Array.fromHex("a006000080" + "02"), "World", [0]),
    what: "a remote call of SceneMultiplayer (@rpc) with 0 arguments",
  },
  {
    name: "a remote call with a value",
    bytes: join([0x00, 1, 3, 2, 0x02, 5], variant('"hello"')),
    what: "a remote call of SceneMultiplayer (@rpc) with 2 arguments",
  },
  {
    name: "simplify path",
    bytes: join([1], "d41d8cd98f00b204e9800998ecf8427e", [0, 1, 0, 0, 0], "World/Player", [0]),
    what: "a SceneMultiplayer packet (simplify path)",
  },
  {
    name: "add peer",
    bytes: join([7, 1], ints(923_847_123)),
    what: "a SceneMultiplayer packet (add peer)",
  },
  {
    name: "send_bytes",
    bytes: join([3], variant(MOVE)),
    what: "a SceneMultiplayer packet (raw packet)",
  },
  {
    name: "a sync",
    bytes: join([6, 9, 0], ints(4, 12), variant("Vector2(3, 4)")),
    what: "a SceneMultiplayer packet (sync)",
  },
  { name: "positions as floats", bytes: floats(12.5, -3.25, 100, 0.016), what: "4 32-bit floats" },
  {
    name: "a message number and floats",
    bytes: join([7], floats(12.5, -3.25, 9)),
    what: "a header of 1 byte and 3 32-bit floats",
  },
  {
    name: "doubles",
    bytes: new Uint8Array(Float64Array.of(1234.5678, -0.25, 3.75).buffer),
    what: "3 64-bit floats",
  },
  { name: "ints", bytes: ints(3, 1500, -20), what: "3 32-bit ints" },
  { name: "one byte", bytes: Uint8Array.of(7), what: "a single byte" },
  {
    name: "a PNG image",
    bytes: join([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13], "IHDR"),
    what: "a PNG image",
  },
  {
    name: "a resource of Godot",
    bytes: join("RSRC", new Uint8Array(40)),
    what: "a binary resource of Godot (RSRC)",
  },
  {
    name: "a capture",
    bytes: Uint8Array.fromHex("d4c3b2a1020004000000000000000000ffff000001000000"),
    what: "a capture (pcap)",
  },
  { name: "zeros", bytes: new Uint8Array(64), what: "64 zero bytes" },
  { name: "nothing", bytes: new Uint8Array(0), what: "an empty packet" },
  { name: "encrypted bytes", bytes: noise(256), what: null },
  { name: "a damaged header", bytes: Uint8Array.fromHex("ff00ff0012"), what: null },
];

/** All of them. */
export const CASES: readonly Case[] = [...COMPLAINTS, ...CONFUSIONS];
