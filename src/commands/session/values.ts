/**
 * `-o text`, `-o hex`, `-o tree` and `-o hexdump`: what arrives, and nothing else, on stdout; the rest is said on
 * stderr. With `text` and `hex` line N is packet N, whether it decodes or not.
 */

import { bytesToHex } from "../../bytes/hex.ts";
import type { Output } from "../../cli/output.ts";
import { DecodeError, type PeerError } from "../../errors.ts";
import type { Packet } from "../../packet/packet.ts";
import type { PeerStatus } from "../../packet/peer.ts";
import type { Report } from "../../stats/report.ts";
import { variantToText } from "../../variant/text.ts";
import { framingHint } from "./framing_hint.ts";
import { PacketReader } from "./packet_reader.ts";
import { treeLines } from "../packet/tree.ts";
import type { SessionPrinter, SessionView } from "./printer.ts";

/** Prints the values that arrive. */
export class SessionValues implements SessionPrinter {
  readonly #output: Output;
  readonly #mode: "text" | "hex" | "tree" | "hexdump";
  readonly #view: SessionView;
  readonly #reader: PacketReader;
  #count = 0;

  constructor(output: Output, mode: "text" | "hex" | "tree" | "hexdump", view: SessionView) {
    this.#output = output;
    this.#mode = mode;
    this.#view = view;
    this.#reader = new PacketReader(view);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  listening(endpoint: string): void {
    this.#output.status(`listening on ${endpoint}`);
  }

  peer(state: PeerStatus, address: string, error: DecodeError | PeerError | null): void {
    if (error === null) this.#output.verbose(`${address} ${state}`);
    else if (this.#view.peers !== "none") {
      this.#output.error(`packetpeer: ${address}: ${error.message}${framingHint(error)}`);
    }
  }

  received({ payload }: Packet, address: string): boolean {
    this.#count++;
    const error = this.#print(payload, address);
    if (error === null) this.#warn(payload, address);
    else this.#refuse(payload, address, error);
    return error === null;
  }

  sent(): void {}

  async summary(report: Report): Promise<void> {
    if (this.#output.isQuiet) return;
    const { BY_ORDER, reportLines } = await import("./report_lines.ts");
    const lines = reportLines(report, this.#output.statusPaint, BY_ORDER);
    for (const line of lines) this.#output.status(line);
  }

  /** Prints the packet, whatever it is; answers what is wrong with it. */
  #print(payload: Uint8Array, address: string): DecodeError | null {
    switch (this.#mode) {
      case "text": {
        const value = this.#reader.read(payload);
        const isGood = !(value instanceof DecodeError);
        this.#output.data(isGood ? variantToText(value, this.#view) : "");
        return isGood ? null : value;
      }
      case "hex":
        this.#output.data(bytesToHex(payload));
        return this.#reader.check(payload);
      case "tree":
      case "hexdump": {
        const lines = treeLines(
          this.#mode,
          this.#nameOf(address),
          payload,
          this.#view,
          this.#output.paint,
        );
        for (const line of lines) this.#output.data(line);
        return this.#reader.check(payload);
      }
    }
  }

  #refuse(payload: Uint8Array, address: string, error: DecodeError): void {
    const hint = this.#reader.hint(payload, error);
    const advice = hint === null ? "" : `; ${hint}`;
    const what = `${this.#nameOf(address)}: ${error.message} (${error.code})`;
    this.#output.error(`packetpeer: ${what}${advice}`);
  }

  /** Says what Godot would read differently or would never have written. */
  #warn(payload: Uint8Array, address: string): void {
    if (this.#output.isQuiet) return;
    for (const { offset, message, code } of this.#reader.notes(payload)) {
      const where = `${this.#nameOf(address)}, byte ${offset}`;
      this.#output.status(`packetpeer: ${where}: warning: ${message} (${code})`);
    }
  }

  #nameOf(address: string): string {
    return `packet ${this.#count} from ${address}`;
  }
}
