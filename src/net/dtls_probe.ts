/**
 * One DTLS handshake over a socket of its own, with faults on request: see `secure_probe.ts`. It
 * looks at the datagrams of the server for what a session does not tell: the cookie exchange, sizes,
 * and what is sent again. Packets are not sent; for those see the transport.
 */

import { PeerError } from "../errors.ts";
import { ContentType, dtlsRecords, handshakeHeaders, HandshakeType } from "../dtls/record.ts";
import { connectDtls, type DtlsSession } from "../dtls/session.ts";
import { formatAddress } from "../packet/peer.ts";
import { formatMs, systemClock } from "./clock.ts";
import { canonicalHost, isIpv4 } from "./endpoint.ts";
import { ProbeRecord, type ProbeResult, type ProbeTarget, unreached } from "./secure_probe.ts";
import { socketError } from "./socket_errors.ts";
import { UdpSocket } from "./udp_socket.ts";

/** What to do wrong on purpose. */
export type DtlsFault =
  | "none"
  /** Each of our handshake datagrams is sent twice. */
  | "duplicate"
  /** The server's first flight after the cookie exchange is lost. */
  | "lost flight";

/** Where and how to shake hands. */
export interface DtlsProbeTarget extends ProbeTarget {
  /** @default {"none"} */
  readonly fault?: DtlsFault;
}

/** What one handshake showed. */
export interface DtlsProbeResult extends ProbeResult {
  /** True when the server asked for a cookie before anything else. */
  readonly hasCookieExchange: boolean;
  /** The largest datagram that came, in bytes; 0 when none did. */
  readonly largestDatagram: number;
  /** Datagrams that were lost on purpose. */
  readonly lostDatagrams: number;
  /** Flights that we sent again. */
  readonly retransmissions: number;
}

/** Shakes hands. Never throws for what the network or the other side does. */
export async function probeDtls(target: DtlsProbeTarget): Promise<DtlsProbeResult> {
  const socket = openSocket(target.hostname);
  if (socket instanceof PeerError) return { ...unreached(socket), ...NO_DATAGRAMS };
  try {
    const probe = new DtlsProbe(socket, target);
    try {
      return await probe.run();
    } finally {
      probe.dispose();
    }
  } finally {
    await socket.close();
  }
}

const NO_DATAGRAMS = {
  hasCookieExchange: false,
  largestDatagram: 0,
  lostDatagrams: 0,
  retransmissions: 0,
} as const;

