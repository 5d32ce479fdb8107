/** A length in front of one packet: how wide, in which byte order, and what it counts. */

import { DEFAULT_MAX_RECEIVABLE_SIZE } from "../packet/deframer.ts";
import type { GodotVersion } from "../variant/types.ts";
import type { Clues, Reading } from "./reading.ts";
import { asPacket } from "./receivers.ts";
import { plural, score, u16, u16be, u32, u32be } from "./words.ts";

/** One way to write a length. */
interface PrefixForm {
  readonly size: 1 | 2 | 4 | 8;
  readonly order: "little-endian" | "big-endian" | "";
  read(bytes: Uint8Array): number;
  /** What the length alone is worth when it is right: the wider, the less likely by chance. */
  readonly worth: number;
}

const FORMS: readonly PrefixForm[] = [
  { size: 4, order: "little-endian", read: (bytes) => u32(bytes, 0), worth: 0.5 },
  { size: 4, order: "big-endian", read: (bytes) => u32be(bytes, 0), worth: 0.5 },
  { size: 2, order: "little-endian", read: (bytes) => u16(bytes, 0), worth: 0.38 },
  { size: 2, order: "big-endian", read: (bytes) => u16be(bytes, 0), worth: 0.38 },
  { size: 8, order: "little-endian", read: (bytes) => wide(bytes, u32, 0, 4), worth: 0.5 },
  { size: 8, order: "big-endian", read: (bytes) => wide(bytes, u32be, 4, 0), worth: 0.5 },
  { size: 1, order: "", read: (bytes) => bytes[0] ?? 0, worth: 0.2 },
];

/** A 64-bit length; -1 when it is beyond all sizes. */
function wide(
  bytes: Uint8Array,
  read: (bytes: Uint8Array, at: number) => number,
  low: number,
  high: number,
): number {
  return read(bytes, high) === 0 ? read(bytes, low) : -1;
}

/** As one packet behind its length. */
export function readLengthPrefix(clues: Clues): Reading[] {
  const { bytes } = clues;
  return FORMS.flatMap((form) => {
    if (bytes.length <= form.size) return [];
    const length = form.read(bytes);
    const rest = bytes.length - form.size;
    if (length === rest) return [prefixed(form, clues)];
    if (length === bytes.length) return miscounted(form, length, clues, "counts itself");
    const off = length - rest;
    return form.size === 4 && off !== 0 && Math.abs(off) <= 4
      ? miscounted(
        form,
        length,
        clues,
        `says ${plural(Math.abs(off), "byte")} too ${off > 0 ? "many" : "few"}`,
      )
      : [];
  });
}

function prefixed(form: PrefixForm, clues: Clues): Reading {
  const content = clues.bytes.subarray(form.size);
  const inner = clues.inside(content);
  const nameOfForm = formName(form);
  const of = inner?.what ?? plural(content.length, "byte");
  return {
    kind: "framed",
    what: `${of} behind ${nameOfForm}`,
    score: score(form.worth + (0.985 - form.worth) * innerWorth(inner)),
    why: [
      `the first ${form.size === 1 ? "byte is" : `${form.size} bytes, ${order(form)}, are`} ` +
      `${content.length}: exactly the bytes that follow`,
      ...(inner?.why ?? ["what follows is not explained"]),
      ...stallReason(content.length),
    ],
    at: 0,
    verdict: prefixVerdict(form, inner, clues),
    text: () => inner?.text() ?? "",
  };
}

/** Without an explanation of what follows, a length stands on its own feet. */
function innerWorth(inner: Reading | null): number {
  return inner === null ? 0.1 : inner.score;
}

function order({ order }: PrefixForm): string {
  return order === "" ? "as a number" : order;
}

function formName({ size, order }: PrefixForm): string {
  return size === 1 ? "a 1-byte length" : `${size === 8 ? "an" : "a"} ${size}-byte ${order} length`;
}

function prefixVerdict(form: PrefixForm, inner: Reading | null, clues: Clues): string {
  const what = inner === null
    ? `a packet of ${plural(clues.bytes.length - form.size, "byte")}`
    : inner.kind === "variant"
    ? inner.what.replace(/^an? /, "a valid ")
    : inner.what;
  if (form.size === 4 && form.order === "little-endian") return littleVerdict(what, inner, clues);
  if (form.size === 4) return bigVerdict(what, inner, clues.receiver);
  return `${what} behind ${
    formName(form)
  }, which no class of Godot writes or reads by itself: the ` +
    `sender frames it in its own way, and PacketPeerStream and StreamPeer.get_var misread it from ` +
    `byte 0 on; send the length in 4 bytes, little-endian, or read it with ${getter(form)} and ` +
    "then StreamPeer.get_data";
}

