/** The key log that `--keylog` names. */

import type { Io } from "../../cli/command.ts";
import { UsageError } from "../../errors.ts";
import { KeyLog } from "../../tls/key_log.ts";
import { readWholeFile } from "../input/chunks.ts";

/**
 * Reads a key log; lines that are none are told on stderr. Throws `UsageError` when the file cannot
 * be read, or is something else.
 */
export async function readKeyLog(path: string, io: Io): Promise<KeyLog> {
  const keyLog = new KeyLog();
  const text = new TextDecoder().decode(await readWholeFile(path, io));
  const { secrets, badLines } = keyLog.add(text);
  if (secrets > 0 && badLines > 0) {
    const which = badLines === 1 ? "1 line" : `${badLines} lines`;
    io.output.status(`packetpeer: ${path}: ${which} passed over that no key log has`);
  } else if (badLines > 0) {
    const form = "lines as CLIENT_RANDOM <64 hex digits> <secret in hex>";
    throw new UsageError(`${path} is no key log: it has no ${form}`, "ERR_INVALID_DATA");
  } else if (secrets === 0) {
    io.output.status(`packetpeer: ${path} has no secrets`);
  }
  return keyLog;
}
