/**
 * DTLS and TLS against a real peer: DTLSServer and PacketPeerDTLS, StreamPeerTLS in both roles, with
 * certificates that fit, that are for another name, and that nobody trusts.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { certificateFor, whyNoOpenSsl } from "../support/certificates.ts";
import { type CliResult, type CliRun, runCli, startCli } from "../support/run_cli.ts";
import { findGodot, type Godot, type GodotRun, godotTest } from "./godot.ts";

type Scheme = "dtls" | "tls";

const VALUE = '{"n": 1, "at": Vector2(1.5, -2)}';

/**
 * How the engine refuses a certificate, whatever is wrong with it: `error_hostname_mismatch` is what
 * `connect_to_peer` and `connect_to_stream` set when a handshake fails before they return, and
 * `error` what `poll` sets when it fails later (modules/mbedtls, `_do_handshake` and its callers). It
 * is a matter of how fast the server's answers come, not of the name.
 */
const REFUSED = /^(?:error|error_hostname_mismatch at once) after 0 of 1$/;

const found = await findGodot(4);
const why = whyNoOpenSsl();

function secureTest(name: string, test: (godot: Godot) => Promise<void>): void {
  godotTest(why === null ? found : { reason: why }, name, test);
}

for (const scheme of ["dtls", "tls"] as const) {
  const [SERVER, CLIENT] = scheme === "dtls"
    ? ["DTLSServer", "PacketPeerDTLS"]
    : ["a StreamPeerTLS server", "StreamPeerTLS"];

  secureTest(`send talks to ${SERVER}, by CA and by pin`, async (godot) => {
    await using files = await CertificateFiles.make();
    await using server = await startServer(godot, scheme, files);
    for (const trust of [["--ca", files.ca, "--server-name", "localhost"], ["--pin", files.pin]]) {
      const args = [server.endpoint, VALUE, VALUE, "--expect", "2", ...trust, "-o", "json"];
      const result = await runCli(["send", ...args]);
      assertEquals(result.code, 0, result.stderr);
      assertEquals(statesIn(result), ["connecting", "handshaking", "connected", "disconnected"]);
      assertEquals(
        result.stdoutLines.filter((line) => line.includes('"direction":"in"')).length,
        2,
      );
    }
  });

  secureTest(`send refuses ${SERVER} for another name and for another CA`, async (godot) => {
    await using files = await CertificateFiles.make();
    await using server = await startServer(godot, scheme, files);
    const misnamed = ["--ca", files.ca, "--server-name", "other.example"];
    const byName = await runCli(["send", server.endpoint, "1", ...misnamed, "-o", "json"]);
    assertEquals([byName.code, statesIn(byName).at(-1)], [3, "error_hostname_mismatch"]);
    assertMatch(byName.stderr, /rule "host name".*is for localhost, not for other\.example/);
    const byIssuer = await runCli(["send", server.endpoint, "1", "--ca", files.otherCa]);
    assertEquals(byIssuer.code, 3);
    assertMatch(byIssuer.stderr, /rule "chain".*self-signed.*sha256:[0-9a-f]{64}/);
    assertMatch(await server.run.line("peer: "), /peer: (?:error|disconnected)/);
  });

  secureTest(`a session with ${SERVER} is a full one each time`, async (godot) => {
    await using files = await CertificateFiles.make();
    await using server = await startServer(godot, scheme, files);
    const cache = `${files.folder}/sessions.json`;
    for (let i = 0; i < 2; i++) {
      const trust = ["--pin", files.pin, "--session-cache", cache];
      const args = [server.endpoint, VALUE, "--expect", "1", ...trust, "-o", "json"];
      const result = await runCli(["send", ...args]);
      assertEquals(result.code, 0, result.stderr);
      assertMatch(result.stdout, /"resumed":false/);
    }
  });

  secureTest(`listen --echo serves 20 of ${CLIENT} at once`, async (godot) => {
    await using files = await CertificateFiles.make();
    await using listener = startListener(scheme, files);
    const options = ["ca=res://ca.pem", "clients=20", "count=5"];
    const lines = await runClient(godot, files, await endpointOf(listener), options);
    assertEquals(lines, Array.from({ length: 20 }, () => "connected after 5 of 5"));
    listener.kill("SIGTERM");
    const { stdoutLines } = await listener.result();
    const summary = JSON.parse(stdoutLines.at(-1) ?? "");
    assertEquals(summary.packets, { sent: 100, received: 100 });
    assertEquals([summary.peers.total, summary.handshake_ms.count], [20, 20]);
  });

  secureTest(`${CLIENT} refuses listen for another name, unless it is unsafe`, async (godot) => {
    await using files = await CertificateFiles.make();
    await using listener = startListener(scheme, files);
    const endpoint = await endpointOf(listener);
    const misnamed = ["ca=res://ca.pem", "host=other.example"];
    for (const options of [misnamed, ["ca=res://other.pem"]]) {
      const lines = await runClient(godot, files, endpoint, [...options, "clients=5"]);
      assertEquals(lines.filter((line) => !REFUSED.test(line)), []);
      assertEquals(lines.length, 5);
    }
    const accepted = await runClient(godot, files, endpoint, [...misnamed, "unsafe=yes"]);
    assertEquals(accepted, ["connected after 1 of 1"]);
    listener.kill("SIGTERM");
    const result = await listener.result();
    assertEquals(statesIn(result).filter((state) => state === "error").length, 10);
  });

  secureTest(
    `${CLIENT} with client_unsafe(ca) still wants a certificate of that CA`,
    async (godot) => {
      await using files = await CertificateFiles.make();
      await using listener = startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo"]);
      const options = ["ca=res://ca.pem", "unsafe=yes"];
      const lines = await runClient(godot, files, await endpointOf(listener), options);
      assertEquals(lines.filter((line) => REFUSED.test(line)).length, 1);
      await listener.stdoutLine(/error: .*alert/);
    },
  );
}

