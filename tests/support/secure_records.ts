/**
 * TLS and DTLS records by hand: hellos, protected records with right keys, and the contexts that
 * dissectors want. A session here is a pair of hellos and the key log that fits them.
 */

import { createCipheriv } from "node:crypto";
import { nodeCrypto } from "../../src/commands/decode/node_crypto.ts";
import type { FlowContext } from "../../src/pcap/dissector.ts";
import type { CaptureEvent } from "../../src/pcap/events.ts";
import { ProtocolPath } from "../../src/pcap/frame.ts";
import { aeadSuite } from "../../src/tls/cipher_suites.ts";
import type { Role, Secrets } from "../../src/tls/handshake.ts";
import { KeyLog } from "../../src/tls/key_log.ts";
import {
  keysOfMasterSecret,
  keysOfTrafficSecret,
  type RecordKeys,
} from "../../src/tls/key_schedule.ts";
import { recordWords } from "../../src/tls/record_words.ts";
import { type Bytes, codeOf, concat, textOf, toBytes, u16 } from "./pcap_builder.ts";

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
export const GCM_SUITE = 0xc02b;
/** TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256. */
export const CHACHA_SUITE = 0xcca9;
/** TLS_AES_128_GCM_SHA256. */
export const TLS13_SUITE = 0x1301;

export const TYPE = { changeCipherSpec: 20, alert: 21, handshake: 22, data: 23 } as const;
export const TLS12 = 0x0303;
export const DTLS12 = 0xfefd;

export const CLIENT_RANDOM: Uint8Array = new Uint8Array(32).fill(0xc1);
export const SERVER_RANDOM: Uint8Array = new Uint8Array(32).fill(0x5e);
export const MASTER_SECRET: Uint8Array = new Uint8Array(48).fill(0x77);
const TRAFFIC_SECRET = new Uint8Array(32);

/** Secrets with the key log of all sessions here. */
export function allSecrets(): Secrets {
  return { keyLog: keyLogOf(MASTER_SECRET), crypto: nodeCrypto };
}

/** A key log with this master secret, and the traffic secrets of TLS 1.3. */
export function keyLogOf(masterSecret: Uint8Array): KeyLog {
  const keyLog = new KeyLog();
  const lines = [
    ["CLIENT_RANDOM", masterSecret],
    ...TRAFFIC_LABELS.map((label, i) => {
      return [label, TRAFFIC_SECRET.map(() => i + 1)] as const;
    }),
  ] as const;
  const random = CLIENT_RANDOM.toHex();
  keyLog.add(lines.map(([label, secret]) => `${label} ${random} ${secret.toHex()}\n`).join(""));
  return keyLog;
}

const TRAFFIC_LABELS = [
  "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
  "SERVER_HANDSHAKE_TRAFFIC_SECRET",
  "CLIENT_TRAFFIC_SECRET_0",
  "SERVER_TRAFFIC_SECRET_0",
] as const;

/** A TLS 1.3 traffic secret as `keyLogOf` logs it. */
export function trafficSecret(label: typeof TRAFFIC_LABELS[number]): Uint8Array {
  return TRAFFIC_SECRET.map(() => TRAFFIC_LABELS.indexOf(label) + 1);
}

/** The context of a flow with sensible fields. */
export function flowContext(fields: Partial<FlowContext> = {}): FlowContext {
  return {
    transport: "tcp",
    source: "a",
    destination: "b",
    path: new ProtocolPath(["tcp"]),
    conversation: { secure: null },
    secrets: { keyLog: new KeyLog(), crypto: null },
    framing: "none",
    maxPacketSize: 1 << 20,
    hasStart: true,
    ...fields,
  };
}

/** Packets as their text, records as their words, problems as their code. */
export function briefly(events: readonly CaptureEvent[]): string[] {
  return events.map((event) => {
    if (event.type === "packet") return textOf(event);
    return event.type === "record" ? recordWords(event.record) : codeOf(event);
  });
}

// --- Messages ---

function u24(value: number): Uint8Array {
  return concat([value >> 16], u16(value & 0xffff));
}

/** A vector behind its length of 2 bytes. */
function vector16(bytes: Bytes): Uint8Array {
  return concat(u16(toBytes(bytes).length), bytes);
}

/** An extension of a hello. */
export function extension(type: number, content: Bytes): Uint8Array {
  return concat(u16(type), vector16(content));
}

/** The extension with a host name. */
export function serverName(name: string): Uint8Array {
  return extension(0, vector16(concat([0], vector16(name))));
}

/** What stands in a hello. */
export interface HelloSpec {
  readonly version?: number;
  readonly random?: Uint8Array;
  readonly suites?: readonly number[];
  readonly extensions?: readonly Uint8Array[];
  /** DTLS; undefined in TLS. */
  readonly cookie?: Bytes;
}

/** The body of a ClientHello. */
export function clientHello(spec: HelloSpec = {}): Uint8Array {
  const { cookie, extensions = [] } = spec;
  return concat(
    u16(spec.version ?? TLS12),
    spec.random ?? CLIENT_RANDOM,
    [0],
    cookie === undefined ? [] : concat([toBytes(cookie).length], cookie),
    vector16(concat(...(spec.suites ?? [GCM_SUITE]).map((suite) => u16(suite)))),
    [1, 0],
    vector16(concat(...extensions)),
  );
}

