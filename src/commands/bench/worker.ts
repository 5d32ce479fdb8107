/**
 * A worker of `bench`: runs its share of the clients, as the main thread tells it. It reads the
 * command line's options once more, since sockets, OpenSSL and functions cannot be sent to it.
 */

import type { Io } from "../../cli/command.ts";
import { Output } from "../../cli/output.ts";
import type { ClientSecurity } from "../../net/security.ts";
import { loadHistograms } from "../../stats/histogram.ts";
import { runCrew } from "./crew.ts";
import { copyError, type FromWorker, type ToWorker } from "./messages.ts";
import { restoreOptions } from "./options_copy.ts";
import { readBenchPacket } from "./packet.ts";
import { readBenchSettings } from "./settings.ts";
import { isSecure } from "../security/options.ts";

/** The worker's end of the line to the main thread. */
export interface WorkerPort {
  postMessage(message: FromWorker): void;
  addEventListener(type: "message", listener: (event: { readonly data: ToWorker }) => void): void;
}

/** Waits for a task, does it, and answers with the result, or with why it cannot be had. */
export function serveBench(port: WorkerPort): void {
  const interruption = new AbortController();
  const begin = Promise.withResolvers<number>();
  port.addEventListener("message", ({ data: message }) => {
    switch (message.type) {
      case "task":
        return void runTask(message, port, begin.promise, interruption.signal);
      case "begin":
        return begin.resolve(message.startMicros);
      case "stop":
        return interruption.abort();
    }
  });
}

async function runTask(
  task: Extract<ToWorker, { readonly type: "task" }>,
  port: WorkerPort,
  begin: Promise<number>,
  interrupted: AbortSignal,
): Promise<void> {
  try {
    const options = restoreOptions(task.options);
    const settings = readBenchSettings(options);
    const io = workerIo(interrupted);
    const { data, failure, connected } = await runCrew({
      settings,
      packet: settings.isConnecting ? null : await readBenchPacket(options, settings, io),
      security: isSecure(settings.endpoint.scheme) ? await readSecurity(options, io) : null,
      histograms: await loadHistograms(),
      firstClient: task.firstClient,
      clients: task.clients,
      begin: () => {
        port.postMessage({ type: "ready" });
        return begin;
      },
      onIntervals: (intervals) => port.postMessage({ type: "intervals", intervals }),
      interrupted,
    });
    const why = failure === null ? null : copyError(failure);
    port.postMessage({ type: "result", data, failure: why, connected });
  } catch (error) {
    port.postMessage({ type: "failed", error: copyError(error) });
  }
}

async function readSecurity(
  options: Parameters<typeof readBenchSettings>[0],
  io: Io,
): Promise<ClientSecurity> {
  const { readClientSecurity } = await import("../security/client.ts");
  return (await readClientSecurity(options, io)).security;
}

/** Files are read here too; what there is to say, the main thread has said already. */
function workerIo(interrupted: AbortSignal): Io {
  const silence = { writeSync: (bytes: Uint8Array) => bytes.length };
  return {
    output: new Output(silence, silence),
    stdin: noInput(),
    isStdinTerminal: false,
    readFile: (path) => Deno.readFile(path),
    openFile: () => Promise.reject(new TypeError("a worker reads whole files")),
    createFile: () => {
      throw new TypeError("a worker writes no files");
    },
    writeFile: () => Promise.reject(new TypeError("a worker writes no files")),
    checkWritable: () => Promise.reject(new TypeError("a worker writes no files")),
    appendFile: (path, text) => Deno.writeTextFileSync(path, text, { append: true, mode: 0o600 }),
    loadModule: async (path) => {
      const { pathToFileURL } = await import("node:url");
      return await import(pathToFileURL(path).href);
    },
    interrupted,
  };
}

async function* noInput(): AsyncGenerator<Uint8Array<ArrayBuffer>> {}

// A worker's main module: the global object is the port then.
if (import.meta.main) serveBench(globalThis as unknown as WorkerPort);
