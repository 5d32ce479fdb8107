/** What the options of `send` on certificates, trust and sessions mean. */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import { parsePin, type VerifyFunction } from "../../dtls/trust.ts";
import { UsageError } from "../../errors.ts";
import type { ClientSecurity } from "../../net/security.ts";
import { readOwnCertificate, readPem, readShared } from "./files.ts";
import { FileSessions } from "./session_cache.ts";

/** A client's security, and what is to be done when it is over. */
export interface ClientSecurityInUse {
  readonly security: ClientSecurity;
  /** Writes the sessions that came to their file. Throws `UsageError`. */
  save(): Promise<void>;
}

/** Reads them, and says on stderr when certificates are not checked. Throws `UsageError`. */
export async function readClientSecurity(
  options: ParsedOptions,
  io: Io,
): Promise<ClientSecurityInUse> {
  const serverName = options.text("server-name");
  const ca = await Promise.all(options.texts("ca").map((path) => readPem(path, io)));
  const [verify, cache] = [options.text("verify"), options.text("session-cache")];
  const certificate = await readOwnCertificate(options, io);
  const isInsecure = options.flag("insecure");
  if (isInsecure) {
    io.output.error(
      "packetpeer: warning: --insecure accepts every certificate: anybody on the way can read " +
        "and change everything; --pin does better",
    );
  }
  const sessions = cache === null ? null : await FileSessions.open(cache, io);
  const security = {
    ...readShared(options, io),
    pins: options.texts("pin").map(parsePin),
    isInsecure,
    ...(ca.length === 0 ? {} : { ca }),
    ...(serverName === null ? {} : { serverName }),
    ...(verify === null ? {} : { verify: await loadVerify(verify, io) }),
    ...(certificate === null ? {} : { certificate }),
    ...(sessions === null ? {} : { sessions }),
  };
  return { security, save: async () => await sessions?.save() };
}

async function loadVerify(path: string, io: Io): Promise<VerifyFunction> {
  let module: unknown;
  try {
    module = await io.loadModule(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot load --verify ${path}: ${why}`, "ERR_FILE_CANT_OPEN");
  }
  const found = typeof module === "object" && module !== null && "default" in module
    ? module.default
    : undefined;
  if (typeof found !== "function") {
    throw new UsageError(`--verify ${path} has no default function; write export default function`);
  }
  // What it takes and answers is checked when it is called: see decideTrust().
  return found as VerifyFunction;
}
