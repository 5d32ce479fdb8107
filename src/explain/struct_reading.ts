/** Plain numbers without any type, as `StreamPeer.put_float`, `encode_u32` or a C struct write them. */

import type { Clues, Reading } from "./reading.ts";
import { plural, score, u32 } from "./words.ts";

const MAX_SIZE = 1024;
const SHOWN = 16;

/** One way to see the bytes as a run of numbers behind a header. */
interface Layout {
  readonly name: string;
  /** As `StreamPeer` calls it. */
  readonly call: string;
  readonly size: 2 | 4 | 8;
  readonly isBig: boolean;
  readonly worth: number;
  read(view: DataView, at: number): number;
  isLikely(value: number): boolean;
}

const LAYOUTS: readonly Layout[] = [false, true].flatMap((isBig): Layout[] => [
  {
    name: "32-bit float",
    call: "float",
    size: 4,
    isBig,
    worth: 0.66,
    read: (view, at) => view.getFloat32(at, !isBig),
    isLikely: isLikelyFloat,
  },
  {
    name: "64-bit float",
    call: "double",
    size: 8,
    isBig,
    worth: 0.68,
    read: (view, at) => view.getFloat64(at, !isBig),
    isLikely: isLikelyFloat,
  },
  {
    name: "32-bit int",
    call: "32",
    size: 4,
    isBig,
    worth: 0.58,
    read: (view, at) => view.getInt32(at, !isBig),
    isLikely: (value) => Math.abs(value) < 0x10_0000,
  },
  {
    name: "16-bit int",
    call: "16",
    size: 2,
    isBig,
    worth: 0.5,
    read: (view, at) => view.getInt16(at, !isBig),
    isLikely: (value) => Math.abs(value) < 4096,
  },
]);

/** Positions, speeds and times, not the floats that integers and text look like. */
function isLikelyFloat(value: number): boolean {
  const size = Math.abs(value);
  return value === 0 || (size > 1e-5 && size < 1e7);
}

/** Header sizes that are tried in front of the run: none, a message number, an id. */
const HEADERS = [0, 1, 2, 4];

/** As a run of numbers; one reading at most. */
export function readStruct({ bytes }: Clues): Reading[] {
  if (bytes.length === 0 || bytes.length > MAX_SIZE) return [];
  if (bytes.every((byte) => byte === 0)) return [];
  if (bytes.length <= 2) return [fewBytes(bytes)];
  if (bytes.length === 4 && u32(bytes, 0) <= LIKELY_LENGTH) return [loneNumber(u32(bytes, 0))];
  const readings = HEADERS.flatMap((header) =>
    LAYOUTS.flatMap((layout) => asRun(bytes, header, layout))
  );
  return readings.sort((a, b) => b.score - a.score).slice(0, 1);
}

function fewBytes(bytes: Uint8Array): Reading {
  const names = bytes.length === 1 ? "u8" : "u16";
  const value = bytes.length === 1 ? bytes[0] ?? 0 : (bytes[0] ?? 0) | (bytes[1] ?? 0) << 8;
  return {
    kind: "numbers",
    what: bytes.length === 1 ? "a single byte" : "a 16-bit number",
    score: 0.5,
    why: [`${plural(bytes.length, "byte")}: too few for a Variant, which has 4 at least`],
    at: 0,
    verdict:
      `${bytes.length === 1 ? "a single byte" : "a 16-bit number"}, ${value}: the sender used ` +
      `put_${names} or put_packet with ${
        plural(bytes.length, "byte")
      }, too few for any Variant, so ` +
      `get_var fails at byte 0 ("len < 4" is true): read it with get_${names}, or with ` +
      `get_packet().decode_${names}(0)`,
    text: () => String(value),
  };
}

/** A frame's length is all that a first read of a stream may give. */
const LIKELY_LENGTH = 0xfffff;

function loneNumber(value: number): Reading {
  return {
    kind: "numbers",
    what: "a 32-bit number, or the length of a packet that is not here yet",
    score: 0.55,
    why: [`little-endian, the 4 bytes are ${value}`],
    at: 4,
    verdict:
      `a 32-bit number, ${value}: either the sender used put_u32 or put_32, to be read with the ` +
      "same getter, or it is the length that PacketPeerStream and StreamPeer.put_var write first, and " +
      `the receiver took it for a packet before the ${value} bytes from byte 4 on had arrived: read the ` +
      "stream with PacketPeerStream or StreamPeer.get_var, which wait for them",
    text: () => String(value),
  };
}

function asRun(bytes: Uint8Array, header: number, layout: Layout): Reading[] {
  const size = bytes.length - header;
  if (size < layout.size || size % layout.size !== 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset + header, size);
  const values = Array.from(
    { length: size / layout.size },
    (_, i) => layout.read(view, i * layout.size),
  );
  if (!values.every((value) => layout.isLikely(value)) || values.every((value) => value === 0)) {
    return [];
  }
  const isFloat = layout.call === "float" || layout.call === "double";
  // Numbers that are mostly zero are believed less, and so are lone ones.
  const zeros = values.filter((value) => value === 0).length / values.length;
  const doubt = 0.2 * zeros + 0.12 / values.length + (header === 0 ? 0 : 0.05 + 0.02 * header) +
    (layout.isBig ? 0.03 : 0) + (isFloat ? 0 : 0.01 * Math.min(10, values.length));
  return [structReading(bytes, header, layout, values, layout.worth - doubt)];
}

function structReading(
  bytes: Uint8Array,
  header: number,
  { name, call, isBig, size }: Layout,
  values: readonly number[],
  worth: number,
): Reading {
  const order = isBig ? ", big-endian" : "";
  const run = `${plural(values.length, name)}${order}`;
  const what = header === 0 ? run : `a header of ${plural(header, "byte")} and ${run}`;
  const text =
    values.slice(0, SHOWN).map((value) =>
      String(Math.fround(value) === value && size < 8 ? Number(value.toPrecision(7)) : value)
    ).join(", ") + (values.length > SHOWN ? ", …" : "");
  const how = isBig ? " (with big_endian = true)" : "";
  return {
    kind: "numbers",
    what,
    score: score(worth),
    why: [`all of them are numbers that a game may send: ${text}`, "nothing in the bytes says so"],
    at: 0,
    verdict:
      `${what} without any type, as put_${call}${how} or a struct of another language writes ` +
      "them: the sender sends plain numbers and get_var, which takes byte 0 for a type, misreads them: " +
      (header === 0
        ? `read them with StreamPeerBuffer.get_${call}${how} in the same order and width`
        : `read ${
          plural(header, "byte")
        } first and then each number with StreamPeerBuffer.get_${call}${how}`),
    text: () => header === 0 ? text : `${[...bytes.subarray(0, header)].join(" ")} | ${text}`,
  };
}
