/** Frames for tests of what `decode` prints. */

import type {
  BrokenFrame,
  FrameDecoding,
  PacketFrame,
  PacketOrigin,
} from "../../src/commands/decode/input_frame.ts";
import { DecodeError } from "../../src/errors.ts";

/** As `decode` reads without options. */
export const GODOT4: FrameDecoding = { godot: 4, allowObjects: false };

/** A packet of bytes in hexadecimal. */
export function packetFrame(hex: string, origin: PacketOrigin | null = null): PacketFrame {
  return { kind: "packet", bytes: Uint8Array.fromHex(hex), offset: 0, origin };
}

/** Where a captured UDP packet comes from, in the first frame if nothing else is said. */
export function udpOrigin(parts: Partial<PacketOrigin> = {}): PacketOrigin {
  return {
    frame: 1,
    time: 0n,
    source: "192.0.2.1:1",
    destination: "192.0.2.9:2",
    transport: "udp",
    protocol: ["eth", "ip", "udp"],
    notes: [],
    ...parts,
  };
}

/** A packet that came in two fragments. */
export function capturedFrame(hex: string): PacketFrame {
  return packetFrame(
    hex,
    udpOrigin({
      frame: 17,
      time: 1_700_000_000_000_000_000n,
      source: "127.0.0.1:5000",
      destination: "127.0.0.1:4242",
      notes: [{ severity: "warning", code: "bad-checksum", message: "The checksum is wrong" }],
    }),
  );
}

/** A line that is no packet. */
export const BROKEN: BrokenFrame = {
  kind: "broken",
  error: new DecodeError({
    code: "ERR_INVALID_DATA",
    reason: "bad-notation",
    offset: 0,
    what: "hex",
    why: "it is none",
  }),
  offset: 0,
  size: 0,
};
