/**
 * A DTLS client and a server that talk through memory, with the server's cookie exchange, and a
 * seeded plan of faults between them: loss, duplicates, reordering, damage.
 *
 * Time is counted in rounds as far as DTLS goes by it; only OpenSSL's retransmission timers run by
 * the system's clock, so a test with loss gives short ones and waits for them.
 */

import type { SecureContext } from "../../src/dtls/context.ts";
import { CookieGuard } from "../../src/dtls/cookie.ts";
import type { SessionOutput, StatusChange } from "../../src/dtls/session_outputs.ts";
import {
  acceptDtls,
  connectDtls,
  type DtlsSession,
  type DtlsSessionOptions,
} from "../../src/dtls/session.ts";
import { seededRandom } from "./mutate.ts";

/** Chances, 0 to 1, of what happens to a datagram. */
export interface Faults {
  readonly seed: number;
  readonly loss?: number;
  readonly duplicate?: number;
  readonly reorder?: number;
  readonly corrupt?: number;
}

/** How to set up both ends. */
export interface WireOptions {
  readonly client: SecureContext;
  readonly server: SecureContext;
  readonly clientOptions?: Partial<DtlsSessionOptions>;
  readonly serverOptions?: Partial<DtlsSessionOptions>;
  readonly faults?: Faults;
}

/** One end: its session and what has come out of it. */
export interface WireEnd {
  session: DtlsSession | null;
  readonly changes: StatusChange[];
  readonly packets: Uint8Array<ArrayBuffer>[];
  readonly sent: Uint8Array<ArrayBuffer>[];
  wakeAt: number | null;
}

const CLIENT_ADDRESS = "192.0.2.1:50000";
const SERVER_ADDRESS = "192.0.2.2:4242";
const NO_FAULTS: Faults = { seed: 0 };

/** Both ends and the wire between them. */
export class DtlsWire implements Disposable {
  readonly client: WireEnd = newEnd();
  readonly server: WireEnd = newEnd();
  /** Datagrams under way, to each end. */
  readonly #toClient: Uint8Array<ArrayBuffer>[] = [];
  readonly #toServer: Uint8Array<ArrayBuffer>[] = [];
  readonly #options: WireOptions;
  readonly #guard: CookieGuard;
  #faults: Faults;
  #random: () => number;
  /** Answers of the stateless cookie exchange. */
  verifyRequests = 0;

  constructor(options: WireOptions) {
    this.#options = options;
    this.#faults = options.faults ?? NO_FAULTS;
    this.#random = seededRandom(this.#faults.seed);
    this.#guard = new CookieGuard(options.server.openssl);
    this.client.session = connectDtls(options.client, {
      remote: SERVER_ADDRESS,
      host: "localhost",
      now: now(),
      ...options.clientOptions,
    });
    this.#collect(this.client, this.#toServer);
  }

  /** Changes what happens to datagrams from now on. */
  set faults(faults: Faults) {
    this.#faults = faults;
    this.#random = seededRandom(faults.seed);
  }

  get isConnected(): boolean {
    return this.client.session?.status === "connected" &&
      this.server.session?.status === "connected";
  }

