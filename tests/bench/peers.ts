/** Other codecs that `deno task bench` compares with, each behind the same two functions. */

import { Packr, Unpackr } from "msgpackr";

/** A codec of plain data. */
export interface PeerCodec {
  readonly name: string;
  encode(value: unknown): unknown;
  decode(encoded: unknown): unknown;
}

/** The parts of the untyped npm packages that are used here. */
interface GdCom {
  putVar(value: unknown): Uint8Array;
  getVar(bytes: Uint8Array): { value: unknown };
}
interface GodotBinarySerialization {
  PacketPeer: { put_var(value: unknown): Uint8Array; get_var(bytes: Uint8Array): unknown };
}

/** All peers. The packages have no types of their own that fit: their shape is stated above. */
export async function loadPeers(): Promise<PeerCodec[]> {
  const gdCom = (await import("@gd-com/utils")).default as unknown as GdCom;
  const serialization = (await import("godot-binary-serialization"))
    .default as unknown as GodotBinarySerialization;
  const plain = new Packr({ useRecords: false });
  const structures: never[] = [];
  const records = new Packr({ useRecords: true, structures });
  const unpackRecords = new Unpackr({ useRecords: true, structures });
  return [
    {
      name: "@gd-com/utils",
      encode: (value) => gdCom.putVar(value),
      decode: (bytes) => gdCom.getVar(bytes as Uint8Array).value, // what encode gave
    },
    {
      name: "godot-binary-serialization",
      encode: (value) => serialization.PacketPeer.put_var(value),
      decode: (bytes) => serialization.PacketPeer.get_var(bytes as Uint8Array), // likewise
    },
    {
      name: "msgpackr",
      encode: (value) => plain.pack(value),
      decode: (bytes) => plain.unpack(bytes as Uint8Array), // likewise
    },
    {
      name: "msgpackr records",
      encode: (value) => records.pack(value),
      decode: (bytes) => unpackRecords.unpack(bytes as Uint8Array), // likewise
    },
    {
      name: "JSON",
      encode: (value) => JSON.stringify(value),
      decode: (text) => JSON.parse(text as string), // likewise
    },
  ];
}
