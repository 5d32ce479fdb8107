/**
 * The options of `listen` and `send` that are about certificates, trust and sessions: their table,
 * and which endpoints they go with. What they mean is in `client.ts` and `server.ts`,
 * which load OpenSSL.
 */

import type { OptionSpec, ParsedOptions } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import type { Scheme } from "../../net/endpoint.ts";
import type { ErrorKind } from "../../stats/recorder.ts";

const KEY: OptionSpec = {
  name: "key",
  kind: "string",
  placeholder: "FILE",
  help: "the private key of --cert, in PEM; without it the file of --cert holds both",
};

/** How many handshakes a server has under way at once. */
export const MAX_HANDSHAKES: OptionSpec = {
  name: "max-handshakes",
  kind: "count",
  placeholder: "N",
  default: "1024",
  help: "handshakes under way at once, each for --timeout at most; more are refused",
};

const SHARED: readonly OptionSpec[] = [
  {
    name: "mtu",
    kind: "count",
    placeholder: "BYTES",
    help: "dtls: largest datagram of a handshake, 256 to 65507; without it 1200",
  },
  {
    name: "idle-timeout",
    kind: "duration",
    placeholder: "DURATION",
    help:
      "give a peer up that sent nothing for so long; without it 1m on a dtls server, else never",
  },
  {
    name: "keylog",
    kind: "string",
    placeholder: "FILE",
    help: "add the secrets to this file (SSLKEYLOGFILE), for Wireshark to decrypt captures",
  },
];

/** What a server knows. */
export const SERVER_SECURITY: readonly OptionSpec[] = [
  {
    name: "cert",
    kind: "string",
    placeholder: "FILE",
    help: "dtls and tls: the server's certificate in PEM, then the chain that leads to its CA",
  },
  KEY,
  {
    name: "self-signed",
    kind: "flag",
    help: "make a certificate on the spot and print its fingerprint: what happens without --cert",
  },
  {
    name: "client-ca",
    kind: "string",
    placeholder: "FILE",
    help:
      "ask clients for a certificate, and refuse one that no certificate of this file vouches for",
  },
  {
    name: "require-client-cert",
    kind: "flag",
    help: "with --client-ca: refuse clients without a certificate as well",
  },
  MAX_HANDSHAKES,
  ...SHARED,
];

/** What a client knows. */
export const CLIENT_SECURITY: readonly OptionSpec[] = [
  {
    name: "ca",
    kind: "string",
    placeholder: "FILE",
    isRepeatable: true,
    help: "dtls and tls: trust the certificates of this file (PEM) instead of the system's",
  },
  {
    name: "server-name",
    kind: "string",
    placeholder: "NAME",
    help: "the name that must be in the certificate, where it is not the endpoint's host",
  },
  {
    name: "pin",
    kind: "string",
    placeholder: "sha256:HEX",
    isRepeatable: true,
    help: "accept this certificate alone, by the SHA-256 of its DER form; spki-sha256: by its key",
  },
  {
    name: "insecure",
    kind: "flag",
    help: "accept every certificate, as Godot's client_unsafe: for tests alone",
  },
  {
    name: "verify",
    kind: "string",
    placeholder: "FILE.ts",
    help: "a module whose default function gets { host, port, verdict, certificate } and answers " +
      "true, false or why not",
  },
  {
    name: "cert",
    kind: "string",
    placeholder: "FILE",
    help: "the client's certificate in PEM, for a server that asks for one",
  },
  KEY,
  {
    name: "session-cache",
    kind: "string",
    placeholder: "FILE",
    help: "keep sessions in this file and resume them: shorter handshakes",
  },
  ...SHARED,
];

const MIN_MTU = 256;
const MAX_MTU = 65_507;

/** True for the transports that have certificates. */
export function isSecure(scheme: Scheme): boolean {
  return scheme === "dtls" || scheme === "tls";
}

/** What an endpoint counts of all that it throws away: in the report even when there was none. */
export function discardedBy(scheme: Scheme, role: "client" | "server"): readonly ErrorKind[] {
  if (scheme === "tls") return role === "server" ? ["refused"] : [];
  if (scheme !== "dtls") return [];
  const records = ["replayed", "forged", "stray"] as const;
  return role === "server" ? [...records, "bad_cookie", "refused"] : records;
}

/** Throws `UsageError` for options that the endpoint has no use for, or that exclude each other. */
export function checkSecurityOptions(
  options: ParsedOptions,
  scheme: Scheme,
  specs: readonly OptionSpec[],
): void {
  const given = specs.filter(({ name }) => options.isGiven(name)).map(({ name }) => name);
  const [first] = given;
  if (first === undefined) return;
  if (!isSecure(scheme)) {
    throw new UsageError(
      `--${first} is for dtls:// and tls:// alone; leave it out on ${scheme}://`,
    );
  }
  if (given.includes("key") && !given.includes("cert")) {
    throw new UsageError("--key needs --cert, the certificate that belongs to the key");
  }
  if (given.includes("self-signed") && given.includes("cert")) {
    throw new UsageError("--self-signed and --cert exclude each other; take one");
  }
  if (given.includes("require-client-cert") && !given.includes("client-ca")) {
    throw new UsageError("--require-client-cert needs --client-ca, the certificates to trust");
  }
  if (given.includes("insecure") && (given.includes("pin") || given.includes("ca"))) {
    throw new UsageError("--insecure accepts everything: leave out --pin and --ca, or --insecure");
  }
  checkMtu(options.number("mtu"), scheme);
}

function checkMtu(mtu: number | null, scheme: Scheme): void {
  if (mtu === null) return;
  if (scheme !== "dtls") throw new UsageError("--mtu is for dtls:// alone; a stream has none");
  if (mtu < MIN_MTU || mtu > MAX_MTU) {
    throw new UsageError(`--mtu ${mtu} cannot be: write a number from ${MIN_MTU} to ${MAX_MTU}`);
  }
}
