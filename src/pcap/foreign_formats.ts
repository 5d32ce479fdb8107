/** Files that hold captures and are neither pcap nor pcapng: what they are, and what makes one of them. */

/** By the first four bytes, read as big-endian. */
const FOREIGN: ReadonlyMap<number, string> = new Map([
  [0x28b52ffd, "it is compressed with Zstandard: decompress it first, with zstd -d"],
  [0x04224d18, "it is compressed with LZ4: decompress it first, with lz4 -d"],
  [0xfd377a58, "it is compressed with XZ: decompress it first, with xz -d"],
  [0x425a6831, "it is compressed with bzip2: decompress it first, with bzip2 -d"],
  [0x425a6839, "it is compressed with bzip2: decompress it first, with bzip2 -d"],
  [0x34cdb2a1, "it is a modified pcap: convert it first, with editcap -F pcapng IN OUT"],
  [0xa1b2cd34, "it is a modified pcap: convert it first, with editcap -F pcapng IN OUT"],
  [0x736e6f6f, "it is a snoop capture: convert it first, with editcap -F pcapng IN OUT"],
]);

/** Why a file that begins with these four bytes cannot be read as a capture. */
export function whyNoCapture(head: Uint8Array): string {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return FOREIGN.get(view.getUint32(0)) ??
    `it begins with ${head.subarray(0, 4).toHex()}, as neither pcap nor pcapng does`;
}
