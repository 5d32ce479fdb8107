/**
 * A packet with the length that `PacketPeerStream` puts in front of it: one source, so that the four
 * bytes have their field, too.
 */

import type { Dissection, Source } from "../bytes/dissection.ts";
import { frame, FRAME_PREFIX_SIZE } from "../packet/deframer.ts";

/** The packet's source, with the frame's length (u32, little-endian) as its first field. */
export function framedSource({ name, bytes, root }: Source): Source {
  const length: Dissection = {
    name: "frame length",
    type: "u32",
    offset: 0,
    length: FRAME_PREFIX_SIZE,
    value: bytes.length,
    notes: [],
    children: [],
  };
  const parts = root.children.length > 0 ? root.children : [{ ...root, notes: [] }];
  return {
    name,
    bytes: frame(bytes),
    root: {
      ...root,
      value: undefined,
      length: FRAME_PREFIX_SIZE + root.length,
      children: [length, ...parts.map(behindLength)],
    },
  };
}

function behindLength(node: Dissection): Dissection {
  const { offset, children } = node;
  return { ...node, offset: offset + FRAME_PREFIX_SIZE, children: children.map(behindLength) };
}
