/**
 * A program that makes many handshakes, over DTLS and over TLS, full and resumed, accepted and
 * refused, and prints how its memory grew:
 *
 *     deno run -A tests/support/dtls_churn.ts 10000
 *
 * The first half warms allocators and caches up; what counts is the second. A program of its own,
 * because what a process has in memory is nothing that tests side by side could measure.
 */

import { SecureContext } from "../../src/dtls/context.ts";
import { loadOpenSsl, type OpenSsl } from "../../src/dtls/openssl.ts";
import { acceptTls, connectTls, type TlsSession } from "../../src/dtls/stream_session.ts";
import { caOf, filesOf, identity } from "./dtls_identities.ts";
import { DtlsWire } from "./dtls_wire.ts";

/** What the program prints, as JSON. */
export interface ChurnReport {
  readonly handshakes: number;
  /** Resident memory, in bytes, after the warm-up and in the end. */
  readonly before: number;
  readonly after: number;
}

/** Runs the program in a process of its own. */
export async function churn(handshakes: number): Promise<ChurnReport> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    // A young generation that cannot grow leaves less noise in the measurement.
    args: [
      "run",
      "-A",
      "--no-check",
      "--v8-flags=--max-semi-space-size=1",
      import.meta.filename ?? "",
      String(handshakes),
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function run(openssl: OpenSsl, handshakes: number): Promise<ChurnReport> {
  const self = await identity(openssl);
  const other = await identity(openssl, { commonName: "Other" });
  const certificate = filesOf(self);
  using dtlsServer = SecureContext.server(openssl, { protocol: "dtls", certificate });
  using dtlsClient = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(self) });
  using strict = SecureContext.client(openssl, { protocol: "dtls", ca: caOf(other) });
  using tlsServer = SecureContext.server(openssl, { protocol: "tls", certificate });
  using tlsClient = SecureContext.client(openssl, { protocol: "tls", ca: caOf(self) });
  let session: string | null = null;
  const kinds = [
    (): void => {
      session = shakeDtls(dtlsClient, dtlsServer, null);
    },
    (): void => void shakeDtls(dtlsClient, dtlsServer, session),
    (): void => void shakeDtls(strict, dtlsServer, null),
    (): void => shakeTls(tlsClient, tlsServer),
  ];
  let before = 0;
  for (let i = 0; i < handshakes; i++) {
    if (i === Math.floor(handshakes / 2)) before = Deno.memoryUsage().rss;
    kinds[i % kinds.length]?.();
  }
  return { handshakes, before, after: Deno.memoryUsage().rss };
}

function shakeDtls(
  client: SecureContext,
  server: SecureContext,
  session: string | null,
): string | null {
  using wire = new DtlsWire({ client, server, clientOptions: { session } });
  wire.settle();
  if (wire.client.session?.status === "handshaking") throw new Error("the handshake stands still");
  const saved = wire.client.session?.exportSession() ?? null;
  wire.client.session?.peerCertificates();
  wire.close("client");
  return saved;
}

function shakeTls(client: SecureContext, server: SecureContext): void {
  using connecting = connectTls(client, { remote: "s", host: "localhost", now: 0 });
  using accepting = acceptTls(server, { remote: "c", now: 0 });
  while (carry(connecting, accepting) + carry(accepting, connecting) > 0);
  if (connecting.status !== "connected") throw new Error("the handshake stands still");
}

function carry(from: TlsSession, to: TlsSession): number {
  let count = 0;
  for (let output = from.poll(); output !== null; output = from.poll()) {
    if (output.type !== "transmit") continue;
    to.handleBytes(output.bytes, 0);
    count++;
  }
  return count;
}

if (import.meta.main) {
  using openssl = loadOpenSsl({ location: Deno.env.get("PACKETPEER_LIBSSL") ?? "" });
  const report = JSON.stringify(await run(openssl, Number(Deno.args[0])));
  await Deno.stdout.write(new TextEncoder().encode(`${report}\n`));
}
