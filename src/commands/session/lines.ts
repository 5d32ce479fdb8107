/**
 * `listen` and `send` for people: a line a packet with time, direction, peer, size, type and value
 * in columns. On a terminal a large value is cut to its width, with a note.
 */

import { load } from "../../cli/load.ts";
import type { Output } from "../../cli/output.ts";
import { DecodeError, formatPath, type PeerError } from "../../errors.ts";
import { systemClock } from "../../net/clock.ts";
import type { Packet } from "../../packet/packet.ts";
import type { HandshakeSummary, PeerStatus } from "../../packet/peer.ts";
import type { Report } from "../../stats/report.ts";
import { typeName } from "../../variant/layout.ts";
import { variantToText } from "../../variant/text.ts";
import { type Variant, variantTypeOf } from "../../variant/types.ts";
import { framingHint } from "./framing_hint.ts";
import type { PacketReader } from "./packet_reader.ts";
import type { SessionPrinter, SessionView } from "./printer.ts";
import { clockTime } from "./time.ts";

/** Below the time and the arrow: what belongs to the line above. */
const INDENT = " ".repeat("12:00:00.123 < ".length);
const SIZE_WIDTH = 7;
const MIN_TYPE_WIDTH = 10;
/** Columns grow with what they show, up to these widths. */
const MAX_PEER_WIDTH = "[2001:db8:1234:5678:9abc:def0:1234:5678]:12345".length;
const MAX_TYPE_WIDTH = "PackedVector2Array".length;
/** A value gets at least so many characters, even if it then goes on in the next line. */
const MIN_VALUE_WIDTH = 40;
type Arrow = "<" | ">";

/** Prints lines for people. With `--quiet`, packets are only looked at. */
export class SessionLines implements SessionPrinter {
  readonly #output: Output;
  readonly #view: SessionView;
  #reader: PacketReader | null = null;
  #peerWidth = 0;
  #typeWidth = MIN_TYPE_WIDTH;

  constructor(output: Output, view: SessionView) {
    this.#output = output;
    this.#view = view;
  }

  async prepare(): Promise<void> {
    const { PacketReader } = await load<typeof import("./packet_reader.ts")>(
      "../commands/session/packet_reader.ts",
    );
    this.#reader ??= new PacketReader(this.#view);
  }

  listening(endpoint: string): void {
    this.#output.status(`listening on ${endpoint}`);
  }

  peer(
    state: PeerStatus,
    address: string,
    error: DecodeError | PeerError | null,
    handshake: HandshakeSummary | null = null,
  ): void {
    const { peers } = this.#view;
    const { paint } = this.#output;
    const line = `${paint.dim(clockTime(systemClock.wallMicros()))} * ${address}`;
    if (error === null) {
      if (peers === "all" && !this.#output.isQuiet) {
        this.#output.data(`${line}  ${paint.dim(state + handshakeText(handshake))}`);
      }
    } else if (peers !== "none") {
      const what = `${state}: ${error.message} (${error.code})${framingHint(error)}`;
      this.#output.data(`${line}  ${paint.red(what)}`);
    }
  }

