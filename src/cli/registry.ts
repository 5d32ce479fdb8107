/**
 * The list of commands. Names and summaries are here so that the main help loads no command; the
 * module of a command is imported when it is used.
 */

import type { Command } from "./command.ts";
import { load } from "./load.ts";

/** A command that is not loaded yet. */
export interface CommandEntry {
  readonly name: string;
  /** The same words as the command's own summary. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of the main help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "listen",
    summary: "receive packets and print them decoded",
    load: async () =>
      (await load<typeof import("../commands/listen.ts")>("../commands/listen.ts")).listen,
  },
  {
    name: "send",
    summary: "send values as packets and print the replies",
    load: async () =>
      (await load<typeof import("../commands/send.ts")>("../commands/send.ts")).send,
  },
  {
    name: "bench",
    summary: "measure latency, loss and load against a server that answers",
    load: async () =>
      (await load<typeof import("../commands/bench.ts")>("../commands/bench.ts")).bench,
  },
  {
    name: "encode",
    summary: "turn values into the bytes that put_var sends",
    load: async () =>
      (await load<typeof import("../commands/encode.ts")>("../commands/encode.ts")).encode,
  },
  {
    name: "decode",
    summary: "turn bytes into the values that get_var reads",
    load: async () =>
      (await load<typeof import("../commands/decode.ts")>("../commands/decode.ts")).decode,
  },
  {
    name: "explain",
    summary: "find out what bytes are, and which side got them wrong",
    load: async () =>
      (await load<typeof import("../commands/explain.ts")>("../commands/explain.ts")).explain,
  },
  {
    name: "cert",
    summary: "make a certificate, or show one and whether it is accepted",
    load: async () =>
      (await load<typeof import("../commands/cert.ts")>("../commands/cert.ts")).cert,
  },
  {
    name: "doctor",
    summary: "find out what works here, and what is wrong with an endpoint",
    load: async () =>
      (await load<typeof import("../commands/doctor.ts")>("../commands/doctor.ts")).doctor,
  },
  {
    name: "demo",
    summary: "see all of it at work on this machine",
    load: async () => (await load<typeof import("./demo.ts")>("./demo.ts")).demo,
  },
];
