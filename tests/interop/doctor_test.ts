/**
 * `cert` and `doctor` against a real DTLSServer and a StreamPeerTLS server: the engine loads and
 * serves what `cert new` makes, `cert show` shows what it sends, and `doctor` knows the engine.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { whyNoOpenSsl } from "../support/certificates.ts";
import { runCli, startCli } from "../support/run_cli.ts";
import { findGodot, type Godot, type GodotRun, godotTest } from "./godot.ts";

const found = await findGodot(4);
const why = whyNoOpenSsl();

/** Checks that end well and what their lines say: of both, and of each. */
const LINES = {
  answer: /^127\.0\.0\.1:\d+ answers after [\d.]+ ms$/,
  "key-exchange": /^X25519$/,
  chain: /^1 certificate, vouched for by a trusted one$/,
  names: /^it is for 127\.0\.0\.1: localhost, 127\.0\.0\.1, ::1$/,
  dates: /^CN=localhost: \d+ days left$/,
  key: /^EC, 256 bits/,
  "handshake-time": /^full [\d.]+ ms$/,
};
const DTLS_LINES = {
  ...LINES,
  version: /^DTLSv1\.2$/,
  cipher: /^ECDHE-ECDSA-(?:CHACHA20-POLY1305|AES\d+-GCM-SHA\d+)$/,
  cookie: /^the server asks for a cookie before it keeps anything$/,
  "datagram-size": /^the largest handshake datagram has \d+ bytes$/,
  duplicates: /^datagrams that come twice do no harm$/,
  retransmission: /^a lost flight is sent again: connected after [\d.]+ ms$/,
};
const TLS_LINES = {
  ...LINES,
  version: /^TLSv1\.3$/,
  cipher: /^TLS_(?:AES_\d+_GCM|CHACHA20_POLY1305)_/,
};

/** What is known of the engine: neither of its servers resumes a session. */
const NO_RESUMPTION = {
  dtls: "the offered session was not taken up again: a full handshake",
  tls: "the server offers no session to resume",
};

for (const [scheme, server] of [["dtls", "DTLSServer"], ["tls", "StreamPeerTLS"]] as const) {
  for (const keyType of ["rsa-2048", "ec-p256"]) {
    serverTest(
      `${server} serves what cert new made with ${keyType}`,
      scheme,
      keyType,
      async (at) => {
        const pinned = await runCli(["send", at.endpoint, "1", "--expect", "1", "--pin", at.pin]);
        assertEquals(pinned.code, 0, pinned.stderr);
        const trusted = await runCli(["send", at.endpoint, "1", "--expect", "1", "--ca", at.cert]);
        assertEquals(trusted.code, 0, trusted.stderr);
        const wrong = `sha256:${"0".repeat(64)}`;
        assertEquals((await runCli(["send", at.endpoint, "1", "--pin", wrong])).code, 3);
      },
    );
  }

  const client = scheme === "dtls" ? "PacketPeerDTLS" : "StreamPeerTLS";
  engineTest(`${client} trusts what cert new made`, async (godot, folder) => {
    const { cert, key, contents } = await newCertificate(folder, "rsa-2048");
    const own = ["--cert", cert, "--key", key];
    await using listener = startCli(["listen", `${scheme}://127.0.0.1:0`, "--echo", ...own]);
    const [endpoint = ""] = /\w+:\/\/\S+/.exec(await listener.stderrLine("listening on ")) ?? [];
    const args = ["client", endpoint, "ca=res://server.crt"];
    const { lines } = await godot.run("secure_peer.gd", args, contents);
    assert(lines.includes("connected after 1 of 1"), lines.join("\n"));
  });

  serverTest(`cert show shows what ${server} sends`, scheme, "rsa-2048", async (at) => {
    const shown = await runCli(["cert", "show", at.endpoint, "--ca", at.cert, "-o", "json"]);
    assertEquals(shown.code, 0, shown.stderr);
    const event = JSON.parse(shown.stdoutLines[0] ?? "");
    const names = event.names.map(({ value }: { value: string }) => value);
    assertEquals(names, ["localhost", "127.0.0.1", "::1"]);
    assertEquals(event.pin, at.pin);
    const pem = await runCli(["cert", "show", at.endpoint, "-o", "pem"]);
    assertEquals(pem.stdout.trim(), (await Deno.readTextFile(at.cert)).trim());
    const misnamed = ["--ca", at.cert, "--server-name", "other.example"];
    const refused = await runCli(["cert", "show", at.endpoint, ...misnamed]);
    assertEquals(refused.code, 1);
    assertMatch(refused.stdout, /verdict +✗ refused by .* for other\.example \(rule: host name\)/);
  });

  serverTest(
    `doctor finds ${server} well, and that it resumes nothing`,
    scheme,
    "ec-p256",
    async (at) => {
      const lines = scheme === "dtls" ? DTLS_LINES : TLS_LINES;
      const { code, stdoutLines, stderr } = await runCli(["doctor", at.endpoint, "--ca", at.cert]);
      assertEquals([code, stderr], [0, ""], stdoutLines.join("\n"));
      for (const [id, text] of Object.entries(lines)) {
        const start = `✓ ok    ${id.padEnd(14)}  `;
        const line = stdoutLines.find((one) => one.startsWith(start));
        assert(line !== undefined, `${id}\n${stdoutLines.join("\n")}`);
        assertMatch(line.slice(start.length), text);
      }
      assert(stdoutLines.includes(`! note  resumption      ${NO_RESUMPTION[scheme]}`));
      assertMatch(stdoutLines.at(-1) ?? "", /^\d+ ok, 1 to note, 0 failed$/);
    },
  );

  serverTest(`doctor -o json examines ${server}`, scheme, "ec-p256", async (at) => {
    const { code, stdoutLines } = await runCli(["doctor", at.endpoint, "-o", "json"]);
    const events = stdoutLines.map((line) => JSON.parse(line));
    const checks = new Map(events.map((event) => [event.check, event]));
    assertEquals(code, 0);
    const summary = events.at(-1);
    assertEquals([summary.event, summary.endpoint, summary.exit], ["summary", at.endpoint, 0]);
    // Nobody said that this certificate is to be trusted.
    assertEquals([summary.checks.warn, summary.checks.fail], [2, 0]);
    assertEquals(checks.get("chain").verdict, "warn");
    assertMatch(checks.get("chain").advice, new RegExp(`TLSOptions.client\\(ca\\).*${at.pin}`));
    assertEquals(checks.get("resumption").resumed, false);
    assertEquals(checks.get("key-exchange").forward_secrecy, true);
    assertEquals(checks.get("key").key_type, "EC");
    if (scheme === "dtls") {
      assertEquals(checks.get("cookie").cookie_exchange, true);
      assert(checks.get("retransmission").retransmissions > 0);
    }
  });
}

