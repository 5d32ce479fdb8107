/** Addresses and ports of captured packets as text: `192.0.2.1:4242`, `[2001:db8::1]:4242`. */

import type { Frame } from "./frame.ts";

/** As many endpoints are remembered as there are numbers of so many bits. */
const SLOT_BITS = 10;
const SLOTS = 1 << SLOT_BITS;

/**
 * Writes endpoints, remembering recent ones: few endpoints send most packets. Memory is constant,
 * whatever addresses come.
 */
export class EndpointNames {
  /** IP version and port of the endpoint in a slot. */
  readonly #ports = new Uint32Array(SLOTS);
  /** Its address: four words, of which IPv4 uses the first. */
  readonly #addresses = new Uint32Array(SLOTS * 4);
  readonly #names: string[] = new Array(SLOTS).fill("");

  /** Where the frame comes from. */
  source(frame: Frame): string {
    return this.#name(frame, frame.sourceAt, frame.sourcePort);
  }

  /** Where the frame goes. */
  destination(frame: Frame): string {
    return this.#name(frame, frame.destinationAt, frame.destinationPort);
  }

  #name(frame: Frame, at: number, port: number): string {
    const { view, family } = frame;
    const a = view.getUint32(at);
    const b = family === 6 ? view.getUint32(at + 4) : 0;
    const c = family === 6 ? view.getUint32(at + 8) : 0;
    const d = family === 6 ? view.getUint32(at + 12) : 0;
    const key = family * 0x10000 + port;
    const hash = Math.imul(a ^ b ^ c ^ d ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b);
    const slot = hash >>> (32 - SLOT_BITS);
    const word = slot * 4;
    const addresses = this.#addresses;
    if (
      this.#ports[slot] === key && addresses[word] === a && addresses[word + 1] === b &&
      addresses[word + 2] === c && addresses[word + 3] === d
    ) {
      return this.#names[slot] ?? ""; // the slot index is below SLOTS
    }
    this.#ports[slot] = key;
    addresses[word] = a;
    addresses[word + 1] = b;
    addresses[word + 2] = c;
    addresses[word + 3] = d;
    const address = addressText(view, at, family);
    const name = family === 6 ? `[${address}]:${port}` : `${address}:${port}`;
    this.#names[slot] = name;
    return name;
  }
}

/** The IP address at an offset: dotted for IPv4, as RFC 5952 says for IPv6. */
export function addressText(view: DataView, at: number, family: number): string {
  return family === 6 ? ipv6Text(view, at) : ipv4Text(view, at);
}

function ipv4Text(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${
    view.getUint8(at + 3)
  }`;
}

function ipv6Text(view: DataView, at: number): string {
  if (isMappedIpv4(view, at)) return `::ffff:${ipv4Text(view, at + 12)}`;
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(at + i * 2));
  const [start, end] = longestZeros(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (end - start < 2) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(end))}`;
}

function isMappedIpv4(view: DataView, at: number): boolean {
  return view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 &&
    view.getUint32(at + 8) === 0xffff;
}

/** The longest run of zeros, the first of several. */
function longestZeros(groups: readonly number[]): [start: number, end: number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  for (let i = 0; i < groups.length; i++) {
    if (groups[i] !== 0) start = i + 1;
    else if (i + 1 - start > best[1] - best[0]) best = [start, i + 1];
  }
  return best;
}
