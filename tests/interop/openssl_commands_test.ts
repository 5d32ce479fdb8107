/**
 * listen and send, the commands, against OpenSSL's own programs, over DTLS and TLS: both roles,
 * resumption, client certificates. What the sessions below them do is in `openssl_test.ts`.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { certificateFor, whyNoOpenSsl } from "../support/certificates.ts";
import { type CliRun, OutputLines, runCli, startCli } from "../support/run_cli.ts";

type Scheme = "dtls" | "tls";

const why = whyNoOpenSsl() ?? await whyNoProgram();

function opensslTest(name: string, test: (folder: string) => Promise<void>): void {
  const run = async (): Promise<void> => {
    const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
    try {
      for (const who of ["localhost", "player"]) {
        const { certificatePem, keyPem } = await certificateFor(who);
        await Deno.writeTextFile(`${folder}/${who}.crt`, certificatePem);
        await Deno.writeTextFile(`${folder}/${who}.key`, keyPem);
      }
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
  if (why === null) Deno.test(name, run);
  else Deno.test({ name: `${name} (${why})`, ignore: true, fn: () => {} });
}

for (const scheme of ["dtls", "tls"] as const) {
  opensslTest(`send talks to s_server over ${scheme}, and resumes its session`, async (folder) => {
    const port = freePort(scheme);
    const accept = ["-accept", `127.0.0.1:${port}`, "-naccept", "2"];
    await using server = new Program("s_server", [...versionOf(scheme), ...accept, ...own(folder)]);
    const trust = ["--ca", `${folder}/localhost.crt`, "--server-name", "localhost"];
    const cache = ["--session-cache", `${folder}/sessions.json`, "-o", "json"];
    await server.output.line("ACCEPT");
    for (const isResumed of [false, true]) {
      const endpoint = `${scheme}://127.0.0.1:${port}`;
      const result = await runCli(["send", endpoint, "--text", "hello\n", ...trust, ...cache]);
      assertEquals(result.code, 0, result.stderr);
      assertMatch(result.stdout, new RegExp(`"resumed":${isResumed}`));
      await server.output.line("hello");
    }
  });

  opensslTest(`listen answers s_client over ${scheme}, and resumes its session`, async (folder) => {
    await using listener = startListener(scheme, folder);
    const port = portIn(await listener.stderrLine("listening on "));
    for (const isResumed of [false, true]) {
      const session = [isResumed ? "-sess_in" : "-sess_out", `${folder}/session.pem`];
      const trust = ["-CAfile", `${folder}/localhost.crt`, "-verify_return_error"];
      const args = ["-connect", `127.0.0.1:${port}`, ...versionOf(scheme), ...trust, ...session];
      await using client = new Program("s_client", [...args, "-quiet"]);
      await client.write(framed(scheme, "hello\n"));
      await client.output.line("hello");
      const connected = JSON.parse(await listener.stdoutLine('"state":"connected"'));
      assertEquals(connected.handshake.resumed, isResumed);
    }
  });

  opensslTest(`listen asks s_client for its certificate over ${scheme}`, async (folder) => {
    const required = ["--client-ca", `${folder}/player.crt`, "--require-client-cert"];
    await using listener = startListener(scheme, folder, required);
    const port = portIn(await listener.stderrLine("listening on "));
    const connect = ["-connect", `127.0.0.1:${port}`, ...versionOf(scheme), "-quiet"];
    {
      await using _nobody = new Program("s_client", connect);
      assertMatch(await failureOf(listener), /the client sent no certificate/);
    }
    {
      await using _stranger = new Program("s_client", [...connect, ...own(folder)]);
      assertMatch(await failureOf(listener), /rule "chain".*CN=localhost/);
    }
    const player = ["-cert", `${folder}/player.crt`, "-key", `${folder}/player.key`];
    await using client = new Program("s_client", [...connect, ...player]);
    await client.write(framed(scheme, "hello\n"));
    await client.output.line("hello");
  });
}

/** One of OpenSSL's programs; `await using` ends it whatever happens. */
class Program implements AsyncDisposable {
  readonly output: OutputLines;
  readonly #child: Deno.ChildProcess;
  readonly #errors: OutputLines;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;

  constructor(name: string, args: readonly string[]) {
    const command = new Deno.Command("openssl", {
      args: [name, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    this.#child = command.spawn();
    this.output = new OutputLines(this.#child.stdout);
    this.#errors = new OutputLines(this.#child.stderr);
    this.#input = this.#child.stdin.getWriter();
  }

  async write(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
    await this.#input.close().catch(() => {}); // Nobody may read it any more.
    await Promise.all([this.#child.status, this.output.ended, this.#errors.ended]);
  }
}

async function whyNoProgram(): Promise<string | null> {
  try {
    const { success } = await new Deno.Command("openssl", { args: ["version"] }).output();
    return success ? null : "openssl does not run";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no openssl";
    throw error;
  }
}

function startListener(scheme: Scheme, folder: string, args: readonly string[] = []): CliRun {
  const certificate = ["--cert", `${folder}/localhost.crt`, "--key", `${folder}/localhost.key`];
  const endpoint = `${scheme}://127.0.0.1:0`;
  return startCli(["listen", endpoint, "--echo", "-o", "json", ...certificate, ...args]);
}

function versionOf(scheme: Scheme): string[] {
  return scheme === "dtls" ? ["-dtls1_2"] : ["-tls1_2"];
}

function own(folder: string): string[] {
  return ["-cert", `${folder}/localhost.crt`, "-key", `${folder}/localhost.key`];
}

/** Over a stream, with the four bytes of its length before it. */
function framed(scheme: Scheme, text: string): string {
  return scheme === "dtls" ? text : `${String.fromCharCode(text.length)}\0\0\0${text}`;
}

function freePort(scheme: Scheme): number {
  if (scheme === "tls") {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  }
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { addr } = socket;
  socket.close();
  return addr.transport === "udp" ? addr.port : 0;
}

function portIn(line: string): string {
  return /:(\d+)$/.exec(line)?.[1] ?? line;
}

async function failureOf(listener: CliRun): Promise<string> {
  return JSON.parse(await listener.stdoutLine('"state":"error"')).error.message;
}