/** A server of the engine, with a key and a certificate of `cert new`. */
interface GodotServer {
  readonly run: GodotRun;
  readonly endpoint: string;
  /** The file with its certificate. */
  readonly cert: string;
  readonly pin: string;
}

function serverTest(
  name: string,
  scheme: "dtls" | "tls",
  keyType: string,
  test: (server: GodotServer) => Promise<void>,
): void {
  engineTest(name, (godot, folder) => withServer(godot, scheme, keyType, folder, test));
}

/** A test with a folder that is removed afterwards. */
function engineTest(name: string, test: (godot: Godot, folder: string) => Promise<void>): void {
  godotTest(why === null ? found : { reason: why }, name, async (godot) => {
    const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
    try {
      await test(godot, folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

async function withServer(
  godot: Godot,
  scheme: "dtls" | "tls",
  keyType: string,
  folder: string,
  test: (server: GodotServer) => Promise<void>,
): Promise<void> {
  const { cert, pin, contents } = await newCertificate(folder, keyType);
  const own = ["cert=res://server.crt", "key=res://server.key"];
  const args = ["server", `${scheme}://127.0.0.1:0`, ...own];
  await using run = await godot.start("secure_peer.gd", args, contents);
  const [endpoint] = /\w+:\/\/\S+/.exec(await run.line("listening on ")) ?? [];
  assert(endpoint !== undefined);
  await test({ run, endpoint, cert, pin });
}

interface NewCertificate {
  /** The files, for us and for the engine's project. */
  readonly cert: string;
  readonly key: string;
  readonly contents: Readonly<Record<string, string>>;
  readonly pin: string;
}

async function newCertificate(folder: string, keyType: string): Promise<NewCertificate> {
  const [cert, key] = [`${folder}/server.crt`, `${folder}/server.key`];
  const made = await runCli(["cert", "new", cert, key, "--key-type", keyType]);
  assertEquals(made.code, 0, made.stderr);
  const [pin] = /sha256:[0-9a-f]{64}/.exec(made.stdout) ?? [];
  assert(pin !== undefined);
  const contents = {
    "server.crt": await Deno.readTextFile(cert),
    "server.key": await Deno.readTextFile(key),
  };
  return { cert, key, contents, pin };
}
