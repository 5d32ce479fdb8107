/**
 * Writes what goes over the wire to a pcapng file while it happens: real addresses and ports in IP,
 * UDP and TCP headers that are made for it, in both directions, with the time in microseconds.
 *
 * Blocks go to the file whole, a few milliseconds after the fact at the latest, so that a run that
 * is killed leaves a file that can be read. A file that cannot be written any more (a full disk, say)
 * is told once and ends with what was written whole; the run goes on.
 */

import { concat } from "@std/bytes/concat";
import type { Io, OutputFile } from "../../cli/command.ts";
import { systemClock } from "../../net/clock.ts";
import { LocalAddresses } from "../../net/local_address.ts";
import type { ConnectionTap, WireDatagram, WireDirection, WireTap } from "../../net/wire_tap.ts";
import type { Address } from "../../packet/peer.ts";
import { addressBytes } from "../../pcap/address_bytes.ts";
import { type IpEndpoint, udpPacket } from "../../pcap/packet_headers.ts";
import { keyLogBlock, packetBlock, pcapngHeader } from "../../pcap/pcapng_writer.ts";
import { type TcpEnd, TcpScript } from "../../pcap/tcp_script.ts";
import { unwritable, whyUnwritable } from "../input/file_errors.ts";

/** What is known before the first packet. */
export interface CaptureSettings {
  /** Where the packets are seen, as the capture names its interface: `udp://127.0.0.1:4242`. */
  readonly endpoint: string;
  /** The file will hold keys: only its owner may read it. */
  readonly hasKeys: boolean;
}

/** How long blocks are collected, so that many packets cost few writes. */
const COLLECT_MS = 2;
/** Blocks of so many bytes are written at once. */
const WRITE_AT_SIZE = 256 * 1024;

interface WaitingBlock {
  readonly block: Uint8Array;
  /** In microseconds; 0 for what comes before all packets. */
  readonly time: number;
}

/** One capture under way. Close it when all sockets are closed. */
export class CaptureFile implements WireTap, Disposable {
  readonly #path: string;
  readonly #io: Io;
  readonly #addresses = LocalAddresses.ofMachine();
  /** Null once it is closed, or cannot be written any more. */
  #file: OutputFile | null;
  #writtenSize = 0;
  /** In the order of their times. */
  #waiting: WaitingBlock[] = [];
  #waitingSize = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #connections = 0;

  /** Makes the file, or empties it. Throws `UsageError` when it cannot be written. */
  constructor(path: string, { endpoint, hasKeys }: CaptureSettings, io: Io) {
    this.#path = path;
    this.#io = io;
    const header = pcapngHeader({
      resolution: "microseconds",
      application: "packetpeer",
      interfaceName: endpoint,
    });
    try {
      this.#file = io.createFile(path, { isSecret: hasKeys });
      this.#write(this.#file, header);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  datagram({ direction, local, remote, bytes, time }: WireDatagram): void {
    const here = endpointOf(this.#addresses.toward(remote, local));
    const there = endpointOf(remote);
    const packet = direction === "in"
      ? udpPacket(there, here, bytes)
      : udpPacket(here, there, bytes);
    this.#add(packetBlock(packet, BigInt(time), direction), time);
  }

  connection(opener: WireDirection, local: Address, remote: Address): ConnectionTap {
    const [here, there] = [endpointOf(local), endpointOf(remote)];
    const [client, server] = opener === "out" ? [here, there] : [there, here];
    const directionOf = (from: TcpEnd): WireDirection => {
      return (from === "client") === (opener === "out") ? "out" : "in";
    };
    const endOf = (direction: WireDirection): TcpEnd => direction === opener ? "client" : "server";
    let time = systemClock.wallMicros();
    const script = new TcpScript(client, server, this.#connections++, (from, packet) => {
      this.#add(packetBlock(packet, BigInt(time), directionOf(from)), time);
    });
    // All packets of one event have its time.
    const now = (): void => void (time = systemClock.wallMicros());
    return {
      bytes: (direction, bytes) => {
        now();
        script.send(endOf(direction), bytes);
      },
      end: (direction) => {
        now();
        script.finish(endOf(direction));
      },
      reset: (direction) => {
        now();
        script.reset(endOf(direction));
      },
    };
  }

  /** Adds a line of an SSLKEYLOGFILE, in front of the packets of this moment, which it decrypts. */
  addKey(line: string): void {
    this.#add(keyLogBlock(`${line}\n`), 0);
  }

  /** Writes what is still to be written. Call it when the sockets are closed. */
  close(): void {
    this.#flush();
    this.#file?.close();
    this.#file = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Puts a block behind the waiting ones that are not later. */
  #add(block: Uint8Array, time: number): void {
    if (this.#file === null) return;
    const waiting = this.#waiting;
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.time ?? 0) > time) at--;
    waiting.splice(at, 0, { block, time });
    this.#waitingSize += block.length;
    if (this.#waitingSize >= WRITE_AT_SIZE) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), COLLECT_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const blocks = this.#waiting.map(({ block }) => block);
    this.#waiting = [];
    this.#waitingSize = 0;
    const file = this.#file;
    if (file === null || blocks.length === 0) return;
    try {
      this.#write(file, concat(blocks));
    } catch (error) {
      this.#giveUp(file, error);
    }
  }

  /** Counts the bytes when they are written whole. */
  #write(file: OutputFile, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
    this.#writtenSize += bytes.length;
  }

  #giveUp(file: OutputFile, error: unknown): void {
    this.#file = null;
    const what = `cannot write ${this.#path} any more: ${whyUnwritable(error)}`;
    this.#io.output.error(`packetpeer: ${what}; the capture ends here, the run goes on`);
    try {
      file.truncateSync(this.#writtenSize);
    } catch (error) {
      // A pipe, say, cannot be shortened: then the file ends inside a block.
      if (!(error instanceof Error)) throw error;
    }
    file.close();
  }
}

/** Throws `TypeError` for a name: sockets know addresses alone. */
function endpointOf({ hostname, port }: Address): IpEndpoint {
  const address = addressBytes(hostname);
  if (address === null) throw new TypeError(`A socket has no address "${hostname}"`);
  return { address, port };
}
