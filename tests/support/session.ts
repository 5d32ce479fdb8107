/** Parts of a `listen` or `send` run for tests: packets, reports, and a printer that remembers. */

import type { SessionPrinter } from "../../src/commands/session/printer.ts";
import type { DecodeError, PeerError } from "../../src/errors.ts";
import type { Packet } from "../../src/packet/packet.ts";
import type { PeerStatus } from "../../src/packet/peer.ts";
import type { Report } from "../../src/stats/report.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import type { Variant } from "../../src/variant/types.ts";

/** 2026-01-31 12:00:00.123456 UTC, in microseconds. */
export const NOON = 1_769_860_800_123_456;

/** A packet of bytes in hexadecimal. */
export function packetOf(hex: string): Packet {
  return { payload: Uint8Array.fromHex(hex.replaceAll(" ", "")), time: NOON };
}

/** A packet that holds a value. */
export function valuePacket(value: Variant): Packet {
  return { payload: encodeVariant(value), time: NOON };
}

/** The report of a run in which nothing happened. */
export const EMPTY_REPORT: Report = {
  endpoint: "udp://127.0.0.1:4242",
  seconds: 1,
  packets: { sent: 0, received: 0 },
  bytes: { sent: 0, received: 0 },
  errors: { decode: 0 },
  peers: { total: 0, peak: 0 },
};

/** Remembers what it was told, a line each. Packets decode unless they begin with `ff`. */
export class MemoryPrinter implements SessionPrinter {
  readonly lines: string[] = [];

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  listening(endpoint: string): void {
    this.lines.push(`listening ${endpoint}`);
  }

  peer(state: PeerStatus, _address: string, error: DecodeError | PeerError | null): void {
    this.lines.push(error === null ? state : `${state} ${error.code}`);
  }

  received({ payload }: Packet): boolean {
    this.lines.push(`in ${payload.toHex()}`);
    return payload[0] !== 0xff;
  }

  sent({ payload }: Packet): void {
    this.lines.push(`out ${payload.toHex()}`);
  }

  summary(report: Report): Promise<void> {
    this.lines.push(`summary ${report.packets.received}`);
    return Promise.resolve();
  }
}
