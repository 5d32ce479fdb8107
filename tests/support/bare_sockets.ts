/** The other end of a connection without any protocol of packetpeer: bytes in, bytes out. */

/** A UDP socket on loopback, closed by `using`. */
export class BareUdp implements Disposable {
  readonly conn: Deno.DatagramConn;
  readonly port: number;

  constructor(hostname = "127.0.0.1") {
    this.conn = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.port = this.conn.addr.transport === "udp" ? this.conn.addr.port : 0;
  }

  async send(payload: string, to: { hostname: string; port: number }): Promise<void> {
    await this.conn.send(new TextEncoder().encode(payload), { transport: "udp", ...to });
  }

  [Symbol.dispose](): void {
    this.conn.close();
  }
}

/** A TCP connection, as bytes in hexadecimal; closed by `using`. */
export class BareTcp implements Disposable {
  readonly conn: Deno.TcpConn;
  #isOpen = true;

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  /** Connects to loopback. */
  static async connect(port: number): Promise<BareTcp> {
    return new BareTcp(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Writes bytes; white space between digits is for the reader. */
  async write(hex: string): Promise<void> {
    const bytes = Uint8Array.fromHex(hex.replaceAll(" ", ""));
    for (let at = 0; at < bytes.length;) at += await this.conn.write(bytes.subarray(at));
  }

  /** Reads exactly so many bytes, fewer only at the end. */
  async read(size: number): Promise<string> {
    const bytes = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const read = await this.conn.read(bytes.subarray(at));
      if (read === null) break;
      at += read;
    }
    return bytes.subarray(0, at).toHex();
  }

  /** Ends the sending direction. */
  async finish(): Promise<void> {
    await this.conn.closeWrite();
  }

  [Symbol.dispose](): void {
    if (this.#isOpen) this.conn.close();
    this.#isOpen = false;
  }
}

/** A TCP server on loopback that takes one connection at a time. */
export class BareTcpServer implements Disposable {
  readonly listener: Deno.TcpListener;

  constructor() {
    this.listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  }

  get port(): number {
    return this.listener.addr.port;
  }

  async accept(): Promise<BareTcp> {
    return new BareTcp(await this.listener.accept());
  }

  [Symbol.dispose](): void {
    this.listener.close();
  }
}
