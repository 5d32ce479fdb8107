/** What `--capture` means: a file that looks on while packets go over the wire. */

import type { Io, ParsedOptions } from "../../cli/command.ts";
import { load } from "../../cli/load.ts";
import { UsageError } from "../../errors.ts";
import { type Endpoint, formatEndpoint } from "../../net/endpoint.ts";
import type { Security } from "../../net/security.ts";
import type { CaptureFile } from "./capture_file.ts";

/**
 * Makes the file that `--capture` names; null without the option. It is the tap to open sockets
 * with; close it after them. Throws `UsageError` when the file cannot be written.
 */
export async function openCapture(
  options: ParsedOptions,
  { scheme, host, port }: Endpoint,
  io: Io,
): Promise<CaptureFile | null> {
  const path = options.text("capture");
  if (path === null) return null;
  if (path === "-") {
    throw new UsageError("--capture writes a file, as stdout has the packets; name a file");
  }
  const { CaptureFile } = await load<typeof import("./capture_file.ts")>(
    "../commands/session/capture_file.ts",
  );
  const endpoint = formatEndpoint(scheme, { hostname: host, port });
  return new CaptureFile(path, { endpoint, hasKeys: options.text("keylog") !== null }, io);
}

/** Security whose keys, when they are logged, go into the capture too: it then decrypts by itself. */
export function withKeysIn<S extends Security>(capture: CaptureFile | null, security: S): S {
  const { onKeylog } = security;
  if (capture === null || onKeylog === undefined) return security;
  const onKey = (line: string): void => {
    onKeylog(line);
    capture.addKey(line);
  };
  return { ...security, onKeylog: onKey };
}
