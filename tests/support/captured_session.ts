/** A session of `listen --echo` and `send`, both of which capture it. */

import { assert, assertEquals } from "@std/assert";
import { runCli, startCli } from "./run_cli.ts";

/** What the two wrote. */
export interface CapturedSession extends AsyncDisposable {
  /** The folder that has it all. */
  readonly folder: string;
  /** What `listen` wrote, who logs no keys. */
  readonly server: string;
  /** What `send` wrote, with its keys inside where there are any. */
  readonly client: string;
  /** The key log of `send`. */
  readonly keylog: string;
  /** `127.0.0.1:4242` of the server. */
  readonly address: string;
}

/** Plays it to its end: every value is sent, and comes back. */
export async function captureSession(
  scheme: string,
  values: readonly string[],
  host = "127.0.0.1",
): Promise<CapturedSession> {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
  try {
    const address = await play(`${scheme}://${host}:0`, values, folder);
    return {
      folder,
      server: `${folder}/server.pcapng`,
      client: `${folder}/client.pcapng`,
      keylog: `${folder}/keys.log`,
      address,
      [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
    };
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

async function play(where: string, values: readonly string[], folder: string): Promise<string> {
  const isSecure = /^d?tls:/.test(where);
  const count = `${values.length}`;
  const limits = ["--max-packet", "1MB", "--count", count];
  const capture = ["--capture", `${folder}/server.pcapng`];
  await using listener = startCli(["listen", where, "--echo", ...limits, ...capture]);
  const endpoint = (await listener.stderrLine("listening on ")).replace("listening on ", "");
  const security = isSecure ? ["--insecure", "--keylog", `${folder}/keys.log`] : [];
  const ownCapture = ["--capture", `${folder}/client.pcapng`];
  const sent = await runCli(
    ["send", endpoint, "-", "--expect", count, "--max-packet", "1MB", ...ownCapture, ...security],
    { stdin: values.join("\n") }, // some are too long for an argument
  );
  assertEquals(sent.code, 0, sent.stderr);
  const heard = await listener.result();
  assertEquals(heard.code, 0, heard.stderr);
  const address = endpoint.split("//")[1];
  assert(address !== undefined);
  return address;
}
