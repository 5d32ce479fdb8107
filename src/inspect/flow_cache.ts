/**
 * Finds the conversation of an IPv4 datagram by the numbers in its headers: few conversations send
 * most packets, and text to look them up by takes longer than to read them. What is not in its place
 * here is asked for elsewhere and put there; memory is constant.
 */

import type { Conversation } from "./conversations.ts";
import type { Direction } from "./filter.ts";

const SLOT_BITS = 12;
const SLOTS = 1 << SLOT_BITS;
/** Source address, destination address, both ports. */
const FIELDS = 3;

/** The conversations of recent datagrams, with the way that they went. */
export class FlowCache {
  readonly #keys = new Int32Array(SLOTS * FIELDS);
  readonly #conversations: (Conversation | null)[] = new Array(SLOTS).fill(null);
  readonly #directions: Direction[] = new Array(SLOTS).fill("to_server");
  #slot = 0;

  /** The conversation with these addresses and ports; null when it is not here (any more). */
  find(source: number, destination: number, ports: number): Conversation | null {
    const hash = Math.imul(source ^ Math.imul(destination, 0x9e3779b1) ^ ports, 0x85ebca6b);
    const slot = hash >>> (32 - SLOT_BITS);
    const at = slot * FIELDS;
    const keys = this.#keys;
    this.#slot = slot;
    const isHere = keys[at] === source && keys[at + 1] === destination && keys[at + 2] === ports;
    const conversation = isHere ? this.#conversations[slot] ?? null : null;
    return conversation !== null && conversation.isKept ? conversation : null;
  }

  /** The way that the datagram went that was found or put last. */
  get direction(): Direction {
    return this.#directions[this.#slot] ?? "to_server"; // the slot is below SLOTS
  }

  /** Puts the conversation where `find` has just looked for it. */
  put(
    key: readonly [source: number, destination: number, ports: number],
    conversation: Conversation,
    direction: Direction,
  ): void {
    this.#keys.set(key, this.#slot * FIELDS);
    this.#conversations[this.#slot] = conversation;
    this.#directions[this.#slot] = direction;
  }
}
