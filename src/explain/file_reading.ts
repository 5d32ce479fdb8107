/** Files by their first bytes: Godot's own, captures, images, sounds, archives. */

import type { Clues, Reading } from "./reading.ts";

interface Magic {
  readonly what: string;
  readonly at: number;
  readonly bytes: readonly number[];
  /** What to do instead of decoding it. */
  readonly advice: string;
}

const PCAP =
  "packetpeer decode @FILE shows the packets in it and says which of them are broken, and " +
  "with -o hex it prints their bytes, which packetpeer explain takes one by one";
const LOAD =
  "it is sent as it lies on the disk: save it to user:// and load() it there, if the sender " +
  "can be trusted, for it can hold scripts";
const IMAGE = "read it with Image.load_png_from_buffer or the like, not with get_var";

const MAGICS: readonly Magic[] = [
  magic("a binary resource of Godot (RSRC)", "RSRC", LOAD),
  magic("a compressed binary resource of Godot (RSCC)", "RSCC", LOAD),
  magic("compiled GDScript (GDSC)", "GDSC", LOAD),
  magic(
    "encrypted GDScript (GDEC) or an encrypted file",
    "GDEC",
    "FileAccess.open_encrypted reads it",
  ),
  magic("a pack of Godot (PCK)", "GDPC", "ProjectSettings.load_resource_pack reads it"),
  magic("a texture of Godot (GST2)", "GST2", LOAD),
  { what: "a capture (pcapng)", at: 0, bytes: [0x0a, 0x0d, 0x0d, 0x0a], advice: PCAP },
  ...[[0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [
    0x4d,
    0x3c,
    0xb2,
    0xa1,
  ]].map((bytes) => ({ what: "a capture (pcap)", at: 0, bytes, advice: PCAP })),
  {
    what: "a PNG image",
    at: 0,
    bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    advice: IMAGE,
  },
  { what: "a JPEG image", at: 0, bytes: [0xff, 0xd8, 0xff], advice: IMAGE },
  magic("a WebP or WAV file (RIFF)", "RIFF", IMAGE),
  magic("an Ogg file", "OggS", "AudioStreamOggVorbis.load_from_buffer reads it"),
  magic("a ZIP archive", "PK\x03\x04", "ZIPReader reads it, and get_var does not"),
  magic("a glTF binary", "glTF", "GLTFDocument.append_from_buffer reads it"),
  magic("a TrueType font", "\x00\x01\x00\x00\x00", "FontFile.data takes it"),
  magic("a DDS image", "DDS ", IMAGE),
  magic("an ELF program", "\x7fELF", "it is a program, and nothing to decode"),
  magic("a PDF document", "%PDF-", "it is a document, and nothing to decode"),
  magic("an SQLite database", "SQLite format 3\0", "it is a database, and nothing to decode"),
];

function magic(what: string, text: string, advice: string): Magic {
  return { what, at: 0, bytes: [...text].map((character) => character.charCodeAt(0)), advice };
}

/** As a file of a known format; one reading at most. */
export function readFile({ bytes }: Clues): Reading[] {
  const found = MAGICS.find((magic) =>
    bytes.length > magic.bytes.length &&
    magic.bytes.every((byte, i) => bytes[magic.at + i] === byte)
  );
  if (found === undefined) return [];
  const { what, advice, bytes: mark } = found;
  return [{
    kind: "file",
    what,
    score: mark.length >= 8 ? 0.985 : mark.length >= 4 ? 0.95 : 0.85,
    why: [`it begins with the mark of such files: ${mark.length} bytes`],
    at: 0,
    verdict: advice === PCAP
      ? `${what}, which holds packets and is none itself: ${advice}`
      : `${what}: the sender sends a whole file, and get_var takes byte 0 of its mark for a type; ` +
        advice,
    text: () => "",
  }];
}
