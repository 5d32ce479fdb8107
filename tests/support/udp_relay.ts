/**
 * A UDP relay on loopback between one client and a server: both see its address in place of the
 * other's. It keeps what passed, can hand more to either side as if the other had sent it, and so
 * plays somebody on the way.
 */

type Bytes = Uint8Array<ArrayBuffer>;
type Side = "client" | "server";

const LOOPBACK = "127.0.0.1";

/** A relay under way. */
export class UdpRelay implements AsyncDisposable {
  /** Whole datagrams in order, by who sent them. */
  readonly from: Readonly<Record<Side, Bytes[]>> = { client: [], server: [] };
  /** The port that the client is to connect to. */
  readonly port: number;
  readonly #toServer: Deno.NetAddr;
  readonly #front = Deno.listenDatagram({ transport: "udp", hostname: LOOPBACK, port: 0 });
  readonly #back = Deno.listenDatagram({ transport: "udp", hostname: LOOPBACK, port: 0 });
  readonly #running: Promise<unknown>;
  #client: Deno.NetAddr | null = null;
  #onPassed: () => void = () => {};

  constructor(serverPort: number) {
    this.port = portOf(this.#front.addr);
    this.#toServer = { transport: "udp", hostname: LOOPBACK, port: serverPort };
    this.#running = Promise.all([this.#carry("client"), this.#carry("server")]);
  }

  /** Where the server sees the client. */
  get clientAddress(): string {
    return `${LOOPBACK}:${portOf(this.#back.addr)}`;
  }

  /** Waits until so many datagrams of one side have passed; gives the last of them. */
  async passed(from: Side, count: number): Promise<Bytes> {
    for (;;) {
      const datagram = this.from[from][count - 1];
      if (datagram !== undefined) return datagram;
      await new Promise<void>((resolve) => this.#onPassed = resolve);
    }
  }

  /** Hands a datagram to one side as if the other had sent it. */
  async inject(to: Side, datagram: Bytes): Promise<void> {
    if (to === "server") await this.#back.send(datagram, this.#toServer);
    else if (this.#client !== null) await this.#front.send(datagram, this.#client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#front.close();
    this.#back.close();
    await this.#running;
  }

  async #carry(from: Side): Promise<void> {
    for await (const [bytes, address] of from === "client" ? this.#front : this.#back) {
      if (from === "client" && address.transport === "udp") this.#client = address;
      const datagram = bytes.slice();
      this.from[from].push(datagram);
      await this.inject(from === "client" ? "server" : "client", datagram);
      this.#onPassed();
    }
  }
}

/** An encrypted record of a datagram with its number raised and a bit of its body turned. */
export function forged(datagram: Bytes, sequenceStep: number): Bytes {
  const copy = datagram.slice();
  const view = new DataView(copy.buffer);
  view.setUint32(7, view.getUint32(7) + sequenceStep);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

function portOf(address: Deno.Addr): number {
  return address.transport === "udp" ? address.port : 0;
}
