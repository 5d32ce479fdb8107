/** A packet as a tree with byte ranges, in the colours of the terminal. */

import type { Paint } from "../cli/paint.ts";
import type { Paint as TreePaint } from "../inspect/paint.ts";
import { renderTree } from "../inspect/render_tree.ts";
import type { DecodeOptions } from "../variant/decode.ts";
import { dissectVariant } from "../variant/dissect.ts";

/** The lines of the tree; the packet's own line is called `name`. */
export function treeLines(
  name: string,
  bytes: Uint8Array,
  options: DecodeOptions,
  paint: Paint,
): string[] {
  const root = { ...dissectVariant(bytes, options), name };
  return renderTree({ name, bytes, root }, { paint: treePaint(paint) });
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
