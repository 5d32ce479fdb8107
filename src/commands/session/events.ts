/** `-o json` and `-o native`: every event of `listen` and `send` as one JSON object a line. */

import { bytesToHex } from "../../bytes/hex.ts";
import type { Output } from "../../cli/output.ts";
import { DecodeError, type PeerError } from "../../errors.ts";
import type { Packet } from "../../packet/packet.ts";
import { systemClock } from "../../net/clock.ts";
import type { HandshakeSummary, PeerStatus } from "../../packet/peer.ts";
import { type Report, reportToJson } from "../../stats/report.ts";
import { errorField, notesField, valueFields } from "../packet/json.ts";
import { PacketReader } from "./packet_reader.ts";
import type { SessionPrinter, SessionView } from "./printer.ts";
import { isoTime } from "./time.ts";

/** Prints NDJSON. */
export class SessionEvents implements SessionPrinter {
  readonly #output: Output;
  readonly #mode: "json" | "native";
  readonly #view: SessionView;
  readonly #reader: PacketReader;

  constructor(output: Output, mode: "json" | "native", view: SessionView) {
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
    this.#output.data(JSON.stringify({ event: "listening", endpoint }));
  }

  peer(
    state: PeerStatus,
    address: string,
    error: DecodeError | PeerError | null,
    handshake: HandshakeSummary | null = null,
  ): void {
    const time = isoTime(systemClock.wallMicros());
    const event = { event: "peer", state, time, peer: address };
    const reason = error === null ? {} : { error: errorDetails(error) };
    const how = handshake === null ? {} : { handshake: handshakeDetails(handshake) };
    this.#output.data(JSON.stringify({ ...event, ...reason, ...how }));
  }

  received(packet: Packet, address: string): boolean {
    return this.#packet("in", packet, address);
  }

  sent(packet: Packet, address: string): void {
    this.#packet("out", packet, address);
  }

  summary(report: Report): Promise<void> {
    this.#output.data(reportToJson(report));
    return Promise.resolve();
  }

  #packet(direction: "in" | "out", { payload, time }: Packet, address: string): boolean {
    const place = `"event":"packet","direction":"${direction}","time":"${isoTime(time)}",` +
      `"peer":${JSON.stringify(address)},"size":${payload.length}`;
    const value = this.#reader.read(payload);
    if (value instanceof DecodeError) {
      const hex = `"hex":"${bytesToHex(payload)}"`;
      this.#output.data(`{${place},"ok":false,${errorField(value)},${hex}}`);
      return false;
    }
    const fields = valueFields(value, this.#mode, this.#view);
    const notes = this.#reader.notes(payload);
    const remarks = notes.length === 0 ? "" : `,${notesField(notes)}`;
    this.#output.data(`{${place},"ok":true,${fields}${remarks}}`);
    return true;
  }
}

function handshakeDetails(
  { durationMs, isResumed, version, cipher, trust }: HandshakeSummary,
): Readonly<Record<string, unknown>> {
  const ms = Number(durationMs.toFixed(4));
  return { ms, resumed: isResumed, version, cipher, ...(trust === null ? {} : { trust }) };
}

/** What went wrong with a connection; `offset` is where in its stream, if it was its framing. */
function errorDetails(error: DecodeError | PeerError): Readonly<Record<string, string | number>> {
  const { code, message } = error;
  return error instanceof DecodeError ? { code, message, offset: error.offset } : { code, message };
}
