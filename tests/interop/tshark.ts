/** Wireshark's `tshark` for tests: finds it, runs it. Without it tests are ignored. */

/** True when there is a tshark on the PATH. */
export const hasTshark: boolean = await runs("tshark");

async function runs(program: string): Promise<boolean> {
  try {
    const options: Deno.CommandOptions = { args: ["--version"], stdout: "null", stderr: "null" };
    return (await new Deno.Command(program, options).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Registers a test that needs tshark; `missing` says what else it lacks. */
export function tsharkTest(
  name: string,
  run: () => Promise<void>,
  missing: string | null = null,
): void {
  const why = hasTshark ? missing : "no tshark on the PATH";
  const reason = why === null ? "" : ` (ignored: ${why})`;
  Deno.test({ name: `tshark: ${name}${reason}`, ignore: why !== null, fn: run });
}

/** What tshark prints about a capture that it gets on stdin. */
export async function tshark(file: Uint8Array, ...args: readonly string[]): Promise<string> {
  const child = new Deno.Command("tshark", {
    args: ["-n", "-r", "-", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(file.slice()).then(() => writer.close());
  const { success, stdout, stderr } = await child.output();
  await written;
  const decoder = new TextDecoder();
  if (!success) throw new Error(`tshark failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
