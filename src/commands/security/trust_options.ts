/** The options that say which certificates are accepted, for commands that only look at them. */

import type { Io, OptionSpec, ParsedOptions } from "../../cli/command.ts";
import type { PemFile } from "../../dtls/context_options.ts";
import { parsePin, type Pin } from "../../dtls/trust.ts";
import { readWholeFile } from "../input/chunks.ts";

/** The options as help shows them. */
export const TRUST_OPTIONS: readonly OptionSpec[] = [
  {
    name: "ca",
    kind: "string",
    placeholder: "FILE",
    isRepeatable: true,
    help: "trusted certificates in PEM, in place of the system's, as TLSOptions.client(ca) takes",
  },
  {
    name: "server-name",
    kind: "string",
    placeholder: "NAME",
    help: "the host that the certificate should be for; the endpoint's without it",
  },
  {
    name: "pin",
    kind: "string",
    placeholder: "PIN",
    isRepeatable: true,
    help: "the only certificate (sha256:…) or public key (spki-sha256:…) to accept",
  },
];

/** What to hold a certificate against. */
export interface TrustQuestion {
  /** Null: the system's. */
  readonly ca: readonly PemFile[] | null;
  /** Null: as the endpoint says, or none. */
  readonly serverName: string | null;
  readonly pins: readonly Pin[];
  /** True when any of these was written on the command line: then a refusal is a failed check. */
  readonly isAsked: boolean;
}

/** Reads the options and the files that they name. Throws `UsageError`. */
export async function readTrustQuestion(
  options: ParsedOptions,
  io: Pick<Io, "readFile">,
): Promise<TrustQuestion> {
  const paths = options.texts("ca");
  const ca: PemFile[] = [];
  for (const name of paths) ca.push({ name, content: await readWholeFile(name, io) });
  return {
    ca: paths.length === 0 ? null : ca,
    serverName: options.text("server-name"),
    pins: options.texts("pin").map(parsePin),
    isAsked: TRUST_OPTIONS.some(({ name }) => options.isGiven(name)),
  };
}