/** The body of a ServerHello. */
export function serverHello(spec: HelloSpec = {}): Uint8Array {
  const { extensions = [] } = spec;
  return concat(
    u16(spec.version ?? TLS12),
    spec.random ?? SERVER_RANDOM,
    [0],
    u16(spec.suites?.[0] ?? GCM_SUITE),
    [0],
    vector16(concat(...extensions)),
  );
}

/** A ServerHello of TLS 1.3. */
export function tls13ServerHello(): Uint8Array {
  return serverHello({ suites: [TLS13_SUITE], extensions: [extension(43, [3, 4])] });
}

/** A handshake message of TLS. */
export function message(type: number, body: Bytes): Uint8Array {
  return concat([type], u24(toBytes(body).length), body);
}

/** A handshake message of DTLS, or the part of it from `from` to `to`. */
export function dtlsMessage(
  type: number,
  sequence: number,
  body: Bytes,
  [from, to]: readonly [number, number] = [0, toBytes(body).length],
): Uint8Array {
  const bytes = toBytes(body);
  const part = bytes.subarray(from, to);
  return concat([type], u24(bytes.length), u16(sequence), u24(from), u24(part.length), part);
}

// --- Records ---

/** A record of TLS. */
export function tlsRecord(type: number, body: Bytes, version: number = TLS12): Uint8Array {
  return concat([type], u16(version), vector16(body));
}

/** A record of DTLS 1.2. */
export function dtlsRecord(type: number, body: Bytes, epoch = 0, sequence = 0): Uint8Array {
  return concat([type], u16(DTLS12), number48(epoch, sequence), vector16(body));
}

function number48(epoch: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(epoch) << 48n | BigInt(sequence));
  return bytes;
}

/** The keys of one side of a session of version 1.2. */
export function keys12(role: Role, suite: number = GCM_SUITE): RecordKeys {
  const randoms = { client: CLIENT_RANDOM, server: SERVER_RANDOM };
  return keysOfMasterSecret(nodeCrypto, knownSuite(suite), MASTER_SECRET, randoms)[role];
}

function knownSuite(suite: number): NonNullable<ReturnType<typeof aeadSuite>> {
  const found = aeadSuite(suite);
  if (found === null) throw new Error(`${suite} is no AEAD suite`);
  return found;
}

/** What a protected record is made of. */
export interface SealSpec {
  readonly role: Role;
  readonly type?: number;
  readonly suite?: number;
  readonly version?: number;
  readonly epoch?: number;
  readonly sequence: number;
}

/** The body of a protected record of version 1.2. */
export function seal12(content: Bytes, spec: SealSpec): Uint8Array {
  const { role, type = TYPE.data, suite = GCM_SUITE, version = TLS12, epoch = 0 } = spec;
  const bytes = toBytes(content);
  const { key, nonce } = keys12(role, suite);
  const number = number48(epoch, spec.sequence);
  const additional = concat(number, [type], u16(version), u16(bytes.length));
  if (nonce.length === 12) return seal(suite, key, xor(nonce, number), additional, bytes);
  return concat(number, seal(suite, key, concat(nonce, number), additional, bytes));
}

/** A protected record of TLS 1.2. */
export function sealedTls12(content: Bytes, spec: SealSpec): Uint8Array {
  return tlsRecord(spec.type ?? TYPE.data, seal12(content, spec));
}

/** A protected record of DTLS 1.2. */
export function sealedDtls(content: Bytes, spec: SealSpec): Uint8Array {
  const { type = TYPE.data, sequence } = spec;
  const body = seal12(content, { ...spec, version: DTLS12, epoch: spec.epoch ?? 1 });
  return dtlsRecord(type, body, spec.epoch ?? 1, sequence);
}

/** A protected record of TLS 1.3, with padding behind its content. */
export function sealedTls13(
  content: Bytes,
  secret: Uint8Array,
  sequence: number,
  { type = TYPE.data, padding = 0 }: { readonly type?: number; readonly padding?: number } = {},
): Uint8Array {
  const { key, nonce } = keysOfTrafficSecret(nodeCrypto, knownSuite(TLS13_SUITE), secret);
  const inner = concat(content, [type], new Uint8Array(padding));
  const additional = concat([TYPE.data], u16(TLS12), u16(inner.length + 16));
  const body = seal(TLS13_SUITE, key, xor(nonce, number48(0, sequence)), additional, inner);
  return tlsRecord(TYPE.data, body);
}

function seal(
  suite: number,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  content: Uint8Array,
): Uint8Array {
  const { aead } = knownSuite(suite);
  // The cast names the one cipher that the types know with this form of options.
  const cipher = createCipheriv(aead as "chacha20-poly1305", key, nonce, { authTagLength: 16 });
  cipher.setAAD(additional, { plaintextLength: content.length });
  const sealed = new Uint8Array(cipher.update(content));
  cipher.final();
  return concat(sealed, new Uint8Array(cipher.getAuthTag()));
}

/** A nonce with the number of the record in it. */
function xor(nonce: Uint8Array, number: Uint8Array): Uint8Array {
  return nonce.map((byte, i) => byte ^ (number[i - 4] ?? 0));
}
