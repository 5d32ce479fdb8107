/**
 * Named byte ranges: what a dissector finds in bytes, as a tree that renderers print. Dissecting
 * never throws on bad wire data: it keeps what was read, adds an error note, and the rest becomes
 * a leaf of type `unparsed`.
 *
 * Invariants, each held by a property test: children lie in order inside their parent and do not
 * overlap; the leaves (headers, lengths and padding are leaves too) cover every byte exactly once.
 */

/** `error`: the engine refuses this; `warning`: it reads it differently; `info`: unusual, harmless. */
export type NoteSeverity = "error" | "warning" | "info";

/** Something to say about a byte range: what Godot would do with it, or would never have written. */
export interface Note {
  readonly severity: NoteSeverity;
  /** Stable and machine-readable: `trailing-bytes`. On errors, the engine's code: `ERR_FILE_EOF`. */
  readonly code: string;
  readonly message: string;
}

/** A note with the place it belongs to. */
export interface PlacedNote extends Note {
  /** First byte of the range that carries the note. */
  readonly offset: number;
}

/** The value of a leaf: a primitive, or the bytes themselves. */
export type LeafValue = null | boolean | number | bigint | string | Uint8Array;

/** One node: a byte range with a name and a type. */
export interface Dissection {
  /** Place in the parent: `key`, `[3]`, `x`, `length`. */
  readonly name: string;
  /** `Dictionary`, `u32`, `padding` … */
  readonly type: string;
  /** First byte, from the start of the source. */
  readonly offset: number;
  /** Size in bytes. */
  readonly length: number;
  /** Leaves only; undefined on nodes with children. */
  readonly value: LeafValue | undefined;
  readonly notes: readonly Note[];
  readonly children: readonly Dissection[];
}

/** Bytes and the tree over them. Reassembled or decrypted bytes are a source of their own. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly root: Dissection;
}

/** All notes of a tree, in the order of the bytes. */
export function collectNotes(root: Dissection): PlacedNote[] {
  const placed: PlacedNote[] = [];
  visit(root, (node) => {
    for (const note of node.notes) placed.push({ ...note, offset: node.offset });
  });
  return placed.sort((a, b) => a.offset - b.offset);
}

/** The leaves of a tree, in the order of the bytes. */
export function leavesOf(root: Dissection): Dissection[] {
  const leaves: Dissection[] = [];
  visit(root, (node) => {
    if (node.children.length === 0) leaves.push(node);
  });
  return leaves;
}

/** Calls `look` for each node, parents before their children. */
function visit(node: Dissection, look: (node: Dissection) => void): void {
  look(node);
  for (const child of node.children) visit(child, look);
}
