/**
 * Our DTLS and TLS sessions over Deno's own sockets, and the `openssl` program for them to talk to.
 * Every wait has a deadline, and one that fails shows what was printed.
 */

import { assert } from "@std/assert";
import type { SecureContext } from "../../src/dtls/context.ts";
import { CookieGuard } from "../../src/dtls/cookie.ts";
import type { SecureSession } from "../../src/dtls/secure_session.ts";
import type { StatusChange } from "../../src/dtls/session_outputs.ts";
import { acceptDtls, connectDtls, type DtlsSession } from "../../src/dtls/session.ts";
import type { TlsSession } from "../../src/dtls/stream_session.ts";

const DEADLINE_MS = 20_000;
/** Where all of it happens. */
export const LOOPBACK = "127.0.0.1";

type Bytes = Uint8Array<ArrayBuffer>;
type Failure = "error" | "error_hostname_mismatch";

/** The change to a status. */
export type ChangeTo<S extends StatusChange["status"]> = S extends Failure
  ? Extract<StatusChange, { readonly status: Failure }>
  : Extract<StatusChange, { readonly status: S }>;

/** The `openssl` program at work: what it prints is collected, what it should print awaited. */
export class OpensslProgram implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #collecting: Promise<unknown>;
  #printed = "";
  #onPrinted: () => void = () => {};

  constructor(args: readonly string[]) {
    this.#child = new Deno.Command("openssl", {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#collecting = Promise.all([
      this.#collect(this.#child.stdout),
      this.#collect(this.#child.stderr),
    ]);
  }

  /** Waits until the program has printed this; gives all that it has printed. */
  async printed(text: string | RegExp): Promise<string> {
    const isThere = (): boolean =>
      typeof text === "string" ? this.#printed.includes(text) : text.test(this.#printed);
    await within(`openssl to print ${text}; it printed:\n${this.#printed}`, async () => {
      while (!isThere()) await new Promise<void>((resolve) => this.#onPrinted = resolve);
    });
    return this.#printed;
  }

  async type(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(line));
  }

  /** Waits for the program to end by itself. */
  async ended(): Promise<void> {
    await within(`openssl to end; it printed:\n${this.#printed}`, () => this.#child.status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill();
    } catch (error) {
      // It has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#input.close().catch(() => {});
    await this.#child.status;
    await this.#collecting;
  }

  async #collect(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.#printed += text;
      this.#onPrinted();
    }
  }
}

