/** A wire tap that writes down what it is told. */

import { type Address, formatAddress } from "../../src/packet/peer.ts";
import type {
  ConnectionTap,
  WireDatagram,
  WireDirection,
  WireTap,
} from "../../src/net/wire_tap.ts";

/** Collects lines: `out 127.0.0.1:1 127.0.0.1:2 0a0b`, `open in …`, `in 0a0b`, `end out`. */
export class TapLog implements WireTap, ConnectionTap {
  readonly lines: string[] = [];
  readonly times: number[] = [];

  datagram({ direction, local, remote, bytes, time }: WireDatagram): void {
    const ends = `${formatAddress(local)} ${formatAddress(remote)}`;
    this.lines.push(`${direction} ${ends} ${bytes.toHex()}`);
    this.times.push(time);
  }

  connection(opener: WireDirection, local: Address, remote: Address): ConnectionTap {
    this.lines.push(`open ${opener} ${formatAddress(local)} ${formatAddress(remote)}`);
    return this;
  }

  bytes(direction: WireDirection, bytes: Uint8Array): void {
    this.lines.push(`${direction} ${bytes.toHex()}`);
  }

  end(direction: WireDirection): void {
    this.lines.push(`end ${direction}`);
  }

  reset(direction: WireDirection): void {
    this.lines.push(`reset ${direction}`);
  }
}
