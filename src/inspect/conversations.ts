/**
 * Who talked with whom: packets, bytes and errors of each pair of endpoints, in both directions.
 * Conversations are numbered as they begin. The table has a limit, whatever comes: the one that has
 * been silent for long is folded into the figures of all others then.
 */

import type { Direction } from "./filter.ts";

/** Conversations that are told apart at once. */
export const MAX_CONVERSATIONS = 16_384;

/** What one side sent. */
export class DirectionCounts {
  packets = 0;
  bytes = 0;
  /** Packets that do not decode. */
  errors = 0;

  /** Adds the counts of another. */
  add({ packets, bytes, errors }: DirectionCounts): void {
    this.packets += packets;
    this.bytes += bytes;
    this.errors += errors;
  }
}

/** Two endpoints that exchange packets. */
export class Conversation {
  /** From 1 on, in the order of the first packets. */
  readonly number: number;
  readonly transport: string;
  /** Who sent the first packet. */
  readonly client: string;
  readonly server: string;
  readonly toServer: DirectionCounts = new DirectionCounts();
  readonly toClient: DirectionCounts = new DirectionCounts();
  /** Seconds since 1970; NaN when not known. */
  firstTime: number = NaN;
  lastTime: number = NaN;
  /** One more packet was met since the table last looked for a silent one. */
  isActive = false;
  /** False once the table has given it up. */
  isKept = true;
  /** What the table finds it by. */
  readonly key: string;

  constructor(number: number, transport: string, client: string, server: string, key?: string) {
    this.key = key ?? keyOf(transport, client, server);
    this.number = number;
    this.transport = transport;
    this.client = client;
    this.server = server;
  }

  /** Which way a packet from there goes. */
  directionFrom(source: string): Direction {
    return source === this.client ? "to_server" : "to_client";
  }

  /** Counts a packet; `time` is NaN when it is not known. */
  count(direction: Direction, size: number, isGood: boolean, time: number): void {
    const counts = direction === "to_server" ? this.toServer : this.toClient;
    counts.packets++;
    counts.bytes += size;
    if (!isGood) counts.errors++;
    if (!(this.firstTime <= time)) this.firstTime = time;
    if (!(this.lastTime >= time)) this.lastTime = time;
  }

  get packets(): number {
    return this.toServer.packets + this.toClient.packets;
  }

  get bytes(): number {
    return this.toServer.bytes + this.toClient.bytes;
  }

  get errors(): number {
    return this.toServer.errors + this.toClient.errors;
  }

  /** Between the first and the last packet; NaN when that is not known. */
  get seconds(): number {
    return this.lastTime - this.firstTime;
  }
}

/** All conversations of an input. */
export class ConversationTable {
  readonly #limit: number;
  /** By transport and both ends. */
  #kept = new Map<string, Conversation>();
  /** Conversations taken out of `#kept` since it was made. */
  #deletions = 0;
  /** The same in a ring, in which the search for a silent one goes round. */
  readonly #ring: Conversation[] = [];
  #hand = 0;
  readonly #folded = new DirectionCounts();
  #foldedCount = 0;
  #count = 0;

  constructor(limit: number = MAX_CONVERSATIONS) {
    this.#limit = limit;
  }

  /** The conversation that a packet belongs to. */
  of(transport: string, source: string, destination: string): Conversation {
    const key = keyOf(transport, source, destination);
    const found = this.#kept.get(key);
    if (found === undefined) return this.#open(transport, source, destination, key);
    found.isActive = true;
    return found;
  }

  /** Those that are still told apart, in the order of their numbers. */
  list(): Conversation[] {
    return [...this.#kept.values()].sort((a, b) => a.number - b.number);
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** How many were folded together. */
  get foldedCount(): number {
    return this.#foldedCount;
  }

  /** What those sent that were folded together. */
  get folded(): DirectionCounts {
    return this.#folded;
  }

  #open(transport: string, source: string, destination: string, key: string): Conversation {
    const conversation = new Conversation(++this.#count, transport, source, destination, key);
    this.#kept.set(key, conversation);
    if (this.#ring.length < this.#limit) this.#ring.push(conversation);
    else this.#ring[this.#foldSilent()] = conversation;
    return conversation;
  }

  /** Gives up one that was silent while the search went round; returns its place in the ring. */
  #foldSilent(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (place + 1) % this.#ring.length;
      const conversation = this.#ring[place]!; // the hand stays in the ring
      if (conversation.isActive) {
        conversation.isActive = false;
        continue;
      }
      this.#forget(conversation);
      conversation.isKept = false;
      this.#folded.add(conversation.toServer);
      this.#folded.add(conversation.toClient);
      this.#foldedCount++;
      return place;
    }
  }

  /**
   * V8 chains the tables that a `Map` has outgrown by deletions; one of them that is old keeps all
   * later ones, with what was in them, from the fast collection. A new `Map` in time has no chain.
   */
  #forget({ key }: Conversation): void {
    this.#kept.delete(key);
    if (++this.#deletions < this.#limit / 2) return;
    this.#deletions = 0;
    this.#kept = new Map(this.#kept);
  }
}

/** The same for both directions. */
function keyOf(transport: string, source: string, destination: string): string {
  return source < destination
    ? `${transport} ${source} ${destination}`
    : `${transport} ${destination} ${source}`;
}