  /** Carries datagrams to and fro until none is under way. */
  settle(): void {
    while (this.#toServer.length + this.#toClient.length > 0) {
      for (const datagram of this.#toServer.splice(0)) this.#deliverToServer(datagram);
      for (const datagram of this.#toClient.splice(0)) {
        this.client.session?.handleDatagram(datagram, now());
        this.#collect(this.client, this.#toServer);
      }
    }
  }

  /** Settles and waits for retransmissions until both ends are connected or one has failed. */
  async shakeHands(): Promise<void> {
    for (;;) {
      this.settle();
      if (this.isConnected || this.#hasFailed()) return;
      const wakes = [this.client.wakeAt, this.server.wakeAt].filter((at) => at !== null);
      if (wakes.length === 0) throw new Error("the handshake stands still");
      // Both wake in each round: what happens depends on the seed then, not on who was faster.
      const wait = Math.max(0, Math.max(...wakes) - now());
      await new Promise((resolve) => setTimeout(resolve, wait));
      this.#wake(this.client, this.#toServer);
      this.#wake(this.server, this.#toClient);
    }
  }

  /** Sends from an end, through the faults. */
  send(from: "client" | "server", payload: Uint8Array<ArrayBuffer>): void {
    const end = this[from];
    end.session?.send(payload, now());
    this.#collect(end, from === "client" ? this.#toServer : this.#toClient);
  }

  /** Closes an end. */
  close(from: "client" | "server"): void {
    const end = this[from];
    end.session?.close(now());
    this.#collect(end, from === "client" ? this.#toServer : this.#toClient);
  }

  /** Hands bytes to an end as if they had come from the other. */
  inject(to: "client" | "server", datagram: Uint8Array<ArrayBuffer>): void {
    if (to === "server") this.#deliverToServer(datagram);
    else {
      this.client.session?.handleDatagram(datagram, now());
      this.#collect(this.client, this.#toServer);
    }
  }

  [Symbol.dispose](): void {
    this.client.session?.dispose();
    this.server.session?.dispose();
  }

  #hasFailed(): boolean {
    return [this.client, this.server].some(({ session }) =>
      session !== null && session.status !== "handshaking" && session.status !== "connected"
    );
  }

  #deliverToServer(datagram: Uint8Array<ArrayBuffer>): void {
    const { server, serverOptions } = this.#options;
    if (this.server.session !== null) {
      this.server.session.handleDatagram(datagram, now());
    } else {
      const answer = this.#guard.answer(datagram, CLIENT_ADDRESS, 0);
      if (answer.type === "verify") {
        this.verifyRequests++;
        this.#put(answer.datagram, this.#toClient);
      }
      if (answer.type !== "accept") return;
      this.server.session = acceptDtls(server, answer.hello, {
        remote: CLIENT_ADDRESS,
        now: now(),
        ...serverOptions,
      });
    }
    this.#collect(this.server, this.#toClient);
  }

  #wake(end: WireEnd, wire: Uint8Array<ArrayBuffer>[]): void {
    if (end.wakeAt === null || end.wakeAt > now()) return;
    end.wakeAt = null;
    end.session?.handleWake(now());
    this.#collect(end, wire);
  }

  #collect(end: WireEnd, wire: Uint8Array<ArrayBuffer>[]): void {
    const { session } = end;
    if (session === null) return;
    for (let output = session.poll(); output !== null; output = session.poll()) {
      this.#take(output, end, wire);
    }
  }

  #take(output: SessionOutput, end: WireEnd, wire: Uint8Array<ArrayBuffer>[]): void {
    switch (output.type) {
      case "transmit":
        end.sent.push(output.bytes);
        this.#put(output.bytes, wire);
        break;
      case "data":
        end.packets.push(output.payload);
        break;
      case "wake":
        end.wakeAt = output.at;
        break;
      case "status":
        end.changes.push(output);
    }
  }

  /** Puts a datagram on the wire as the plan of faults has it. */
  #put(datagram: Uint8Array<ArrayBuffer>, wire: Uint8Array<ArrayBuffer>[]): void {
    const { loss = 0, duplicate = 0, reorder = 0, corrupt = 0 } = this.#faults;
    if (this.#random() < loss) return;
    const copies = this.#random() < duplicate ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const carried = datagram.slice();
      if (this.#random() < corrupt) {
        const at = Math.floor(this.#random() * carried.length);
        carried[at] = (carried[at] ?? 0) ^ 0x55;
      }
      const isEarly = this.#random() < reorder;
      if (isEarly) wire.splice(Math.floor(this.#random() * wire.length), 0, carried);
      else wire.push(carried);
    }
  }
}

/** The final or latest change of an end. */
export function lastChange(end: WireEnd): StatusChange {
  const change = end.changes.at(-1);
  if (change === undefined) throw new Error("nothing happened");
  return change;
}

function newEnd(): WireEnd {
  return { session: null, changes: [], packets: [], sent: [], wakeAt: null };
}

function now(): number {
  return performance.now();
}
