/** What `decode` reads, one after the other, from whatever input: its readers' and printers' words. */

import type { Note } from "../../bytes/dissection.ts";
import type { DecodeError } from "../../errors.ts";
import type { CaptureReader } from "../../pcap/capture.ts";
import type { Frame } from "../../pcap/frame.ts";
import type { GodotVersion } from "../../variant/types.ts";

/** How the input is written. */
export type FrameFormat = "auto" | "hex" | "base64" | "raw" | "pcap" | "ndjson";

/** Whether packets have `PacketPeerStream`'s length in front. */
export type Framing = "none" | "packet-stream" | "auto";

/** How packets are decoded. */
export interface FrameDecoding {
  readonly godot: GodotVersion;
  readonly allowObjects: boolean;
}

/** How to read frames. */
export interface FrameReading {
  readonly format: FrameFormat;
  /** Null when not said: none, and in captures auto. */
  readonly framing: Framing | null;
  /** Path of the key log that captures are decrypted with. */
  readonly keylog?: string;
  /** Only some packets are wanted, or figures: what is no packet is not told. */
  readonly isSelective?: boolean;
  /** How the packets will be decoded: `auto` framing tries it. */
  readonly decoding: FrameDecoding;
}

/** One packet, or what is there in its place. */
export type InputFrame = PacketFrame | BrokenFrame | BlankFrame;

/** A packet. */
export interface PacketFrame {
  readonly kind: "packet";
  readonly bytes: Uint8Array;
  /**
   * Where the packet begins: in the stream or file, in the bytes that a line or argument spells; 0
   * in captures, where it may lie in pieces.
   */
  readonly offset: number;
  /** Where it was captured; null when it comes from elsewhere. */
  readonly origin: PacketOrigin | null;
  /** How it lay in bytes that are no capture; a capture's packets say that in their protocols. */
  readonly framing?: "packet-stream";
}

/** No packet to decode: no hex, a frame cut off … */
export interface BrokenFrame {
  readonly kind: "broken";
  readonly error: DecodeError;
  /** Where it begins, as in `PacketFrame`. */
  readonly offset: number;
  /** Bytes that are there of it. */
  readonly size: number;
}

/** An empty line. */
export interface BlankFrame {
  readonly kind: "blank";
}

/** Where, when and how a packet was captured. */
export interface PacketOrigin {
  /** Number of the capture's frame that completed the packet, from 1 on. */
  readonly frame: number;
  /** In nanoseconds since 1970-01-01 UTC; 0 when the capture does not say. */
  readonly time: bigint;
  /** `192.0.2.1:4242`, `[2001:db8::1]:4242`. */
  readonly source: string;
  readonly destination: string;
  readonly transport: "udp" | "tcp";
  /** The layers that it was under, from the link up: `eth`, `ip`, `udp`. */
  readonly protocol: readonly string[];
  /** Unusual things about how it was carried. */
  readonly notes: readonly Note[];
}

/** Some frames at once, to be used up before the next ones are asked for. */
export type FrameBatches = AsyncGenerator<Iterable<InputFrame> | CaptureBatch>;

/** Finds the packets in bytes that are complete. */
export type PacketSplitter = (bytes: Uint8Array) => Iterable<InputFrame>;

/** Decodes frames and prints them. */
export interface FramePrinter {
  /**
   * Prints a frame; false when it does not decode. The frame is used up when it answers. It answers
   * at once, unless something has to be loaded first.
   */
  print(frame: InputFrame, index: number): boolean | Promise<boolean>;
  /**
   * As `print`, for a datagram that is still in the capture's frame. A printer that has it prints
   * packets without an object for each.
   */
  printDatagram?(datagram: Frame, reader: CaptureReader, index: number): boolean;
  /** What is collected is to be printed: more may be long in coming. */
  flush?(): void;
  /** All frames have been printed: what there is to say about them together. */
  finish?(): void | Promise<void>;
}

/** The frames of a capture in a batch, or, in turns with them, its plain datagrams in place. */
export interface CaptureBatch extends Iterable<InputFrame> {
  readonly reader: CaptureReader;
  /** See `CaptureReader`. */
  nextDatagram(): Frame | null;
}