/** A socket of the remote address's family, or why there is none. */
function openSocket(remote: string): UdpSocket | PeerError {
  try {
    return new UdpSocket(isIpv4(canonicalHost(remote)) ? "0.0.0.0" : "::", 0);
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

class DtlsProbe {
  readonly #socket: UdpSocket;
  readonly #target: DtlsProbeTarget;
  readonly #session: DtlsSession;
  readonly #record: ProbeRecord;
  readonly #decided: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #sending: Promise<void> = Promise.resolve();
  #wakeTimer: ReturnType<typeof setTimeout> | undefined;
  #hasCookieExchange = false;
  #largestDatagram = 0;
  #lostDatagrams = 0;

  constructor(socket: UdpSocket, target: DtlsProbeTarget) {
    this.#socket = socket;
    this.#target = target;
    const { context, hostname, port, serverName, session = null } = target;
    const now = systemClock.monotonicMs();
    const remote = formatAddress({ hostname, port });
    this.#session = connectDtls(context, { remote, port, host: serverName, session, now });
    this.#record = new ProbeRecord(this.#session, now);
  }

  async run(): Promise<DtlsProbeResult> {
    const { timeoutMs } = this.#target;
    const limit = setTimeout(() => this.#giveUp(), timeoutMs);
    try {
      this.#socket.start({
        clock: systemClock,
        onDatagram: (datagram, hostname, port) => this.#onDatagram(datagram, hostname, port),
        onError: (error) => this.#onSocketError(error),
      });
      this.#pump();
      await this.#decided.promise;
      const result = this.#record.result();
      this.#session.close(systemClock.monotonicMs());
      this.#pump();
      await this.#sending;
      return {
        ...result,
        hasCookieExchange: this.#hasCookieExchange,
        largestDatagram: this.#largestDatagram,
        lostDatagrams: this.#lostDatagrams,
        retransmissions: this.#session.counters.retransmissions,
      };
    } finally {
      clearTimeout(limit);
    }
  }

  dispose(): void {
    clearTimeout(this.#wakeTimer);
    this.#session.dispose();
  }

  #onDatagram(datagram: Uint8Array<ArrayBuffer>, hostname: string, port: number): void {
    const isFromTarget = port === this.#target.port &&
      canonicalHost(hostname) === canonicalHost(this.#target.hostname);
    if (!isFromTarget || this.#record.isDecided) return;
    const now = systemClock.monotonicMs();
    this.#record.noteReply(now);
    this.#largestDatagram = Math.max(this.#largestDatagram, datagram.length);
    const isCookie = isHelloVerifyRequest(datagram);
    if (isCookie) this.#hasCookieExchange = true;
    else if (this.#isLost()) return;
    this.#session.handleDatagram(datagram, now);
    this.#pump();
  }

  /** Everything of the first flight is lost, until we ask again. */
  #isLost(): boolean {
    if (this.#target.fault !== "lost flight") return false;
    if (this.#session.counters.retransmissions > 0) return false;
    this.#lostDatagrams++;
    return true;
  }

  #pump(): void {
    for (let output = this.#session.poll(); output !== null; output = this.#session.poll()) {
      if (output.type === "transmit") this.#send(output.bytes);
      else if (output.type === "wake") this.#setWake(output.at);
      else this.#record.noteOutput(output);
    }
    if (this.#record.isDecided) this.#decided.resolve();
  }

  #send(datagram: Uint8Array<ArrayBuffer>): void {
    const { hostname, port, fault } = this.#target;
    const copies = fault === "duplicate" && this.#session.status === "handshaking" ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#sending = this.#sending
        .then(() => this.#socket.send(datagram, { hostname, port }))
        .catch((error) => this.#onSendError(error));
    }
  }

  #setWake(at: number | null): void {
    clearTimeout(this.#wakeTimer);
    if (at === null || this.#record.isDecided) return;
    this.#wakeTimer = setTimeout(() => {
      this.#session.handleWake(systemClock.monotonicMs());
      this.#pump();
    }, Math.max(0, at - systemClock.monotonicMs()));
  }

  #onSendError(error: unknown): void {
    if (!(error instanceof PeerError)) throw error;
    this.#fail(error);
  }

  #onSocketError(error: Error): void {
    const address = this.#address;
    this.#fail(socketError(error, "receive", `cannot reach ${address}`, address));
  }

  #giveUp(): void {
    const what = `no DTLS handshake with ${this.#address} within ${
      formatMs(this.#target.timeoutMs)
    }`;
    const stoppedAt =
      `it stopped while the handshake was at "${this.#session.details().stateName}"`;
    this.#fail(new PeerError("ERR_TIMEOUT", `${what}: ${stoppedAt}`, this.#address));
  }

  #fail(error: PeerError): void {
    this.#record.noteError(error);
    this.#decided.resolve();
  }

  get #address(): string {
    return formatAddress({ hostname: this.#target.hostname, port: this.#target.port });
  }
}

/** True for a server's request to come again with a cookie. */
function isHelloVerifyRequest(datagram: Uint8Array): boolean {
  return dtlsRecords(datagram).some((record) =>
    record.epoch === 0 && record.type === ContentType.handshake &&
    handshakeHeaders(datagram, record).some(({ type }) => type === HandshakeType.helloVerifyRequest)
  );
}
