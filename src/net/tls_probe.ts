/**
 * One TLS handshake over a connection of its own: see `secure_probe.ts`. After the handshake it
 * reads on for a moment, as TLS 1.3 servers send the tickets for later sessions then.
 */

import { PeerError } from "../errors.ts";
import { connectTls, type TlsSession } from "../dtls/stream_session.ts";
import { formatAddress } from "../packet/peer.ts";
import { formatMs, sleep, systemClock } from "./clock.ts";
import { ProbeRecord, type ProbeResult, type ProbeTarget, unreached } from "./secure_probe.ts";
import { socketError } from "./socket_errors.ts";

/** What one handshake showed. */
export interface TlsProbeResult extends ProbeResult {
  /** Milliseconds that the TCP connection took; null when there is none. */
  readonly connectMs: number | null;
}

const READ_SIZE = 16 * 1024;
/** How long a TLS 1.3 server has to send its tickets after the handshake. */
const TICKET_WAIT_MS = 300;

/** Shakes hands. Never throws for what the network or the other side does. */
export async function probeTls(target: ProbeTarget): Promise<TlsProbeResult> {
  const { hostname, port, timeoutMs } = target;
  const address = formatAddress({ hostname, port });
  const startedAt = systemClock.monotonicMs();
  const signal = AbortSignal.timeout(timeoutMs);
  let conn: Deno.TcpConn;
  try {
    conn = await Deno.connect({ hostname, port, signal });
  } catch (error) {
    const what = `cannot connect to ${address}`;
    const failure = signal.aborted
      ? new PeerError("ERR_TIMEOUT", `${what}: no answer within ${formatMs(timeoutMs)}`, address)
      : socketError(error, "connect", what, address);
    return { ...unreached(failure), connectMs: null };
  }
  const connectMs = systemClock.monotonicMs() - startedAt;
  conn.setNoDelay(true);
  const probe = new TlsProbe(conn, target, address);
  try {
    return { ...await probe.run(), connectMs };
  } finally {
    await probe.dispose();
  }
}

class TlsProbe {
  readonly #conn: Deno.TcpConn;
  readonly #target: ProbeTarget;
  readonly #address: string;
  readonly #session: TlsSession;
  readonly #record: ProbeRecord;
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #reading: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(conn: Deno.TcpConn, target: ProbeTarget, address: string) {
    this.#conn = conn;
    this.#target = target;
    this.#address = address;
    const { context, port, serverName, session = null } = target;
    const now = systemClock.monotonicMs();
    this.#session = connectTls(context, { remote: address, port, host: serverName, session, now });
    this.#record = new ProbeRecord(this.#session, now);
  }

  async run(): Promise<ProbeResult> {
    const limit = setTimeout(() => this.#giveUp(), this.#target.timeoutMs);
    try {
      await this.#pump();
      this.#reading = this.#read();
      await this.#ended.promise;
      if (this.#session.status === "connected") await this.#waitForTicket();
      const result = this.#record.result();
      this.#session.close(systemClock.monotonicMs());
      await this.#pump();
      return result;
    } finally {
      clearTimeout(limit);
    }
  }

  async dispose(): Promise<void> {
    this.#isClosed = true;
    this.#conn.close();
    await this.#reading;
    this.#session.dispose();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_SIZE);
    try {
      for (let size = await this.#conn.read(buffer);; size = await this.#conn.read(buffer)) {
        if (this.#isClosed) return;
        const now = systemClock.monotonicMs();
        if (size === null) this.#session.handleEnd(now);
        else {
          this.#record.noteReply(now);
          this.#session.handleBytes(buffer.slice(0, size), now);
        }
        await this.#pump();
        if (size === null) return;
      }
    } catch (error) {
      this.#onSocketError(error);
    }
  }

  async #pump(): Promise<void> {
    try {
      for (let output = this.#session.poll(); output !== null; output = this.#session.poll()) {
        if (output.type === "transmit") await this.#write(output.bytes);
        else this.#record.noteOutput(output);
      }
    } catch (error) {
      this.#onSocketError(error);
    }
    if (this.#record.isDecided) this.#ended.resolve();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  async #waitForTicket(): Promise<void> {
    const giveUpAtMs = systemClock.monotonicMs() + TICKET_WAIT_MS;
    while (this.#session.status === "connected" && this.#session.exportSession() === null) {
      if (systemClock.monotonicMs() >= giveUpAtMs) return;
      await sleep(5);
    }
  }

  #giveUp(): void {
    const why = `no TLS handshake with ${this.#address} within ${formatMs(this.#target.timeoutMs)}`;
    const stoppedAt =
      `it stopped while the handshake was at "${this.#session.details().stateName}"`;
    this.#record.noteError(new PeerError("ERR_TIMEOUT", `${why}: ${stoppedAt}`, this.#address));
    this.#ended.resolve();
  }

  #onSocketError(error: unknown): void {
    if (this.#isClosed) return;
    const what = `lost the connection to ${this.#address}`;
    this.#record.noteError(socketError(error, "receive", what, this.#address));
    this.#ended.resolve();
  }
}
