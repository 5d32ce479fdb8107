/** Damaged captures of TLS and DTLS: read to their end, in bounded memory, and never a crash. */

import { assert, assertEquals } from "@std/assert";
import { nodeCrypto } from "../../src/commands/decode/node_crypto.ts";
import { CaptureReader } from "../../src/pcap/capture.ts";
import { KeyLog } from "../../src/tls/key_log.ts";
import { recordWords } from "../../src/tls/record_words.ts";
import { mutateBytes, seededRandom } from "../support/mutate.ts";

const FOLDER = new URL("../../fixtures/pcap/", import.meta.url);
const SEEDS = 200;
const MAX_RETAINED = 1 << 20;

function fixture(name: string): Uint8Array {
  return Deno.readFileSync(new URL(name, FOLDER));
}

/** Where the packets of a pcap file begin and end. */
function recordsOf(file: Uint8Array): readonly (readonly [start: number, end: number])[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: [number, number][] = [];
  for (let at = 24; at < file.length;) {
    const end = at + 16 + view.getUint32(at + 8, true);
    records.push([at, end]);
    at = end;
  }
  return records;
}

/** Damage to the contents of some packets: behind Ethernet, IPv4 and the transport header. */
function damagePackets(file: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const damaged = file.slice();
  for (const [start, end] of recordsOf(file)) {
    const from = start + 16 + 14 + 20 + 8;
    if (random() < 0.7 || end <= from) continue;
    const bytes = mutateBytes(file.subarray(from, end), seed).subarray(0, end - from);
    damaged.set(bytes, from);
  }
  return damaged;
}

/** The file with its packets in another order, some missing and some twice. */
function shufflePackets(file: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const records = recordsOf(file).flatMap((range, i) => {
    const copies = random() < 0.1 ? 0 : random() < 0.1 ? 2 : 1;
    return Array.from({ length: copies }, () => ({ range, place: i + 4 * random() }));
  }).toSorted((a, b) => a.place - b.place);
  const parts = [[0, 24] as const, ...records.map(({ range }) => range)];
  return Uint8Array.from(parts.flatMap(([start, end]) => [...file.subarray(start, end)]));
}

function readToEnd(file: Uint8Array, keyLog: KeyLog): number {
  const reader = new CaptureReader({ keyLog, crypto: nodeCrypto });
  reader.push(file);
  reader.finish();
  let packets = 0;
  for (let event = reader.next(); event !== null; event = reader.next()) {
    if (event.type === "record") assert(recordWords(event.record).length > 0);
    if (event.type === "packet") packets++;
    assert(reader.retained < MAX_RETAINED, `${reader.retained} bytes`);
  }
  assertEquals(reader.next(), null);
  return packets;
}

for (const name of ["godot_dtls_client", "godot_tls_client", "openssl_tls12", "openssl_tls13"]) {
  const file = fixture(`${name}.pcap`);
  const keyLog = new KeyLog();
  keyLog.add(new TextDecoder().decode(fixture(`${name}.keylog`)));
  const whole = readToEnd(file, keyLog);

  for (
    const [damage, what] of [[damagePackets, "damaged"], [shufflePackets, "shuffled"]] as const
  ) {
    Deno.test(`CaptureReader reads ${name} with ${what} packets`, () => {
      let best = 0;
      for (let seed = 0; seed < SEEDS; seed++) {
        best = Math.max(best, readToEnd(damage(file, seed), keyLog));
      }
      assert(best > whole / 2, `${best} packets at most, of ${whole}`);
    });
  }
}
