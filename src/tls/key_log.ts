/**
 * Key logs: the secrets of connections, as browsers, OpenSSL, Wireshark and `--keylog` write them
 * (the SSLKEYLOGFILE format, draft-ietf-tls-keylogfile). A line is a label, the client random and a
 * secret, both in hex; `#` begins a comment.
 */

/** The labels that records are decrypted with. */
export type KeyLabel =
  /** The master secret of TLS and DTLS up to 1.2. */
  | "CLIENT_RANDOM"
  | "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  | "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  | "CLIENT_TRAFFIC_SECRET_0"
  | "SERVER_TRAFFIC_SECRET_0";

/** How the text of a key log was taken in. */
export interface KeyLogResult {
  /** Secrets that were taken in, also those that were known. */
  readonly secrets: number;
  /** Lines that are no line of a key log. */
  readonly badLines: number;
}

/** More secrets are not kept: a million connections. The oldest are forgotten. */
const MAX_SECRETS = 1 << 20;
const LINE = /^([A-Z][A-Z0-9_]*) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){1,128})$/;

/** Secrets by label and client random. */
export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();

  /** Number of secrets. */
  get size(): number {
    return this.#secrets.size;
  }

  /** Takes in the lines of a key log. */
  add(text: string): KeyLogResult {
    let secrets = 0;
    let badLines = 0;
    for (const raw of text.split(/\r\n|\r|\n/)) {
      const line = raw.trim();
      if (line === "" || line.startsWith("#")) continue;
      if (this.#addLine(line)) secrets++;
      else badLines++;
    }
    return { secrets, badLines };
  }

  /** The secret of a connection; null when the key log does not have it. */
  secret(label: KeyLabel, clientRandom: Uint8Array): Uint8Array | null {
    return this.#secrets.get(`${label} ${clientRandom.toHex()}`) ?? null;
  }

  #addLine(line: string): boolean {
    const [, label, random = "", secret = ""] = LINE.exec(line) ?? [];
    if (label === undefined) return false;
    const key = `${label} ${random.toLowerCase()}`;
    this.#secrets.delete(key);
    this.#secrets.set(key, Uint8Array.fromHex(secret));
    if (this.#secrets.size > MAX_SECRETS) {
      const [oldest = ""] = this.#secrets.keys();
      this.#secrets.delete(oldest);
    }
    return true;
  }
}
