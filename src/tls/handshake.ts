/**
 * What is known of one connection from its handshake, and the ciphers that follow from it and a key
 * log. Both directions of the connection share it.
 */

import { type AeadSuite, aeadSuite } from "./cipher_suites.ts";
import type { RecordCrypto } from "./crypto.ts";
import { type ClientHello, readClientHello, readServerHello, type ServerHello } from "./hello.ts";
import type { KeyLabel, KeyLog } from "./key_log.ts";
import { keysOfMasterSecret, keysOfTrafficSecret, nextTrafficSecret } from "./key_schedule.ts";
import type { LockReason } from "./observed.ts";
import { RecordCipher } from "./record_cipher.ts";
import { HandshakeType } from "../dtls/record.ts";

/** What records are decrypted with. Both may come late: what is read before stays hidden. */
export interface Secrets {
  readonly keyLog: KeyLog;
  crypto: RecordCrypto | null;
}

/** Who sends. */
export type Role = "client" | "server";
/** The two sets of keys of TLS 1.3. */
export type Phase = "handshake" | "application";

const TLS_1_3 = 0x0304;

const TRAFFIC_LABELS: Readonly<Record<Phase, Readonly<Record<Role, KeyLabel>>>> = {
  handshake: {
    client: "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    server: "SERVER_HANDSHAKE_TRAFFIC_SECRET",
  },
  application: { client: "CLIENT_TRAFFIC_SECRET_0", server: "SERVER_TRAFFIC_SECRET_0" },
};

/** A traffic secret of TLS 1.3 and its cipher. */
export interface TrafficKeys {
  readonly cipher: RecordCipher;
  /** The keys after a KeyUpdate. */
  next(): TrafficKeys;
}

/** One handshake: what its hellos say. */
export class Handshake {
  readonly #secrets: Secrets;
  readonly #clientRandom: Uint8Array;
  #version: number | null = null;
  #server: ServerHello | null = null;
  readonly #ciphers = new Map<Role, RecordCipher>();

  constructor(secrets: Secrets, hello: ClientHello) {
    this.#secrets = secrets;
    // A copy: the hello is a view of a larger buffer.
    this.#clientRandom = hello.random.slice();
  }

  /** What the server has chosen; null until its hello. */
  get server(): ServerHello | null {
    return this.#server;
  }

  /** The version that the server has chosen, be it in a HelloRetryRequest; null until then. */
  get version(): number | null {
    return this.#version;
  }

  get isTls13(): boolean {
    return this.#version === TLS_1_3;
  }

  /** True when a hello with this random belongs to this handshake. */
  isOf({ random }: ClientHello): boolean {
    return this.#clientRandom.every((byte, i) => byte === random[i]);
  }

  /** Takes the server's choice in. */
  choose(hello: ServerHello): void {
    this.#version = hello.version;
    if (hello.isRetry) return;
    this.#server = { ...hello, random: hello.random.slice() };
    this.#ciphers.clear();
  }

  /** The cipher for what one side sends after its ChangeCipherSpec, up to version 1.2. */
  cipher(role: Role): RecordCipher | LockReason {
    const known = this.#ciphers.get(role);
    if (known !== undefined) return known;
    const parts = this.#parts("CLIENT_RANDOM");
    if (typeof parts === "string") return parts;
    const { crypto, suite, secret, server } = parts;
    const randoms = { client: this.#clientRandom, server: server.random };
    const keys = keysOfMasterSecret(crypto, suite, secret, randoms);
    const cipher = new RecordCipher(crypto, suite, keys[role], false);
    this.#ciphers.set(role, cipher);
    return cipher;
  }

  /** The keys of TLS 1.3 for what one side sends. */
  traffic(role: Role, phase: Phase): TrafficKeys | LockReason {
    const parts = this.#parts(TRAFFIC_LABELS[phase][role]);
    return typeof parts === "string" ? parts : trafficKeys(parts);
  }

  #parts(label: KeyLabel): KeyParts | LockReason {
    const { keyLog, crypto } = this.#secrets;
    const server = this.#server;
    if (server === null) return "no-handshake";
    const suite = aeadSuite(server.suite);
    if (keyLog.size === 0 || crypto === null) return "no-keys";
    if (suite === null || !crypto.supports(suite.aead)) return "unsupported-cipher";
    const secret = keyLog.secret(label, this.#clientRandom);
    return secret === null ? "no-secret" : { crypto, suite, secret, server };
  }
}

interface KeyParts {
  readonly crypto: RecordCrypto;
  readonly suite: AeadSuite;
  readonly secret: Uint8Array;
  readonly server: ServerHello;
}

function trafficKeys(parts: KeyParts): TrafficKeys {
  const { crypto, suite, secret } = parts;
  return {
    cipher: new RecordCipher(crypto, suite, keysOfTrafficSecret(crypto, suite, secret), true),
    next: () => trafficKeys({ ...parts, secret: nextTrafficSecret(crypto, suite, secret) }),
  };
}

/** What both directions of a connection have in common. */
export class SecureConnection {
  readonly secrets: Secrets;
  /** The latest handshake, and the one before: DTLS records of both may be on their way. */
  handshake: Handshake | null = null;
  previous: Handshake | null = null;
  /** The direction that the ClientHello went. */
  #clientSide: unknown = null;

  constructor(secrets: Secrets) {
    this.secrets = secrets;
  }

  /** Who sends in a direction; `side` is whatever stands for it in `observe`. */
  roleOf(side: unknown): Role {
    return side === this.#clientSide ? "client" : "server";
  }

  /** Takes in a complete handshake message, and reads it when it is a hello. */
  observe(
    side: unknown,
    type: number,
    body: Uint8Array,
    isDtls: boolean,
  ): Hellos {
    if (type === HandshakeType.clientHello) {
      const clientHello = readClientHello(body, isDtls);
      if (clientHello !== null) this.#begin(side, clientHello);
      return { clientHello, serverHello: null };
    }
    if (type !== HandshakeType.serverHello) return NO_HELLOS;
    const serverHello = readServerHello(body);
    if (serverHello !== null) this.handshake?.choose(serverHello);
    return { clientHello: null, serverHello };
  }

  /** A ClientHello that is sent again, with a cookie for example, begins nothing new. */
  #begin(side: unknown, hello: ClientHello): void {
    this.#clientSide = side;
    if (this.handshake?.isOf(hello) === true) return;
    this.previous = this.handshake;
    this.handshake = new Handshake(this.secrets, hello);
  }
}

/** What a handshake message says, when it is a hello. */
export interface Hellos {
  readonly clientHello: ClientHello | null;
  readonly serverHello: ServerHello | null;
}

/** What other messages say. */
export const NO_HELLOS: Hellos = { clientHello: null, serverHello: null };
