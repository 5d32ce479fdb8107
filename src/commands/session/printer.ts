/**
 * What `listen` and `send` print while packets come and go: for people, as events or as bare
 * values. This is the interface; each way to print is a file of its own, loaded when it is used.
 */

import { load } from "../../cli/load.ts";
import type { Output } from "../../cli/output.ts";
import type { DecodeError, PeerError } from "../../errors.ts";
import type { Packet } from "../../packet/packet.ts";
import type { HandshakeSummary, PeerStatus } from "../../packet/peer.ts";
import type { Report } from "../../stats/report.ts";
import type { GodotVersion, Variant } from "../../variant/types.ts";

/** How packets are decoded and shown. */
export interface SessionView {
  readonly godot: GodotVersion;
  readonly allowObjects: boolean;
  /** What people see of peers: coming, going and failing, or failing alone, or nothing. */
  readonly peers: "all" | "errors" | "none";
}

/** Prints what happens, in the order in which it is told. */
export interface SessionPrinter {
  /** Loads what it takes to read packets: for `received`, and for `sent` without a value. */
  prepare(): Promise<void>;
  /** The server is there. */
  listening(endpoint: string): void;
  /** A peer is in a new state; `error` says why, `handshake` how it was encrypted. */
  peer(
    state: PeerStatus,
    address: string,
    error: DecodeError | PeerError | null,
    handshake?: HandshakeSummary | null,
  ): void;
  /** A packet arrived; false when it does not decode. */
  received(packet: Packet, address: string): boolean;
  /** A packet is about to be sent; `value` is what it was made of, if anything. */
  sent(packet: Packet, address: string, value?: Variant): void;
  /** The end. */
  summary(report: Report): Promise<void>;
}

/** The printer that the output mode asks for. */
export async function createSessionPrinter(
  output: Output,
  view: SessionView,
): Promise<SessionPrinter> {
  switch (output.mode) {
    case "json":
    case "native": {
      const { SessionEvents } = await load<typeof import("./events.ts")>(
        "../commands/session/events.ts",
      );
      return new SessionEvents(output, output.mode, view);
    }
    case "text":
    case "hex":
    case "tree":
    case "hexdump": {
      const { SessionValues } = await load<typeof import("./values.ts")>(
        "../commands/session/values.ts",
      );
      return new SessionValues(output, output.mode, view);
    }
    case "human": {
      const { SessionLines } = await load<typeof import("./lines.ts")>(
        "../commands/session/lines.ts",
      );
      return new SessionLines(output, view);
    }
  }
}
