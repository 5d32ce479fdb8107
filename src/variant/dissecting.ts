/** The tree that dissecting builds: nodes that are still growing, and the cursor that adds to them. */

import type { Dissection, LeafValue, Note } from "../bytes/dissection.ts";
import type { DecodeError } from "../errors.ts";
import { CheckedReader } from "./checked_reader.ts";
import { errorNote } from "./notes.ts";
import type { VariantType } from "./types.ts";

const NO_NOTES: readonly Note[] = [];
const NO_CHILDREN: readonly DissectionNode[] = [];

/** A node under construction. */
export class DissectionNode implements Dissection {
  name: string;
  type: string;
  readonly offset: number;
  length: number;
  readonly value: LeafValue | undefined;
  notes: readonly Note[] = NO_NOTES;
  children: readonly DissectionNode[] = NO_CHILDREN;

  constructor(
    name: string,
    type: string,
    offset: number,
    length: number,
    value: LeafValue | undefined,
  ) {
    this.name = name;
    this.type = type;
    this.offset = offset;
    this.length = length;
    this.value = value;
  }

  /** Adds a note behind those that are there. */
  addNote(note: Note): void {
    this.notes = [...this.notes, note];
  }

  /** Adds the note if there is one. */
  addNoteIf(condition: boolean, note: () => Note): void {
    if (condition) this.addNote(note());
  }
}

/** A value that was read, and the branch that it is. */
export interface DissectedValue {
  readonly type: VariantType;
  readonly node: DissectionNode;
}

/** A node with children, which end where its last child ends. */
class Branch extends DissectionNode {
  override readonly children: DissectionNode[] = [];
}

/** The cursor: what it reads becomes a leaf of the branch that is open. */
export class Dissecting extends CheckedReader {
  /** The branches that are open, the innermost one last. */
  readonly #open: Branch[] = [];
  #isBlamed = false;

  /** Begins a branch here, inside the one that is open. */
  open(name: string, type: string): DissectionNode {
    const branch = new Branch(name, type, this.offset, 0, undefined);
    this.#append(branch);
    this.#open.push(branch);
    return branch;
  }

  /** Ends the innermost branch here. */
  close(): void {
    const branch = this.#open.pop();
    if (branch !== undefined) branch.length = this.offset - branch.offset;
  }

  /** Moves over `size` bytes, which the caller has checked to be there, as one leaf. */
  leaf(name: string, type: string, size: number, value: LeafValue): DissectionNode {
    const leaf = new DissectionNode(name, type, this.offset, size, value);
    this.#append(leaf);
    this.position += size;
    return leaf;
  }

  /** Like `leaf`, with the bytes themselves as value. */
  bytesLeaf(name: string, type: string, size: number): DissectionNode {
    return this.leaf(name, type, size, this.peekBytes(size));
  }

  /** The next `size` bytes, as a view. */
  peekBytes(size: number): Uint8Array {
    return this.bytes.subarray(this.position, this.position + size);
  }

  #append(node: DissectionNode): void {
    this.#open.at(-1)?.children.push(node);
  }

  /** Stops with an error that is the fault of that node. @throws {DecodeError} always. */
  fail(error: DecodeError, node: DissectionNode): never {
    node.addNote(errorNote(error));
    this.#isBlamed = true;
    throw error;
  }

  /** After an error: the rest is one leaf, and takes the blame if no other node did. */
  giveUp(error: DecodeError): void {
    if (this.remaining === 0 && this.#isBlamed) return;
    const rest = this.bytesLeaf("unparsed", "unparsed", this.remaining);
    if (!this.#isBlamed) rest.addNote(errorNote(error));
  }

  /** Ends all branches here. */
  closeAll(): void {
    while (this.#open.length > 0) this.close();
  }
}
