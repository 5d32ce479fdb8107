/** Files that the options on certificates name, and what clients and servers have in common. */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import type { CertificateFiles, PemFile } from "../../dtls/context_options.ts";
import type { Security } from "../../net/security.ts";
import { unwritable, whyUnwritable } from "../input/file_errors.ts";
import { readWholeFile } from "../input/chunks.ts";
import { libraryLocation } from "./openssl_library.ts";

/** A file's content under its name. Throws `UsageError` when it cannot be read. */
export async function readPem(path: string, io: Io): Promise<PemFile> {
  return { name: path, content: await readWholeFile(path, io) };
}

/** What `--cert` and `--key` name; null without `--cert`. */
export async function readOwnCertificate(
  options: ParsedOptions,
  io: Io,
): Promise<CertificateFiles | null> {
  const path = options.text("cert");
  if (path === null) return null;
  const chain = await readPem(path, io);
  const keyPath = options.text("key");
  return { chain, key: keyPath === null ? chain : await readPem(keyPath, io) };
}

/** What `--mtu`, `--idle-timeout` and `--keylog` say, and where OpenSSL is. */
export function readShared(options: ParsedOptions, io: Io): Security {
  const [mtu, idleMs] = [options.number("mtu"), options.number("idle-timeout")];
  const keylog = options.text("keylog");
  return {
    library: libraryLocation(),
    ...(mtu === null ? {} : { mtu }),
    ...(idleMs === null ? {} : { idleMs }),
    ...(keylog === null ? {} : { onKeylog: keyLogger(keylog, io) }),
  };
}

/** Adds lines to the file; one that cannot be written is told, since nobody can be thrown at. */
function keyLogger(path: string, io: Io): (line: string) => void {
  try {
    io.appendFile(path, "");
  } catch (error) {
    throw unwritable(path, error);
  }
  return (line) => {
    try {
      io.appendFile(path, `${line}\n`);
    } catch (error) {
      io.output.error(`packetpeer: cannot write ${path}: ${whyUnwritable(error)}`);
    }
  };
}
