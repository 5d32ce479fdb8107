/** The `cert` command: `cert new` makes a certificate, `cert show` looks at one. */

import type { Command, ExitCode, Io, ParsedOptions } from "../cli/command.ts";
import { UsageError } from "../errors.ts";
import { load } from "../cli/load.ts";
import { TRUST_OPTIONS } from "./security/trust_options.ts";

const NEW_ONLY = ["cert", "key", "name", "address", "days", "key-type", "force"];
const SHOW_ONLY = ["server-name", "pin"];

/** Makes and shows certificates. */
export const cert: Command = {
  name: "cert",
  synopsis: "new [CERT [KEY]] | show ENDPOINT|FILE",
  summary: "make a certificate, or show one and whether it is accepted",
  description: "cert new makes a key and a certificate that vouches for itself, as Godot's " +
    "Crypto.generate_self_signed_certificate does, but with all names and addresses in it. Load " +
    "both with TLSOptions.server(key, certificate), and give the certificate to the clients: " +
    "TLSOptions.client(certificate). Its pin is for --pin. It writes over no file without --force.\n" +
    "cert show prints the certificate of a tls:// or dtls:// endpoint, or of a PEM or DER file, " +
    "and whether clients would accept it. With --ca, --server-name or --pin it ends with 1 when " +
    "they would not. Both need OpenSSL 3 and --allow-ffi.",
  examples: [
    ["packetpeer cert new --name game.example --address 192.0.2.7", "for a server of that name"],
    ["packetpeer cert new server.crt server.key --key-type ec-p256", "smaller and faster"],
    ["packetpeer cert show dtls://game.example:4242", "what the server sends"],
    ["packetpeer cert show dtls://127.0.0.1:4242 -o pem > ca.crt", "to trust this one from now on"],
  ],
  options: [
    {
      name: "output",
      short: "o",
      kind: "choice",
      placeholder: "FORM",
      choices: ["text", "json", "pem"],
      default: "text",
      help: "how to print it",
    },
    {
      name: "cert",
      kind: "string",
      placeholder: "FILE",
      help: "new: where the certificate goes; packetpeer.crt without it",
    },
    {
      name: "key",
      kind: "string",
      placeholder: "FILE",
      help: "new: where the key goes, for its owner's eyes only; packetpeer.key without it",
    },
    {
      name: "name",
      kind: "string",
      placeholder: "NAME",
      isRepeatable: true,
      help: "new: a host name that it is for; localhost, 127.0.0.1 and ::1 without any",
    },
    {
      name: "address",
      kind: "string",
      placeholder: "IP",
      isRepeatable: true,
      help: "new: an IP address that it is for",
    },
    {
      name: "days",
      kind: "count",
      placeholder: "N",
      default: "3650",
      help: "new: how long it is valid",
    },
    {
      name: "key-type",
      kind: "choice",
      placeholder: "KIND",
      choices: ["rsa-2048", "rsa-3072", "rsa-4096", "ec-p256"],
      default: "rsa-2048",
      help: "new: the kind of key; ec-p256 makes smaller datagrams and faster handshakes",
    },
    {
      name: "leaf",
      kind: "flag",
      help:
        "new: it may not sign others (CA:FALSE), as Deno and browsers want of a server; Godot " +
        "and OpenSSL take either",
    },
    { name: "force", kind: "flag", help: "new: write over files that are there" },
    ...TRUST_OPTIONS.map((option) => ({ ...option, help: `show: ${option.help}` })),
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const [action, ...rest] = options.values;
  switch (action) {
    case "new": {
      refuse(options, [...SHOW_ONLY, "ca"], "new");
      const { certNew } = await load<typeof import("./cert/new.ts")>("../commands/cert/new.ts");
      return await certNew(rest, options, io);
    }
    case "show": {
      refuse(options, [...NEW_ONLY, "leaf"], "show");
      const { certShow } = await load<typeof import("./cert/show.ts")>("../commands/cert/show.ts");
      return await certShow(rest, options, io);
    }
    default: {
      const got = action === undefined ? "" : ` got "${action}"; it`;
      throw new UsageError(`cert${got} is followed by new or show; see packetpeer help cert`);
    }
  }
}

/** Options of the other action would be passed over in silence. */
function refuse(options: ParsedOptions, names: readonly string[], action: string): void {
  const name = names.find((name) => options.isGiven(name));
  if (name !== undefined) throw new UsageError(`--${name} is not for cert ${action}; leave it out`);
}
