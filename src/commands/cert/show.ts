/** `cert show`: a certificate from a file or an endpoint, and whether it would be accepted. */

import { EXIT, type ExitCode, type Io, type ParsedOptions } from "../../cli/command.ts";
import { type CertificateInfo, pemOf, readCertificates } from "../../dtls/certificate.ts";
import { SecureContext } from "../../dtls/context.ts";
import type { OpenSsl } from "../../dtls/openssl.ts";
import { PeerError, UsageError } from "../../errors.ts";
import { type Endpoint, parseEndpoint } from "../../net/endpoint.ts";
import { resolveHost } from "../../net/resolve.ts";
import type { ProbeResult } from "../../net/secure_probe.ts";
import { certificateObject, verdictObject } from "./json.ts";
import { certificateLines, chainLines, verdictLines } from "./lines.ts";
import { examineTrust, type TrustExamination } from "./trust.ts";
import { openLibrary } from "../security/openssl_library.ts";
import { readWholeFile } from "../input/chunks.ts";
import { readTrustQuestion, type TrustQuestion } from "../security/trust_options.ts";

/** Certificates and where they are from. */
interface FoundChain {
  readonly chain: readonly [CertificateInfo, ...CertificateInfo[]];
  /** The host that it should be for; null for a file. */
  readonly host: string | null;
}

/** Runs `cert show`; `sources` are what follows it. Throws `UsageError` and `PeerError`. */
export async function certShow(
  sources: readonly string[],
  options: ParsedOptions,
  io: Io,
): Promise<ExitCode> {
  const [source, extra] = sources;
  if (source === undefined || extra !== undefined) {
    throw new UsageError(
      "cert show needs one ENDPOINT or FILE; write dtls://127.0.0.1:4242 or server.crt, say",
    );
  }
  const question = await readTrustQuestion(options, io);
  using openssl = openLibrary();
  const found = source.includes("://")
    ? await fromEndpoint(openssl, parseEndpoint(source, "connect"), question, options)
    : await fromFile(openssl, source, io);
  const examination = examineTrust(openssl, found.chain, question, found.host);
  if (options.text("output") === "pem") {
    for (const { der } of found.chain) io.output.data(pemOf(openssl, der).trimEnd());
  } else print(source, found, examination, trustedBy(question), io);
  return examination.verdict.isAccepted || !question.isAsked ? EXIT.ok : EXIT.failed;
}

/** Whose verdict it is, in words. */
export function trustedBy({ ca, pins }: Pick<TrustQuestion, "ca" | "pins">): string {
  if (pins.length > 0) return "--pin";
  return ca === null ? "the system's CAs" : ca.map(({ name }) => name).join(", ");
}

async function fromFile(openssl: OpenSsl, path: string, io: Io): Promise<FoundChain> {
  const content = await readWholeFile(path, io);
  try {
    return { chain: nonEmpty(readCertificates(openssl, content, path), path), host: null };
  } catch (error) {
    // To the engine it is a peer's; here it is an input of the user's.
    if (error instanceof PeerError) throw new UsageError(error.message, error.code);
    throw error;
  }
}

async function fromEndpoint(
  openssl: OpenSsl,
  endpoint: Endpoint,
  { serverName }: TrustQuestion,
  options: ParsedOptions,
): Promise<FoundChain> {
  const { scheme, host, port } = endpoint;
  if (scheme !== "tls" && scheme !== "dtls") {
    throw new UsageError(
      `${scheme}:// has no certificates; write tls://${host}:${port} or dtls://${host}:${port}`,
    );
  }
  const timeoutMs = options.number("timeout") ?? 0;
  // It only looks: what it is to think of the certificate is found out afterwards.
  using context = SecureContext.client(openssl, { protocol: scheme, isInsecure: true });
  let failure: PeerError | null = null;
  for (const hostname of await resolveHost(host, { timeoutMs })) {
    const target = { context, hostname, port, serverName: serverName ?? host, timeoutMs };
    const result: ProbeResult = scheme === "tls"
      ? await (await import("../../net/tls_probe.ts")).probeTls(target)
      : await (await import("../../net/dtls_probe.ts")).probeDtls(target);
    if (result.outcome === "connected") {
      return { chain: nonEmpty(result.chain, `${scheme}://${host}:${port}`), host };
    }
    failure ??= result.error;
  }
  throw failure ?? new PeerError("ERR_CANT_CONNECT", `cannot connect to ${host}:${port}`);
}

function nonEmpty(
  chain: readonly CertificateInfo[],
  source: string,
): readonly [CertificateInfo, ...CertificateInfo[]] {
  const [leaf, ...others] = chain;
  if (leaf === undefined) {
    throw new PeerError("ERR_INVALID_DATA", `${source} has no certificate to show`);
  }
  return [leaf, ...others];
}

function print(
  source: string,
  { chain }: FoundChain,
  examination: TrustExamination,
  trusted: string,
  { output }: Io,
): void {
  const now = Math.floor(Date.now() / 1000);
  if (output.mode === "json") {
    output.data(JSON.stringify({
      event: "certificate",
      source,
      ...certificateObject(chain[0], now),
      chain: chain.slice(1).map((cert) => certificateObject(cert, now)),
      verdict: verdictObject(examination, trusted),
    }));
    return;
  }
  const style = { paint: output.paint, now };
  const lines = [
    ...certificateLines(chain[0], style),
    ...chainLines(chain, style),
    ...verdictLines(examination, trusted, style),
  ];
  for (const line of lines) output.data(line);
}
