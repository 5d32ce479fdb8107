/** The version of packetpeer, and what it runs on. */

/** Semantic version; the same as in `deno.json`. */
export const VERSION = "0.1.0";

/** Names and versions of what the program runs on: `deno`, `v8`, `system` … */
export type RuntimeVersions = Readonly<Record<string, string>>;

/** The version as lines for people: one, or with all that bug reports need. */
export function versionLines(runtime: RuntimeVersions, isVerbose: boolean): string[] {
  const details = Object.entries(runtime).map(([name, version]) => `${name} ${version}`);
  return [`packetpeer ${VERSION}`, ...(isVerbose ? details : [])];
}

/** The version as one JSON object. */
export function versionJson(runtime: RuntimeVersions): string {
  return JSON.stringify({ event: "version", packetpeer: VERSION, ...runtime });
}
