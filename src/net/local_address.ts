/**
 * Which address of this machine a peer sees: a socket that is bound to all of them (`0.0.0.0`, `::`)
 * does not say.
 */

import type { Address } from "../packet/peer.ts";
import { isIpv4 } from "./endpoint.ts";

/** One address of the machine and the network that it is in. */
export interface LocalNetwork {
  readonly address: string;
  readonly netmask: string;
}

/** Peers whose answer is remembered. */
const MAX_KNOWN = 1024;

/** Finds local addresses, from the networks that the machine is in at the beginning. */
export class LocalAddresses {
  readonly #networks: readonly LocalNetwork[];
  readonly #known: Map<string, string> = new Map();

  constructor(networks: readonly LocalNetwork[]) {
    this.#networks = networks;
  }

  /** Those of this machine; where Deno may not ask for them, loopback alone is known. */
  static ofMachine(): LocalAddresses {
    const permission = Deno.permissions.querySync({ name: "sys", kind: "networkInterfaces" });
    return new LocalAddresses(permission.state === "granted" ? Deno.networkInterfaces() : []);
  }

  /**
   * The end of a conversation on this side: `local` itself when it says which address it is;
   * otherwise the peer's own address when it is on this machine, the address in the peer's network,
   * or the first one that is not loopback. The unspecified address where none is known.
   */
  toward(remote: Address, local: Address): Address {
    const isIpv4Peer = isIpv4(remote.hostname);
    const isBound = local.hostname !== "0.0.0.0" && local.hostname !== "::";
    if (isBound && isIpv4(local.hostname) === isIpv4Peer) return local;
    const known = this.#known.get(remote.hostname);
    const hostname = known ?? this.#find(remote.hostname, isIpv4Peer);
    if (known === undefined) this.#remember(remote.hostname, hostname);
    return { hostname, port: local.port };
  }

  #find(remote: string, isIpv4Peer: boolean): string {
    if (remote === "::1") return remote;
    if (isIpv4Peer && remote.startsWith("127.")) return "127.0.0.1";
    const candidates = this.#networks.filter(({ address }) => isIpv4(address) === isIpv4Peer);
    const found = candidates.find(({ address }) => address === remote) ??
      candidates.find((network) => contains(network, remote)) ??
      candidates.find(({ address }) => address !== "::1" && !address.startsWith("127."));
    return found?.address ?? (isIpv4Peer ? "0.0.0.0" : "::");
  }

  #remember(remote: string, hostname: string): void {
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(remote, hostname);
  }
}

/** True when an IPv4 address is in the network. IPv6 networks are told by their first half. */
function contains({ address, netmask }: LocalNetwork, remote: string): boolean {
  if (!isIpv4(remote)) return firstHalf(address) === firstHalf(remote);
  const [own, mask, other] = [address, netmask, remote].map((text) => text.split(".").map(Number));
  return mask !== undefined && mask.length === 4 &&
    mask.every((bits, i) => ((own?.[i] ?? 0) & bits) === ((other?.[i] ?? 0) & bits));
}

/** The first four groups, which are the network in nearly all of them. */
function firstHalf(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(":").length;
  const all = [...groups, ...new Array<string>(Math.max(0, missing)).fill("0")];
  return [...all, ...(tail?.split(":") ?? [])].slice(0, 4).join(":");
}