  received(packet: Packet, address: string): boolean {
    const reader = this.#preparedReader();
    if (this.#output.isQuiet) return reader.check(packet.payload) === null;
    const value = reader.read(packet.payload);
    if (value instanceof DecodeError) this.#printBroken(packet, address, value);
    else {
      this.#printValue("<", packet, address, value);
      this.#printNotes(packet.payload);
    }
    return !(value instanceof DecodeError);
  }

  sent(packet: Packet, address: string, value?: Variant): void {
    if (this.#output.isQuiet) return;
    const sent = value === undefined ? this.#preparedReader().read(packet.payload) : value;
    if (!(sent instanceof DecodeError)) return this.#printValue(">", packet, address, sent);
    const { dim } = this.#output.paint;
    this.#output.data(`${this.#start(">", packet, address)}  ${dim("no Variant")}`);
    this.#printExcerpt(packet.payload);
  }

  async summary(report: Report): Promise<void> {
    const { BY_ORDER, reportLines } = await import("./report_lines.ts");
    const lines = reportLines(report, this.#output.paint, BY_ORDER);
    for (const line of lines) this.#output.data(line);
  }

  #preparedReader(): PacketReader {
    if (this.#reader === null) throw new TypeError("prepare() was not called");
    return this.#reader;
  }

  #printValue(arrow: Arrow, packet: Packet, address: string, value: Variant): void {
    const { paint } = this.#output;
    const type = typeName(variantTypeOf(value), this.#view.godot);
    this.#typeWidth = Math.min(Math.max(this.#typeWidth, type.length), MAX_TYPE_WIDTH);
    const start = this.#start(arrow, packet, address);
    const text = this.#fit(variantToText(value, this.#view));
    this.#output.data(`${start}  ${paint.cyan(type.padEnd(this.#typeWidth))}  ${text}`);
  }

  #printNotes(payload: Uint8Array): void {
    for (const { offset, message } of this.#preparedReader().notes(payload)) {
      this.#output.data(INDENT + this.#output.paint.yellow(`! byte ${offset}: ${message}`));
    }
  }

  #printBroken(packet: Packet, address: string, error: DecodeError): void {
    const { paint } = this.#output;
    const where = error.path.length === 0 ? "" : ` in ${formatPath(error.path)}`;
    const what = `byte ${error.offset}${where}: ${error.problem}`;
    const code = paint.red(error.code.padEnd(this.#typeWidth));
    this.#output.data(`${this.#start("<", packet, address)}  ${code}  ${what}`);
    this.#printExcerpt(packet.payload);
    const hint = this.#preparedReader().hint(packet.payload, error);
    if (hint !== null) this.#output.data(`${INDENT}${paint.yellow(`hint: ${hint}`)}`);
  }

  #printExcerpt(payload: Uint8Array): void {
    const { dim } = this.#output.paint;
    for (const row of this.#preparedReader().excerpt(payload)) this.#output.data(INDENT + dim(row));
  }

  /** Time, arrow, peer and size in their columns. */
  #start(arrow: Arrow, { payload, time }: Packet, address: string): string {
    const { paint } = this.#output;
    this.#peerWidth = Math.min(Math.max(this.#peerWidth, address.length), MAX_PEER_WIDTH);
    const direction = arrow === "<" ? paint.green("<") : paint.blue(">");
    const size = `${payload.length} B`.padStart(SIZE_WIDTH);
    return `${paint.dim(clockTime(time))} ${direction} ${address.padEnd(this.#peerWidth)} ${size}`;
  }

  /** Cuts a text to what is left of the terminal's width. */
  #fit(text: string): string {
    if (!this.#output.isTerminal) return text;
    const taken = INDENT.length + this.#peerWidth + 1 + SIZE_WIDTH + 2 + this.#typeWidth + 2;
    const width = Math.max(this.#output.columns - taken, MIN_VALUE_WIDTH);
    if (text.length <= width) return text;
    const shown = text.slice(0, width - "… 1000.0 KiB more".length).replace(/[\ud800-\udbff]$/, "");
    const hidden = text.length - shown.length;
    const rest = hidden < 1000 ? `${hidden} B` : `${(hidden / 1024).toFixed(1)} KiB`;
    return `${shown}${this.#output.paint.dim(`… ${rest} more`)}`;
  }
}

/** As `, DTLSv1.2, ECDHE-RSA-AES256-GCM-SHA384, resumed in 1.2 ms`. */
function handshakeText(handshake: HandshakeSummary | null): string {
  if (handshake === null) return "";
  const { version, cipher, isResumed, durationMs } = handshake;
  const how = isResumed ? "resumed" : "full handshake";
  return `, ${version}, ${cipher}, ${how} in ${Number(durationMs.toFixed(1))} ms`;
}