function getter({ size, order }: PrefixForm): string {
  const call = size === 1 ? "get_u8" : size === 2 ? "get_u16" : "get_u64";
  return order === "big-endian" ? `${call} (with big_endian = true)` : call;
}

function littleVerdict(what: string, inner: Reading | null, { bytes, receiver }: Clues): string {
  const size = bytes.length - 4;
  if (size > DEFAULT_MAX_RECEIVABLE_SIZE) {
    return `${what} behind a 4-byte length${stallVerdict(size)}`;
  }
  const misread = `get_var of a UDP peer, or bytes_to_var, ${asPacket(bytes, receiver)}`;
  switch (inner?.kind) {
    case "variant":
      return `${what} behind a 4-byte length: the sender used PacketPeerStream or ` +
        "StreamPeer.put_var, and the receiver reads it with get_var of a UDP peer; that is wrong " +
        `at byte 0 (${misread}): read it with a PacketPeerStream or StreamPeer.get_var, or drop ` +
        "the first 4 bytes before bytes_to_var";
    case "framed":
      return `${what} behind a 4-byte length, so it is framed twice: the sender puts a length in ` +
        "front of what PacketPeerStream, or put_var of a StreamPeer, frames already, and the receiver " +
        "takes off one and is wrong at byte 4: leave one out (put_packet(var_to_bytes(value)) on a " +
        "PacketPeerStream, put_var on a StreamPeer)";
    case "text":
    case "json":
      return `${what} behind a 4-byte length: the sender used StreamPeer.put_utf8_string, put_string ` +
        "or a PacketPeerStream, and the receiver, if it expects plain text or lines, is given 4 bytes " +
        "from byte 0 on that it does not know: send it with put_data(text.to_utf8_buffer()), or read " +
        "the little-endian length first, as StreamPeer.get_utf8_string does";
    default:
      return `${what} behind a 4-byte length: the sender used a PacketPeerStream, or FileAccess or a ` +
        `StreamPeer with the length in front, and the receiver must take 4 bytes off at byte 0 ` +
        `(${misread}): read it with PacketPeerStream.get_packet, or use put_data without the length`;
  }
}

function bigVerdict(what: string, inner: Reading | null, receiver: GodotVersion): string {
  const call = inner?.kind === "variant"
    ? "StreamPeer.put_var"
    : inner?.kind === "text" || inner?.kind === "json"
    ? "StreamPeer.put_utf8_string or put_string"
    : "a library that writes network byte order";
  return `${what} behind a 4-byte length in big-endian order: the sender is ${call}` +
    `${
      call.startsWith("a ") ? "" : " with big_endian = true, or no Godot"
    }, and PacketPeerStream, ` +
    "which reads little-endian whatever the stream is set to, takes the length at byte 0 for a huge " +
    `one and waits for ever: write the length little-endian, or read it with a StreamPeer of ` +
    `Godot ${receiver} that has big_endian = true`;
}

/** A length that is not the number of bytes behind it, although these are a whole Variant or text. */
function miscounted(form: PrefixForm, length: number, clues: Clues, how: string): Reading[] {
  const content = clues.bytes.subarray(form.size);
  if (content.length < 4) return [];
  const inner = clues.inside(content);
  if (inner === null || inner.score < 0.75 || form.size === 1) return [];
  return [{
    kind: "framed",
    what: `${inner.what} behind ${formName(form)} that ${how}`,
    score: score(
      (form.size === 2 ? 0.6 : length === clues.bytes.length ? 0.95 : 0.74) * inner.score,
    ),
    why: [
      `the first ${form.size} bytes, ${form.order}, are ${length}, and ${content.length} bytes follow`,
      ...inner.why,
    ],
    at: 0,
    verdict: `${inner.what} behind ${formName(form)} that ${how}: the sender is wrong at byte 0, ` +
      `where ${length} should be ${content.length}, for in Godot the length counts the bytes after ` +
      "it and nothing else, and the receiver waits for bytes that never come or cuts the next " +
      `packet apart: write ${content.length}, as PacketPeerStream does`,
    text: () => inner.text(),
  }];
}

function stallReason(size: number): string[] {
  return size <= DEFAULT_MAX_RECEIVABLE_SIZE ? [] : [
    `${size} bytes are more than the ${DEFAULT_MAX_RECEIVABLE_SIZE} that a PacketPeerStream receives`,
  ];
}

/** What becomes of a frame that is too long for the receiver's buffer; empty for others. */
export function stallVerdict(size: number): string {
  return size <= DEFAULT_MAX_RECEIVABLE_SIZE ? "" : `, and with ${size} bytes it is too long: a ` +
    `PacketPeerStream with its defaults receives ${DEFAULT_MAX_RECEIVABLE_SIZE} at most and stalls ` +
    "for ever at the length in byte 0, without an error, so raise input_buffer_max_size on the " +
    "receiver and output_buffer_max_size on the sender, or send it in parts";
}
