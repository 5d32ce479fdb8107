/** A packet with all its bytes explained, as a tree or as a dump, in the colours of the terminal. */

import type { Paint } from "../../cli/paint.ts";
import type { Paint as TreePaint } from "../../inspect/paint.ts";
import { renderHexdump } from "../../inspect/render_hexdump.ts";
import { renderTree } from "../../inspect/render_tree.ts";
import { framedSource } from "../../inspect/stream_frame.ts";
import type { DecodeOptions } from "../../variant/decode.ts";
import { dissectVariant } from "../../variant/dissect.ts";

/** How bytes are explained: a node in each line, or the bytes with their fields beside them. */
export type TreeForm = "tree" | "hexdump";

/** How to read a packet. */
export interface TreeReading extends DecodeOptions {
  /** True for a packet that came behind `PacketPeerStream`'s length, which is shown then. */
  readonly isFramed?: boolean;
}

/** The lines of the tree or dump; the packet's own line is called `name`. */
export function treeLines(
  form: TreeForm,
  name: string,
  bytes: Uint8Array,
  { isFramed = false, ...options }: TreeReading,
  paint: Paint,
): string[] {
  const root = { ...dissectVariant(bytes, options), name };
  const packet = { name, bytes, root };
  const render = form === "tree" ? renderTree : renderHexdump;
  return render(isFramed ? framedSource(packet) : packet, { paint: treePaint(paint) });
}

/** What the parts of a tree look like. */
function treePaint(paint: Paint): TreePaint {
  return {
    offset: paint.gray,
    name: paint.bold,
    type: paint.cyan,
    value: paint.green,
    warning: paint.yellow,
    error: paint.red,
    dim: paint.dim,
  };
}
