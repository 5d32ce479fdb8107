/**
 * Seeded damage to bytes, for fuzzing: flipped bits, boundary values in 32-bit fields, pieces cut
 * out, doubled, swapped, inserted. The same seed always does the same damage.
 */

/** Numbers in [0, 1) that depend on the seed alone (32-bit multiply and mix). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x100000000;
  };
}

/** A damaged copy: one to four mutations chosen by the seed. */
export function mutateBytes(bytes: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  let damaged = new Uint8Array(bytes);
  for (let rounds = 1 + below(random, 4); rounds > 0; rounds--) {
    const mutation = MUTATIONS[below(random, MUTATIONS.length)] ?? flipBit;
    damaged = mutation(damaged, random);
  }
  return damaged;
}

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: () => number) => Uint8Array<ArrayBuffer>;

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  setWord,
  setWord,
  setHeader,
  truncate,
  remove,
  duplicate,
  insert,
];

const BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff, 0xc0, 0xed, 0xf4];

const WORDS = [
  ...[0, 1, 2, 3, 4, 5, 0xff, 0x100, 0xffff, 0x10000, 0x7ffffffe, 0x7fffffff, 0x80000000],
  ...[0x80000001, 0xc0000000, 0xfffffffc, 0xfffffffd, 0xfffffffe, 0xffffffff, 0x1fffffff],
  ...[0x20000000, 0x3fffffff, 0x40000000, 0x0fffffff, 0x10000001],
];

function below(random: () => number, end: number): number {
  return Math.floor(random() * end);
}

function flipBit(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const at = below(random, bytes.length);
  if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
  return bytes;
}

function setByte(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const at = below(random, bytes.length);
  if (at < bytes.length) bytes[at] = BYTES[below(random, BYTES.length)] ?? 0;
  return bytes;
}

/** Overwrites an aligned field: a count, a length, a header. */
function setWord(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  return writeWord(bytes, random, WORDS[below(random, WORDS.length)] ?? 0);
}

function setHeader(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  return writeWord(bytes, random, below(random, 41) | below(random, 16) << 16);
}

function writeWord(
  bytes: Uint8Array<ArrayBuffer>,
  random: () => number,
  word: number,
): Uint8Array<ArrayBuffer> {
  const at = below(random, bytes.length >> 2) * 4;
  if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, word, true);
  return bytes;
}

function truncate(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, below(random, bytes.length + 1));
}

function remove(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const [start, end] = range(bytes, random);
  return join([bytes.subarray(0, start), bytes.subarray(end)]);
}

function duplicate(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const [start, end] = range(bytes, random);
  return join([bytes.subarray(0, end), bytes.subarray(start)]);
}

function insert(bytes: Uint8Array<ArrayBuffer>, random: () => number): Uint8Array<ArrayBuffer> {
  const at = below(random, bytes.length + 1);
  const inserted = Uint8Array.from({ length: 1 + below(random, 8) }, () => below(random, 256));
  return join([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
}

/** A piece of up to 16 bytes, mostly of whole fields. */
function range(bytes: Uint8Array, random: () => number): [start: number, end: number] {
  const step = random() < 0.7 ? 4 : 1;
  const start = below(random, Math.ceil((bytes.length + 1) / step)) * step;
  return [start, Math.min(bytes.length, start + step * (1 + below(random, 4)))];
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
