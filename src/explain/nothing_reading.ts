/** Bytes that hold nothing to read: none at all, zeros, one byte over and over, or pure chance. */

import type { Clues, Reading } from "./reading.ts";
import { plural, quote } from "./words.ts";

const EXAMINED = 64 * 1024;
/** Fewer bytes than that look random whatever they are. */
const MIN_RANDOM = 32;

/** As nothing; one reading at most. */
export function readNothing({ bytes }: Clues): Reading[] {
  if (bytes.length === 0) return [emptyReading()];
  const [first = 0] = bytes;
  if (bytes.length > 4 && bytes.every((byte) => byte === first)) {
    return [sameReading(first, bytes.length)];
  }
  return bytes.length >= MIN_RANDOM && looksRandom(bytes.subarray(0, EXAMINED))
    ? [randomReading(bytes.length)]
    : [];
}

function emptyReading(): Reading {
  return {
    kind: "nothing",
    what: "an empty packet",
    score: 0.9,
    why: ["there are no bytes"],
    at: null,
    verdict:
      "an empty packet, which Godot never sends (put_packet of an empty array does nothing): the " +
      "sender is no Godot, or the receiver called get_packet without asking " +
      "get_available_packet_count() first",
    text: () => "",
  };
}

function sameReading(byte: number, size: number): Reading {
  const what = byte === 0 ? `${size} zero bytes` : `${size} times the byte ${byte}`;
  return {
    kind: "nothing",
    what,
    score: byte === 0 ? 0.82 : 0.74,
    why: [`all ${plural(size, "byte")} are ${byte}`],
    at: 0,
    verdict:
      `${what}: a buffer that was made (PackedByteArray.resize) and sent before anything was ` +
      "written into it from byte 0 on, or read before anything arrived; get_var makes " +
      `${byte === 0 ? "null of it without an error" : "an error of it"}: send what was written ` +
      "(StreamPeerBuffer.data_array), not the whole buffer",
    text: () =>
      byte < 0x20 || byte > 0x7e ? "" : quote(String.fromCharCode(byte).repeat(Math.min(8, size))),
  };
}

/** Compared with what as many random bytes would have. */
function looksRandom(bytes: Uint8Array): boolean {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const expected = bytes.length / 256;
  let spread = 0;
  for (const count of counts) spread += (count - expected) ** 2;
  // Chi-square over 255 degrees of freedom: its mean is 255, its deviation 23.
  return spread / expected < 255 + 6 * 23;
}

function randomReading(size: number): Reading {
  return {
    kind: "nothing",
    what: `${plural(size, "byte")} as random as encrypted ones`,
    score: 0.4,
    why: ["every byte is about as frequent as every other, and no header is known"],
    at: null,
    verdict:
      `${
        plural(size, "byte")
      } without any structure: encrypted (AESContext, CryptoKey, TLS without ` +
      "its header), compressed without one, or damaged; the sender's last step before put_packet has to " +
      "be undone first",
    text: () => "",
  };
}