/** The certificate of `localhost`, its key, and another certificate: as files and by content. */
class CertificateFiles implements AsyncDisposable {
  readonly folder: string;
  readonly contents: Readonly<Record<string, string>>;
  readonly pin: string;

  private constructor(folder: string, contents: Readonly<Record<string, string>>, pin: string) {
    this.folder = folder;
    this.contents = contents;
    this.pin = pin;
  }

  static async make(): Promise<CertificateFiles> {
    const [own, other] = [await certificateFor("localhost"), await certificateFor("stranger")];
    // The engine knows what a file is by how its name ends.
    const contents = {
      "ca.pem": own.certificatePem,
      "ca.crt": own.certificatePem,
      "own.key": own.keyPem,
      "other.pem": other.certificatePem,
      "other.crt": other.certificatePem,
    };
    const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
    for (const [name, text] of Object.entries(contents)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    return new CertificateFiles(folder, contents, `sha256:${own.certificate.sha256}`);
  }

  get ca(): string {
    return `${this.folder}/ca.pem`;
  }

  get otherCa(): string {
    return `${this.folder}/other.pem`;
  }

  get key(): string {
    return `${this.folder}/own.key`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

interface RunningServer extends AsyncDisposable {
  readonly run: GodotRun;
  readonly endpoint: string;
}

async function startServer(
  godot: Godot,
  scheme: Scheme,
  { contents }: CertificateFiles,
): Promise<RunningServer> {
  const args = ["server", `${scheme}://127.0.0.1:0`, "cert=res://ca.crt", "key=res://own.key"];
  const run = await godot.start("secure_peer.gd", args, contents);
  const endpoint = endpointIn(await run.line("listening on "));
  return { run, endpoint, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() };
}

function startListener(scheme: Scheme, { ca, key }: CertificateFiles): CliRun {
  const certificate = ["--cert", ca, "--key", key];
  return startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo", ...certificate, "-o", "json"]);
}

/** What the engine's client prints of its peers. */
async function runClient(
  godot: Godot,
  { contents }: CertificateFiles,
  endpoint: string,
  options: readonly string[],
): Promise<readonly string[]> {
  const args = options.map((option) => option.replace(/^(ca=.*)\.pem$/, "$1.crt"));
  const { code, lines } = await godot.run(
    "secure_peer.gd",
    ["client", endpoint, ...args],
    contents,
  );
  assertEquals(code, 0, lines.join("\n"));
  return lines.filter((line) => / after \d+ of \d+$/.test(line));
}

function statesIn({ stdoutLines }: CliResult): string[] {
  const events = stdoutLines.map((line) => JSON.parse(line));
  return events.filter(({ event }) => event === "peer").map(({ state }) => state);
}

async function endpointOf(listener: CliRun): Promise<string> {
  return endpointIn(await listener.stderrLine("listening on "));
}

function endpointIn(line: string): string {
  const [endpoint] = /\w+:\/\/\S+/.exec(line) ?? [];
  assert(endpoint !== undefined, line);
  return endpoint;
}
