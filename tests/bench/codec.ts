// deno-lint-ignore-file no-console -- a report on the terminal is what this program is for
/**
 * The codec against other codecs on the same messages, and against the engine itself where there is
 * one. Prints rates and ratios; nothing fails on a slow machine.
 */

import { assert, assertEquals } from "@std/assert";
import { VariantDecoder } from "../../src/variant/decode.ts";
import { VariantEncoder } from "../../src/variant/encode.ts";
import { VariantArray } from "../../src/variant/types.ts";
import { findGodot, Godot } from "../interop/godot.ts";
import { type BenchCase, CASES } from "./cases.ts";
import { type Contender, formatRate, measureRates } from "./measure.ts";
import { loadPeers, type PeerCodec } from "./peers.ts";

/** Rates of one message, by name of the codec. */
interface Rates {
  readonly decode: Map<string, number>;
  readonly encode: Map<string, number>;
}

const OURS = "packetpeer";
const ENGINE = "Godot";
const COLD = "strings never seen before";

/** Runs everything and prints it. */
export async function benchCodec(): Promise<void> {
  const peers = await loadPeers();
  const engine = await measureEngine();
  for (const message of CASES) {
    const rates = measureCase(message, peers);
    const inEngine = engine.get(message.name);
    if (inEngine !== undefined) {
      rates.decode.set(ENGINE, inEngine.decode);
      rates.encode.set(ENGINE, inEngine.encode);
    }
    printRates(`${message.name}, decode`, rates.decode);
    printRates(`${message.name}, encode`, rates.encode);
  }
  const cold = new Map([[OURS, measureColdStrings()]]);
  const warmInEngine = engine.get("1,000 strings");
  if (warmInEngine !== undefined) cold.set(ENGINE, warmInEngine.decode);
  printRates(`1,000 ${COLD}, decode`, cold);
}

function measureCase(message: BenchCase, peers: readonly PeerCodec[]): Rates {
  const decoder = new VariantDecoder(), encoder = new VariantEncoder();
  const bytes = encoder.encode(message.variant);
  const slab = new Uint8Array(bytes.length);
  const decoders: Contender[] = [{ name: OURS, run: () => decoder.decode(bytes) }];
  const encoders: Contender[] = [
    { name: OURS, run: () => encoder.encodeInto(message.variant, slab) },
  ];
  for (const peer of peers) {
    const encoded = tryPeer(peer, message.plain);
    if (encoded === null) continue;
    decoders.push({ name: peer.name, run: () => peer.decode(encoded) });
    encoders.push({ name: peer.name, run: () => peer.encode(message.plain) });
  }
  return { decode: byName(decoders), encode: byName(encoders) };
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

function byName(contenders: readonly Contender[]): Map<string, number> {
  const rates = measureRates(contenders);
  return new Map(contenders.map(({ name }, i) => [name, rates[i]!]));
}

/** 200 packets of 1,000 strings each, no string twice: no cache can help. */
function measureColdStrings(): number {
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
  const run = () => decoder.decode(packets[turn++ % packets.length]!);
  return measureRates([{ name: OURS, run }])[0]!;
}

async function measureEngine(): Promise<Map<string, { decode: number; encode: number }>> {
  const rates = new Map<string, { decode: number; encode: number }>();
  const godot = await findGodot(4);
  if (!(godot instanceof Godot)) {
    console.log(`No comparison with the engine: ${godot.reason}`);
    return rates;
  }
  const { lines } = await godot.run("codec_bench.gd");
  for (const line of lines) {
    const [name, hex, decode, encode] = line.split("\t");
    const message = CASES.find((candidate) => candidate.name === name);
    if (message === undefined) continue;
    const isSame = hex === new VariantEncoder().encode(message.variant).toHex();
    assert(isSame, `the engine encodes ${message.name} differently`);
    rates.set(message.name, { decode: Number(decode), encode: Number(encode) });
  }
  return rates;
}

function printRates(title: string, rates: ReadonlyMap<string, number>): void {
  const ours = rates.get(OURS) ?? NaN;
  console.log(`\n${title}: ${formatRate(ours)} a second`);
  for (const [name, rate] of rates) {
    if (name === OURS) continue;
    console.log(`  ${(ours / rate).toFixed(2).padStart(7)}x ${name} (${formatRate(rate)})`);
  }
}
