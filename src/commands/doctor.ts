/** The `doctor` command: what works on this machine, what an endpoint is worth, what a number means. */

import { type Command, EXIT, type ExitCode, type Io, type ParsedOptions } from "../cli/command.ts";
import { load } from "../cli/load.ts";
import { UsageError } from "../errors.ts";
import type { Check } from "./doctor/check.ts";
import { TRUST_OPTIONS } from "./security/trust_options.ts";

/** Examines this machine and an endpoint. */
export const doctor: Command = {
  name: "doctor",
  synopsis: "[ENDPOINT]",
  summary: "find out what works here, and what is wrong with an endpoint",
  description:
    "Without ENDPOINT it says what works on this machine. A tls:// or dtls:// endpoint is examined " +
    "by a few handshakes: versions, ciphers, certificates, resumption, times, and with dtls also " +
    "cookies and lost datagrams; udp:// and tcp:// endpoints as far as they can be. One line a " +
    "check, and what to do. It ends with 0 when all is well, notes included, with 1 when a check " +
    "failed, and with 3 when the endpoint does not answer.\n" +
    "--explain says what an error number means: one of mbedTLS, as Godot prints them, one of " +
    "OpenSSL, or a TLS alert.",
  examples: [
    ["packetpeer doctor", "this machine"],
    ["packetpeer doctor dtls://game.example:4242 --ca ca.crt", "as a client that trusts ca.crt"],
    ["packetpeer doctor --explain -0x2700", "a number that Godot printed"],
    ["packetpeer doctor --explain 'alert 48'", "a TLS alert"],
  ],
  options: [
    {
      name: "output",
      short: "o",
      kind: "choice",
      placeholder: "FORM",
      choices: ["text", "json"],
      default: "text",
      help: "how to print it; json is one object a check and a summary",
    },
    {
      name: "explain",
      kind: "string",
      placeholder: "NUMBER",
      isRepeatable: true,
      help: "say what an error number means",
    },
    ...TRUST_OPTIONS,
  ],
  run,
};

async function run(options: ParsedOptions, io: Io): Promise<ExitCode> {
  const [endpointText, extra] = options.values;
  const numbers = options.texts("explain");
  if (extra !== undefined || (endpointText !== undefined && numbers.length > 0)) {
    const got = extra ?? endpointText ?? "";
    throw new UsageError(`doctor got "${got}" too; it takes one ENDPOINT, or --explain NUMBER`);
  }
  return numbers.length > 0
    ? await explain(numbers, io)
    : await examine(endpointText ?? null, options, io);
}

async function explain(numbers: readonly string[], { output }: Io): Promise<ExitCode> {
  const { explainError } = await load<typeof import("../dtls/error_names.ts")>(
    "../dtls/error_names.ts",
  );
  const { explanationEvent, explanationLines } = await lines();
  let exit: ExitCode = EXIT.ok;
  for (const text of numbers) {
    const found = explainError(text);
    if (found === null) {
      throw new UsageError(
        `--explain: "${text}" is no error number; write -0x2700 (mbedTLS), 0A000086 (OpenSSL) or ` +
          "'alert 48'",
      );
    }
    if (found.name === null) exit = EXIT.failed;
    if (output.mode === "json") output.data(explanationEvent(found));
    else explanationLines(found, output.paint).forEach((line) => output.data(line));
  }
  return exit;
}

async function examine(
  endpointText: string | null,
  options: ParsedOptions,
  io: Io,
): Promise<ExitCode> {
  const { output } = io;
  const { checkEvent, checkLines, summaryEvent, summaryLine } = await lines();
  const { exitOf } = await load<typeof import("./doctor/check.ts")>("../commands/doctor/check.ts");
  const checks: Check[] = [];
  for await (const check of allChecks(endpointText, options, io)) {
    checks.push(check);
    if (output.mode === "json") output.data(checkEvent(check));
    else checkLines(check, output.paint).forEach((line) => output.data(line));
    if (output.isClosed) break;
  }
  const exit = exitOf(checks);
  if (output.mode === "json") output.data(summaryEvent(checks, endpointText, exit));
  else output.data(summaryLine(checks, output.paint));
  return exit;
}

/** Of the machine, then of the endpoint. A wrong command line is told before anything else. */
async function* allChecks(
  endpointText: string | null,
  options: ParsedOptions,
  io: Io,
): AsyncGenerator<Check> {
  const { readTrustQuestion } = await load<typeof import("./security/trust_options.ts")>(
    "../commands/security/trust_options.ts",
  );
  const question = await readTrustQuestion(options, io);
  if (endpointText === null && question.isAsked) {
    throw new UsageError("--ca, --server-name and --pin need an ENDPOINT to hold against them");
  }
  const { parseEndpoint } = await load<typeof import("../net/endpoint.ts")>("../net/endpoint.ts");
  const endpoint = endpointText === null ? null : parseEndpoint(endpointText, "connect");
  const { machineChecks, machineFacts } = await load<typeof import("./doctor/machine.ts")>(
    "../commands/doctor/machine.ts",
  );
  yield* machineChecks(machineFacts());
  if (endpoint === null || endpointText === null) return;
  const { examineEndpoint } = await load<typeof import("./doctor/endpoint.ts")>(
    "../commands/doctor/endpoint.ts",
  );
  const timeoutMs = options.number("timeout") ?? 0;
  yield* examineEndpoint({ endpoint, endpointText, question, timeoutMs });
}

async function lines(): Promise<typeof import("./doctor/lines.ts")> {
  return await load<typeof import("./doctor/lines.ts")>("../commands/doctor/lines.ts");
}
