/**
 * Names to addresses, by the system's resolver (`getaddrinfo`): it knows the hosts file, so that
 * `localhost` works without a DNS server. TCP needs none of this: Deno resolves names itself and
 * tries address by address.
 */

import type { WaitOptions } from "../packet/peer.ts";
import { PeerError } from "../errors.ts";
import { formatMs, within } from "./clock.ts";
import { isIpAddress } from "./endpoint.ts";
import { socketError } from "./socket_errors.ts";

/**
 * All addresses of a host, best first, in both families; an IP address is its own. Throws
 * `PeerError` (`ERR_CANT_RESOLVE`) when there is none.
 */
export async function resolveHost(
  host: string,
  limits: WaitOptions = {},
): Promise<readonly string[]> {
  if (isIpAddress(host)) return [host];
  const what = `cannot find the address of ${host}`;
  const timeoutError = (timeoutMs: number): PeerError =>
    new PeerError(
      "ERR_CANT_RESOLVE",
      `${what}: no answer within ${formatMs(timeoutMs)}; check the DNS server`,
      host,
    );
  return await within(limits, timeoutError, () => lookUp(host, what));
}

const DNS_MODULE: string = "node:dns/promises";

async function lookUp(host: string, what: string): Promise<readonly string[]> {
  // Costs 20 ms, so it is loaded only for names; a literal import would cost some of it anyway.
  const dns: typeof import("node:dns/promises") = await import(DNS_MODULE);
  try {
    const found = await dns.lookup(host, { all: true, order: "verbatim" });
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    throw socketError(error, "resolve", what, host);
  }
}
