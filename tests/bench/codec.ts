// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * The codec against other codecs on the same messages, and against the engine itself where there is
 * one. Prints rates and ratios; nothing fails on a slow machine.
 */

import { assertEquals } from "@std/assert";
import { VariantDecoder } from "../../src/variant/decode.ts";
import { VariantEncoder } from "../../src/variant/encode.ts";
import { VariantArray } from "../../src/variant/types.ts";
import { type BenchCase, CASES } from "./cases.ts";
import { Engine } from "./engine.ts";
import { formatRate, keep, type Loop, pieceOf, printRatio } from "./measure.ts";
import { loadPeers, type PeerCodec } from "./peers.ts";
import { Turns } from "./turns.ts";

/** A codec, and a piece of work that it does. */
type Contender = readonly [name: string, work: () => Promise<number>];

const TURNS = 24;

/** Runs everything and prints it. */
export async function benchCodec(): Promise<void> {
  const peers = await loadPeers();
  await using engine = await Engine.start();
  for (const message of CASES) await benchMessage(message, peers, engine);
  const theirs = engineAt(engine, "1,000 strings", "decode");
  await compare("1,000 strings never seen before, decode", coldStrings(), theirs);
}

async function benchMessage(
  { name, variant, plain }: BenchCase,
  peers: readonly PeerCodec[],
  engine: Engine | null,
): Promise<void> {
  const decoder = new VariantDecoder(), encoder = new VariantEncoder();
  const bytes = encoder.encode(variant);
  const slab = new Uint8Array(bytes.length);
  const decoders: Contender[] = [], encoders: Contender[] = [];
  for (const peer of peers) {
    const encoded = tryPeer(peer, plain);
    if (encoded === null) continue;
    decoders.push([
      peer.name,
      pieceOf((count) => {
        for (let i = 0; i < count; i++) keep(peer.decode(encoded));
      }),
    ]);
    encoders.push([
      peer.name,
      pieceOf((count) => {
        for (let i = 0; i < count; i++) keep(peer.encode(plain));
      }),
    ]);
  }
  await compare(
    `${name}, decode`,
    (count) => {
      for (let i = 0; i < count; i++) keep(decoder.decode(bytes));
    },
    [...decoders, ...engineAt(engine, name, "decode")],
  );
  await compare(
    `${name}, encode`,
    (count) => {
      for (let i = 0; i < count; i++) keep(encoder.encodeInto(variant, slab));
    },
    [...encoders, ...engineAt(engine, name, "encode")],
  );
}

/** The engine as a contender, where there is one. */
function engineAt(
  engine: Engine | null,
  message: string,
  action: "decode" | "encode",
): readonly Contender[] {
  return engine === null ? [] : [["Godot", engine.work(message, action)]];
}

/** Prints how many times as fast as each of the others we are: they take turns with us alone. */
async function compare(
  title: string,
  ours: Loop,
  others: readonly Contender[],
): Promise<void> {
  console.log(`\n${title}`);
  const work = pieceOf(ours);
  for (const [name, theirWork] of others) {
    const turns = await Turns.ofWork([work, theirWork], TURNS);
    const rates = `${formatRate(turns.medianOf(0))}/s, ${formatRate(turns.medianOf(1))}/s`;
    printRatio(turns.ratioTo(1), name, rates);
  }
}

/** The peer's encoding, or null when the peer cannot carry this message there and back. */
function tryPeer(peer: PeerCodec, plain: unknown): unknown {
  const { warn } = console;
  console.warn = () => {}; // one of them warns where it fails, and goes on
  try {
    const encoded = peer.encode(plain);
    assertEquals(peer.decode(encoded), plain);
    return encoded;
  } catch {
    return null;
  } finally {
    console.warn = warn;
  }
}

/** 200 packets of 1,000 strings each, no string twice: no cache can help. */
function coldStrings(): Loop {
  const encoder = new VariantEncoder(), decoder = new VariantDecoder();
  let next = 0;
  const packets = Array.from({ length: 200 }, () => {
    const texts = Array.from({ length: 1000 }, () => {
      const id = Math.imul(next++, 0x9e3779b1) >>> 0; // odd factor: no number comes twice
      return `item_${id.toString(36)}`;
    });
    return encoder.encode(new VariantArray(texts));
  });
  let turn = 0;
  return (count) => {
    for (let i = 0; i < count; i++) keep(decoder.decode(packets[turn++ % packets.length]!));
  };
}
