/**
 * Frames as a pcapng file, for `decode -o pcapng`: packets out of captures with the addresses and
 * times that they had, as UDP datagrams and TCP streams. Streams are written anew from the packets
 * that are wanted, each behind its length where it had one, and without encryption.
 *
 * Packets that come from elsewhere get addresses for documentation (RFC 5737) and the time 0.
 */

import type { Output } from "../../cli/output.ts";
import { frame as framed } from "../../packet/deframer.ts";
import { UsageError } from "../../errors.ts";
import { MAX_UDP_PAYLOAD } from "../../packet/packet.ts";
import { parseIpEndpoint } from "../../pcap/address_bytes.ts";
import { type IpEndpoint, udpPacket } from "../../pcap/packet_headers.ts";
import { packetBlock, pcapngHeader } from "../../pcap/pcapng_writer.ts";
import { type TcpEnd, TcpScript } from "../../pcap/tcp_script.ts";
import { sayError } from "./frame_remarks.ts";
import type { FrameDecoding, FramePrinter, InputFrame, PacketOrigin } from "./input_frame.ts";

/** Where packets that were not captured come from and go to. */
const SENDER = "192.0.2.1:4242";
const RECEIVER = "192.0.2.2:4242";
/** Connections that are open at once; the one that was silent for longest ends for a new one. */
const MAX_CONNECTIONS = 8192;
const PACKET_STREAM = "packet-stream";

type Carrier = Pick<PacketOrigin, "source" | "destination" | "transport" | "time" | "protocol">;

interface Connection {
  /** Who sent the first packet. */
  readonly client: string;
  readonly script: TcpScript;
  /** Of its last packet. */
  time: bigint;
}

/** Throws `UsageError` where bytes on stdout are of no use to anybody. */
export function openFrameCapture(
  output: Output,
  { decoding, isStats }: { readonly decoding: FrameDecoding; readonly isStats: boolean },
): FrameCapture {
  if (isStats) throw new UsageError("--stats prints figures, not packets; leave out -o pcapng");
  if (!output.isTerminal) return new FrameCapture(output, decoding);
  throw new UsageError("-o pcapng would garble the terminal; redirect stdout to a file");
}

/** Writes the packets to stdout as they come; `finish` ends the streams. */
export class FrameCapture implements FramePrinter {
  readonly #output: Output;
  readonly #decoding: FrameDecoding;
  /** By both ends, the longest silent first. */
  readonly #connections: Map<string, Connection> = new Map();
  #connectionCount = 0;
  /** Of the packets that are written now. */
  #time = 0n;

  /** Writes the head of the file. */
  constructor(output: Output, decoding: FrameDecoding) {
    this.#output = output;
    this.#decoding = decoding;
    output.raw(pcapngHeader({
      resolution: "nanoseconds",
      application: "packetpeer",
      interfaceName: "decode",
    }));
  }

  print(frame: InputFrame, index: number): boolean {
    if (frame.kind === "blank") return true;
    if (frame.kind === "broken") {
      sayError(this.#output, frame, index, frame.error, this.#decoding);
      return false;
    }
    const { bytes } = frame;
    const carrier = frame.origin ?? uncaptured(bytes);
    this.#time = carrier.time;
    if (carrier.transport === "tcp") this.#writeSegment(carrier, bytes);
    else this.#writeDatagram(carrier, bytes);
    return true;
  }

  finish(): void {
    for (const connection of this.#connections.values()) this.#end(connection);
    this.#connections.clear();
  }

  #writeDatagram({ source, destination }: Carrier, payload: Uint8Array): void {
    this.#write(udpPacket(endpointOf(source), endpointOf(destination), payload));
  }

  #writeSegment(carrier: Carrier, bytes: Uint8Array): void {
    const connection = this.#connectionOf(carrier);
    connection.time = carrier.time;
    const from: TcpEnd = carrier.source === connection.client ? "client" : "server";
    const isFramed = carrier.protocol.includes(PACKET_STREAM);
    connection.script.send(from, isFramed ? framed(bytes) : bytes);
  }

  #connectionOf({ source, destination }: Carrier): Connection {
    const key = [source, destination].toSorted().join(" ");
    const connection = this.#connections.get(key) ?? this.#open(source, destination);
    this.#connections.delete(key);
    this.#connections.set(key, connection);
    return connection;
  }

  #open(source: string, destination: string): Connection {
    this.#makeRoom();
    const script = new TcpScript(
      endpointOf(source),
      endpointOf(destination),
      this.#connectionCount++,
      (_, packet) => this.#write(packet),
    );
    return { client: source, script, time: this.#time };
  }

  #makeRoom(): void {
    if (this.#connections.size < MAX_CONNECTIONS) return;
    for (const [key, oldest] of this.#connections) {
      this.#connections.delete(key);
      return this.#end(oldest);
    }
  }

  /** Ends a connection at the time of its last packet. */
  #end({ script, time }: Connection): void {
    const now = this.#time;
    this.#time = time;
    script.finish("client");
    script.finish("server");
    this.#time = now;
  }

  #write(packet: Uint8Array): void {
    this.#output.raw(packetBlock(packet, this.#time, "unknown"));
  }
}

/** How a packet travels that no capture has: in a datagram when it fits. */
function uncaptured({ length }: Uint8Array): Carrier {
  const isDatagram = length <= MAX_UDP_PAYLOAD;
  return {
    source: SENDER,
    destination: RECEIVER,
    transport: isDatagram ? "udp" : "tcp",
    time: 0n,
    protocol: isDatagram ? [] : [PACKET_STREAM],
  };
}

/** Throws `TypeError` for what is no endpoint: captures have addresses alone. */
function endpointOf(text: string): IpEndpoint {
  const endpoint = parseIpEndpoint(text);
  if (endpoint === null) throw new TypeError(`A packet has no endpoint "${text}"`);
  return endpoint;
}
