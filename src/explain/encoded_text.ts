/** Bytes written as text on the wire: base64 of `Marshalls`, hexadecimal of `hex_encode`. */

import { parseBase64 } from "../bytes/base64.ts";
import { parseHex } from "../bytes/hex.ts";
import type { Clues, Reading } from "./reading.ts";
import { score } from "./words.ts";

const MIN_LENGTH = 8;
const MAX_LENGTH = 4 * 1024 * 1024;

interface Notation {
  readonly name: string;
  readonly pattern: RegExp;
  /** How many characters of it are surely no chance. */
  readonly worth: number;
  parse(text: string): Uint8Array | object;
  readonly written: string;
  readonly read: (isVariant: boolean) => string;
}

const NOTATIONS: readonly Notation[] = [
  {
    name: "hexadecimal",
    pattern: /^(?:[0-9a-f]{2}){4,}\s*$|^(?:[0-9A-F]{2}){4,}\s*$/,
    worth: 0.72,
    parse: parseHex,
    written: "PackedByteArray.hex_encode",
    read: (isVariant) => isVariant ? "bytes_to_var(text.hex_decode())" : "text.hex_decode()",
  },
  {
    name: "base64",
    pattern: /^[A-Za-z0-9+/_-]{6,}={0,2}\s*$/,
    worth: 0.5,
    parse: parseBase64,
    written: "Marshalls.variant_to_base64, raw_to_base64 or utf8_to_base64",
    read: (isVariant) =>
      isVariant ? "Marshalls.base64_to_variant(text)" : "Marshalls.base64_to_raw(text)",
  },
];

/** As hexadecimal or base64 of something. */
export function readEncodedText(clues: Clues): Reading[] {
  const { bytes } = clues;
  if (bytes.length < MIN_LENGTH || bytes.length > MAX_LENGTH) return [];
  if (!bytes.every((byte) => byte < 0x80)) return [];
  const text = new TextDecoder().decode(bytes);
  // All hexadecimal digits are base64 characters too: the first notation that fits is taken.
  const notation = NOTATIONS.find(({ pattern }) => pattern.test(text));
  if (notation === undefined) return [];
  if (notation.name === "base64" && text.trim().length % 4 !== 0) return [];
  const decoded = notation.parse(text);
  return decoded instanceof Uint8Array ? encoded(notation, decoded, clues) : [];
}

function encoded(notation: Notation, decoded: Uint8Array, clues: Clues): Reading[] {
  const inner = clues.inside(decoded);
  // Words of letters and digits alone are base64 by chance.
  if (notation.name === "base64" && (inner === null || inner.score < 0.7)) return [];
  const what = inner?.what ?? `${decoded.length} bytes`;
  const isVariant = inner?.kind === "variant";
  return [{
    kind: "text",
    what: `${notation.name} text of ${what}`,
    score: score(notation.worth + (0.99 - notation.worth) * (inner?.score ?? 0)),
    why: [
      `all characters are ${notation.name} digits`,
      ...(inner?.why.map((reason) => `decoded: ${reason}`) ?? ["what it holds is not explained"]),
    ],
    at: 0,
    verdict:
      `${what} written as ${notation.name} text: the sender used ${notation.written}, and a ` +
      "receiver that gives it to get_var or bytes_to_var is wrong at byte 0, where a character stands " +
      `and no type: read it with ${
        notation.read(isVariant)
      } after get_string_from_utf8(), or send ` +
      `the bytes as they are, which takes ${
        notation.name === "base64" ? "a quarter" : "half"
      } less room`,
    text: () => inner?.text() ?? "",
  }];
}
