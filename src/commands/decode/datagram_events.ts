/** Plain datagrams of a capture as NDJSON, from the wire to the line without values in between. */

import { AsciiWriter } from "../../bytes/ascii_writer.ts";
import type { Output } from "../../cli/output.ts";
import type { CaptureReader } from "../../pcap/capture.ts";
import type { Frame } from "../../pcap/frame.ts";
import { typeName } from "../../variant/layout.ts";
import { VARIANT_MAX, type VariantType } from "../../variant/types.ts";
import { WireJson } from "../../variant/wire_json.ts";
import type { FrameTimes } from "./frame_times.ts";

const FLUSH_AT_LENGTH = 64 * 1024;
const SECOND = 1e9;
/** JavaScript writes smaller numbers with an exponent: nanoseconds. */
const MIN_PLAIN_ELAPSED = 1000;
/** Longer times have more digits than a number keeps: a million seconds, in nanoseconds. */
const MAX_PLAIN_ELAPSED = 1e15;
const POINT = 0x2e, ZERO = 0x30;

/** As many pairs of endpoints are remembered as there are numbers of so many bits. */
const PAIR_BITS = 14;

const INDEX = ascii('{"index":');
const SIZE = ascii(',"offset":0,"size":');
const FRAME = ascii(',"frame":');
const TIME = ascii(',"time":"');
const ELAPSED = ascii('Z","elapsed":');
const TEXT = ascii(',"text":"');
const END = ascii('","notes":[]}\n');
/** The end of the fields about the way, the type, and the beginning of the value. */
const TYPES: readonly Uint8Array[] = Array.from(
  { length: VARIANT_MAX },
  (_, id) => ascii(`,"ok":true,"type":"${typeName(id as VariantType)}","value":`), // a type number
);

/** Writes the lines that `FrameEvents` writes, for the packets that are the most. */
export class DatagramEvents {
  readonly #output: Output;
  readonly #times: FrameTimes;
  readonly #lines = new AsciiWriter();
  readonly #wire = new WireJson(this.#lines);
  readonly #pairs = new EndpointPairs();
  /** The second that was written last, in nanoseconds, and how. */
  #second = -1n;
  #secondText = ascii("");

  constructor(output: Output, times: FrameTimes) {
    this.#output = output;
    this.#times = times;
  }

  /** Prints the line of a datagram; false when that takes a closer look at its value. */
  print(frame: Frame, reader: CaptureReader, index: number): boolean {
    const { bytes, view, start, end } = frame;
    const lines = this.#lines, wire = this.#wire;
    const type = TYPES[end > start ? bytes[start] ?? VARIANT_MAX : VARIANT_MAX];
    if (type === undefined) return false;
    const mark = lines.length;
    lines.append(INDEX);
    lines.int(index);
    lines.append(SIZE);
    lines.int(end - start);
    lines.append(FRAME);
    lines.int(frame.number);
    this.#writeTime(frame.time);
    lines.append(this.#pairs.fields(frame, reader));
    lines.append(type);
    if (!wire.write(bytes, view, start, end)) {
      lines.length = mark;
      return false;
    }
    lines.append(TEXT);
    lines.append(wire.text.bytes, wire.text.length);
    lines.append(END);
    if (lines.length >= FLUSH_AT_LENGTH || this.#output.isTerminal) this.flush();
    return true;
  }

  /** Writes what is collected; before anything else is printed, and before waiting for more. */
  flush(): void {
    if (this.#lines.length === 0) return;
    this.#output.raw(this.#lines.written);
    this.#lines.length = 0;
  }

  #writeTime(time: bigint): void {
    if (time === 0n) return;
    const lines = this.#lines;
    let fraction = Number(time - this.#second);
    if (!(fraction >= 0 && fraction < SECOND)) {
      fraction = Number(time % BigInt(SECOND));
      this.#second = time - BigInt(fraction);
      this.#secondText = ascii(this.#times.iso(time).slice(0, -"000000000Z".length));
    }
    lines.append(TIME);
    lines.append(this.#secondText);
    lines.digits(fraction, 9);
    lines.append(ELAPSED);
    this.#writeElapsed(this.#times.elapsedNanoseconds(time));
  }

  /** As JavaScript writes the number of seconds. */
  #writeElapsed(elapsed: number): void {
    const lines = this.#lines;
    if (!(elapsed >= MIN_PLAIN_ELAPSED && elapsed < MAX_PLAIN_ELAPSED)) {
      return lines.text(String(elapsed / SECOND));
    }
    const seconds = Math.floor(elapsed / SECOND), fraction = elapsed - seconds * SECOND;
    lines.int(seconds);
    if (fraction === 0) return;
    lines.code(POINT);
    lines.digits(fraction, 9);
    while (lines.bytes[lines.length - 1] === ZERO) lines.length--;
  }
}

/** The fields about two endpoints, kept as bytes: few pairs send most packets. Bounded. */
class EndpointPairs {
  /** Source address, destination address and ports. */
  readonly #keys = new Int32Array(3 << PAIR_BITS);
  readonly #paths: (readonly string[] | null)[] = new Array(1 << PAIR_BITS).fill(null);
  readonly #fields: Uint8Array[] = new Array(1 << PAIR_BITS).fill(INDEX);

  /** `,"source":…,"destination":…,"protocol":"udp","path":…`. */
  fields(frame: Frame, reader: CaptureReader): Uint8Array {
    const source = frame.view.getInt32(frame.sourceAt);
    const destination = frame.view.getInt32(frame.destinationAt);
    const ports = frame.sourcePort << 16 | frame.destinationPort;
    const hash = Math.imul(source ^ Math.imul(destination, 0x9e3779b1) ^ ports, 0x85ebca6b);
    const slot = hash >>> (32 - PAIR_BITS);
    const keys = this.#keys, at = slot * 3, { names } = frame.path;
    const isHere = keys[at] === source && keys[at + 1] === destination &&
      keys[at + 2] === ports && this.#paths[slot] === names;
    if (isHere) return this.#fields[slot] ?? INDEX; // the slot is below the size
    const [from, to] = reader.endpointsOf(frame);
    const ends = `,"source":"${from}","destination":"${to}"`;
    const fields = ascii(`${ends},"protocol":"udp","path":"${names.join(":")}"`);
    keys.set([source, destination, ports], at);
    this.#paths[slot] = names;
    this.#fields[slot] = fields;
    return fields;
  }
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
