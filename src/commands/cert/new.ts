/** `cert new`: makes a key and a self-signed certificate, and writes both as PEM files. */

import { EXIT, type ExitCode, type Io, type ParsedOptions } from "../../cli/command.ts";
import {
  type KeyKind,
  makeCertificate,
  type NewCertificate,
  type NewCertificateOptions,
} from "../../dtls/new_certificate.ts";
import { UsageError } from "../../errors.ts";
import { isIpAddress } from "../../net/endpoint.ts";
import { certificateObject } from "./json.ts";
import { certLine, namesText, validityText } from "./lines.ts";
import { unwritable } from "../input/file_errors.ts";
import { openLibrary } from "../security/openssl_library.ts";
import { formatPin } from "../../dtls/trust.ts";

/** Endings by which Godot knows certificates and keys as resources. */
const DEFAULT_CERT = "packetpeer.crt";
const DEFAULT_KEY = "packetpeer.key";
const DEFAULT_NAME = "localhost";
const DEFAULT_ADDRESSES = ["127.0.0.1", "::1"];
const SECONDS_A_DAY = 86_400;
/** Peers whose clocks are a little slow accept it at once, too. */
const CLOCK_TOLERANCE = 3600;

/** Runs `cert new`; `files` are what follows it. Throws `UsageError` and `PeerError`. */
export async function certNew(
  files: readonly string[],
  options: ParsedOptions,
  io: Io,
): Promise<ExitCode> {
  const [certPath, keyPath] = pathsOf(files, options);
  const now = Math.floor(Date.now() / 1000);
  const request = requestOf(options, now);
  const overwrites = options.flag("force");
  if (!overwrites) await refuseExisting([certPath, keyPath], io);
  using openssl = openLibrary();
  const made = await makeCertificate(openssl, request);
  await write(keyPath, made.keyPem, { overwrites, isSecret: true }, io);
  await write(certPath, made.certificatePem, { overwrites }, io);
  report(made, certPath, keyPath, now, io);
  return EXIT.ok;
}

function pathsOf(
  [cert, key, extra]: readonly string[],
  options: ParsedOptions,
): readonly [cert: string, key: string] {
  if (extra !== undefined) {
    throw new UsageError(`cert new got "${extra}"; it writes two files, a certificate and a key`);
  }
  for (const [file, name] of [[cert, "cert"], [key, "key"]] as const) {
    if (file !== undefined && options.isGiven(name)) {
      throw new UsageError(`cert new got "${file}" and --${name}; name the file once`);
    }
  }
  const paths = [
    cert ?? options.text("cert") ?? DEFAULT_CERT,
    key ?? options.text("key") ?? DEFAULT_KEY,
  ] as const;
  if (paths[0] === paths[1]) {
    throw new UsageError(`certificate and key are both to be ${paths[0]}; name two files`);
  }
  return paths;
}

/** What the options ask for. `now` is in seconds since 1970-01-01 UTC. */
export function requestOf(options: ParsedOptions, now: number): NewCertificateOptions {
  const hosts = options.texts("name");
  const addresses = options.texts("address");
  for (const address of addresses) {
    if (!isIpAddress(address)) {
      throw new UsageError(`--address: "${address}" is no IP address; a host name is a --name`);
    }
  }
  const isDefault = hosts.length + addresses.length === 0;
  const names = isDefault ? [DEFAULT_NAME, ...DEFAULT_ADDRESSES] : [...hosts, ...addresses];
  const days = options.number("days") ?? 0;
  if (days < 1) throw new UsageError("--days: a certificate is valid for 1 day at least");
  return {
    commonName: names[0] ?? DEFAULT_NAME,
    names,
    // The option table lets only these words through.
    key: options.text("key-type") as KeyKind,
    notBefore: now - CLOCK_TOLERANCE,
    notAfter: now + days * SECONDS_A_DAY,
    isCa: !options.flag("leaf"),
  };
}

/** Before the key is made, so that not one of the two is written alone. */
async function refuseExisting(paths: readonly string[], io: Io): Promise<void> {
  for (const path of paths) {
    if (await exists(path, io)) throw alreadyThere(path);
  }
}

async function exists(path: string, io: Io): Promise<boolean> {
  try {
    await io.readFile(path);
    return true;
  } catch (error) {
    // Whatever else is wrong with the path is told when it is written to.
    if (error instanceof Error) return false;
    throw error;
  }
}

async function write(
  path: string,
  text: string,
  how: { readonly overwrites: boolean; readonly isSecret?: boolean },
  io: Io,
): Promise<void> {
  try {
    await io.writeFile(path, new TextEncoder().encode(text), how);
  } catch (error) {
    throw error instanceof Deno.errors.AlreadyExists ? alreadyThere(path) : unwritable(path, error);
  }
}

function alreadyThere(path: string): UsageError {
  const why = `${path} is there already; name another file or write over it with --force`;
  return new UsageError(why, "ERR_ALREADY_IN_USE");
}

function report(
  { certificate }: NewCertificate,
  certPath: string,
  keyPath: string,
  now: number,
  { output }: Io,
): void {
  if (output.mode === "json") {
    const files = { event: "certificate", cert: certPath, key_file: keyPath };
    output.data(JSON.stringify({ ...files, ...certificateObject(certificate, now) }));
    return;
  }
  const style = { paint: output.paint, now };
  output.data(certLine("certificate", `${certPath}, for everybody`, style));
  output.data(certLine("key", `${keyPath}, for the server alone`, style));
  output.data(certLine("names", namesText(certificate), style));
  output.data(certLine("valid", validityText(certificate, now), style));
  output.data(certLine("pin", formatPin(certificate), style));
}