async function within<T>(what: string, run: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`gave up waiting for ${what}`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** One of our sessions with what has come out of it. */
abstract class Endpoint {
  readonly changes: StatusChange[] = [];
  text = "";
  #onChange: () => void = () => {};

  /** Waits for a status; gives the change to it. */
  async reached<S extends StatusChange["status"]>(status: S): Promise<ChangeTo<S>> {
    const find = (): StatusChange | undefined => this.changes.find((one) => one.status === status);
    await this.#until(`status ${status}`, () => find() !== undefined);
    // `find` compares the status that the type asks for.
    return find() as ChangeTo<S>;
  }

  async received(text: string): Promise<void> {
    await this.#until(JSON.stringify(text), () => this.text.includes(text));
  }

  protected drain(session: SecureSession, transmit: (bytes: Bytes) => void): number | null {
    let wakeAt: number | null = null;
    for (let output = session.poll(); output !== null; output = session.poll()) {
      if (output.type === "transmit") transmit(output.bytes);
      else if (output.type === "data") this.text += new TextDecoder().decode(output.payload);
      else if (output.type === "status") this.changes.push(output);
      else wakeAt = output.at;
    }
    this.#onChange();
    return wakeAt;
  }

  async #until(what: string, isThere: () => boolean): Promise<void> {
    await within(what, async () => {
      while (!isThere()) await new Promise<void>((resolve) => this.#onChange = resolve);
    });
  }
}

/** A DTLS session over a UDP socket: a client from the start, a server from the first good cookie. */
export class UdpEndpoint extends Endpoint implements AsyncDisposable {
  readonly #socket = Deno.listenDatagram({ hostname: LOOPBACK, port: 0, transport: "udp" });
  readonly #server: { readonly context: SecureContext; readonly guard: CookieGuard } | null;
  readonly #receiving: Promise<void>;
  #session: DtlsSession | null = null;
  #remote: Deno.NetAddr | null = null;
  #sending: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    context: SecureContext,
    client: { readonly port: number; readonly session?: string | null } | null,
  ) {
    super();
    const guard = new CookieGuard(context.openssl);
    this.#server = client === null ? { context, guard } : null;
    if (client !== null) {
      const { port, session = null } = client;
      this.#remote = { transport: "udp", hostname: LOOPBACK, port };
      const remote = `${LOOPBACK}:${port}`;
      this.#session = connectDtls(context, { remote, host: "localhost", now: now(), session });
      this.#step(this.#session);
    }
    this.#receiving = this.#receive();
  }

  get port(): number {
    const { addr } = this.#socket;
    assert(addr.transport === "udp");
    return addr.port;
  }

  get session(): DtlsSession {
    assert(this.#session !== null);
    return this.#session;
  }

  send(text: string): void {
    this.session.send(new TextEncoder().encode(text), now());
    this.#step(this.session);
  }

  close(): void {
    this.session.close(now());
    this.#step(this.session);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    this.#socket.close();
    await this.#receiving;
    this.#session?.dispose();
  }

  async #receive(): Promise<void> {
    for await (const [bytes, from] of this.#socket) {
      assert(from.transport === "udp");
      this.#onDatagram(new Uint8Array(bytes), from);
    }
  }

  #onDatagram(datagram: Bytes, from: Deno.NetAddr): void {
    if (this.#session !== null) this.#session.handleDatagram(datagram, now());
    else if (this.#server !== null) {
      const remote = `${from.hostname}:${from.port}`;
      const answer = this.#server.guard.answer(datagram, remote, now());
      if (answer.type === "verify") this.#put(answer.datagram, from);
      if (answer.type !== "accept") return;
      this.#remote = from;
      this.#session = acceptDtls(this.#server.context, answer.hello, { remote, now: now() });
    }
    this.#step(this.session);
  }

  #step(session: DtlsSession): void {
    const remote = this.#remote;
    assert(remote !== null);
    const wakeAt = this.drain(session, (bytes) => this.#put(bytes, remote));
    clearTimeout(this.#timer);
    if (wakeAt === null) return;
    this.#timer = setTimeout(() => {
      session.handleWake(now());
      this.#step(session);
    }, wakeAt - now());
  }

  #put(bytes: Bytes, to: Deno.NetAddr): void {
    this.#sending = this.#sending.then(() => this.#socket.send(bytes, to));
  }
}

/** A TLS session over a TCP connection. */
export class TcpEndpoint extends Endpoint implements AsyncDisposable {
  readonly session: TlsSession;
  readonly #connection: Deno.TcpConn;
  readonly #reading: Promise<void>;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(connection: Deno.TcpConn, session: TlsSession) {
    super();
    this.#connection = connection;
    this.session = session;
    this.#step();
    this.#reading = this.#read();
  }

  send(text: string): void {
    this.session.send(new TextEncoder().encode(text), now());
    this.#step();
  }

  close(): void {
    this.session.close(now());
    this.#step();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing.catch(() => {});
    this.#connection.close();
    await this.#reading;
    this.session.dispose();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(16_384);
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        this.session.handleBytes(buffer.slice(0, count), now());
        this.#step();
      }
      this.session.handleEnd(now());
      this.#step();
    } catch (error) {
      // The test is over.
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
        throw error;
      }
    }
  }

  #step(): void {
    this.drain(this.session, (bytes) => {
      const connection = this.#connection;
      this.#writing = this.#writing.then(async () => {
        for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
      });
    });
  }
}

/** The time that sessions here go by. */
export function now(): number {
  return performance.now();
}
