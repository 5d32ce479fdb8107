/**
 * Endpoints: URLs that say transport and address, `udp://host:port`. Only the text is read here;
 * `resolve.ts` turns names into addresses and `open.ts` opens sockets.
 */

import { UsageError } from "../errors.ts";
import { type Address, formatAddress } from "../packet/peer.ts";

/** The transports that this version opens. */
export type Scheme = "udp" | "tcp" | "dtls" | "tls";

/** What an endpoint is for: the two read an empty host and port 0 differently. */
export type EndpointUse = "listen" | "connect";

/** A parsed endpoint. */
export interface Endpoint {
  readonly scheme: Scheme;
  /** A name, an IPv4 or IPv6 address (without brackets, perhaps with `%zone`), in lower case. */
  readonly host: string;
  /** 0 on `listen` only: any free port. */
  readonly port: number;
}

const SCHEMES: readonly Scheme[] = ["udp", "tcp", "dtls", "tls"];
const LATER_SCHEMES: readonly string[] = ["ws", "wss", "enet"];
const LOOPBACK = "127.0.0.1";
const MAX_PORT = 65535;

/** Writes an endpoint as a URL: `udp://[::1]:4242`. */
export function formatEndpoint(scheme: string, address: Address): string {
  return `${scheme}://${formatAddress(address)}`;
}

/**
 * Reads an endpoint. On `listen` an empty host is loopback and port 0 is any free port. Throws
 * `UsageError` that says what is accepted.
 */
export function parseEndpoint(text: string, use: EndpointUse): Endpoint {
  const parts = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(.*)$/.exec(text);
  if (parts === null) throw noScheme(text);
  const [, schemeText = "", rest = ""] = parts;
  const scheme = parseScheme(schemeText.toLowerCase(), text);
  const { host, port } = splitAuthority(rest, text);
  return {
    scheme,
    host: parseHost(host, use, text),
    port: parsePort(port, use, text),
  };
}

/** The address of one end of a connection. Throws `TypeError` for what is not TCP. */
export function addressOf(addr: Deno.Addr): Address {
  if (addr.transport !== "tcp") throw new TypeError("a TCP connection has TCP addresses");
  return { hostname: canonicalHost(addr.hostname), port: addr.port };
}

/** True for an IPv4 or IPv6 address, as opposed to a name. */
export function isIpAddress(host: string): boolean {
  return isIpv4(host) || host.includes(":");
}

/** True for an IPv4 address with its four parts. */
export function isIpv4(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/**
 * One spelling for each address, the one that sockets report: IPv6 in its shortest form without
 * `%zone`, an IPv4 address that a dual-stack socket shows as `::ffff:a.b.c.d` as IPv4. Names stay.
 */
export function canonicalHost(host: string): string {
  if (!host.includes(":")) return host;
  const withoutZone = host.replace(/%.*$/, "");
  const shortest = URL.parse(`http://[${withoutZone}]`)?.hostname.slice(1, -1) ?? withoutZone;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest);
  if (mapped === null) return shortest;
  const [high, low] = [parseInt(mapped[1] ?? "", 16), parseInt(mapped[2] ?? "", 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function parseScheme(scheme: string, text: string): Scheme {
  const known = SCHEMES.find((candidate) => candidate === scheme);
  if (known !== undefined) return known;
  if (LATER_SCHEMES.includes(scheme)) {
    throw wrong(
      text,
      `this version has no ${scheme} transport yet; use udp://, tcp://, dtls:// or tls://`,
    );
  }
  const nearest = nearestScheme(scheme);
  const meant = nearest === null ? "" : `did you mean ${nearest}://? `;
  throw wrong(
    text,
    `there is no transport "${scheme}"; ${meant}use udp://, tcp://, dtls:// or tls://`,
  );
}

/** The scheme that shares most letters with a mistyped one: `upd`, `tcpp`, `utp`. */
function nearestScheme(scheme: string): string | null {
  const candidates = [...SCHEMES, ...LATER_SCHEMES];
  const misses = candidates.map((candidate) => letterDifference(scheme, candidate));
  const fewest = Math.min(...misses);
  return fewest <= 2 ? candidates[misses.indexOf(fewest)] ?? null : null;
}

/** How many letters of the two words find no partner in the other. */
function letterDifference(a: string, b: string): number {
  let rest = b;
  let unmatched = 0;
  for (const letter of a) {
    if (rest.includes(letter)) rest = rest.replace(letter, "");
    else unmatched++;
  }
  return unmatched + rest.length;
}

/** Splits `host:port`, `[v6]:port`, with an optional `/` at the end. */
function splitAuthority(rest: string, text: string): { host: string; port: string } {
  const tail = /[/?#]/.exec(rest);
  if (tail !== null && rest.slice(tail.index) !== "/") {
    throw wrong(text, "an endpoint ends after the port; leave out the path");
  }
  const authority = tail === null ? rest : rest.slice(0, -1);
  if (authority.includes("@")) throw wrong(text, "an endpoint has no user name; leave it out");
  const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::([^:]*))?$/.exec(authority);
  if (parts === null) throw wrong(text, notHostPort(authority));
  const [, host = "", port] = parts;
  if (port === undefined) throw wrong(text, "it names no port; write udp://host:port");
  return { host, port };
}

function notHostPort(authority: string): string {
  const colons = authority.split(":").length - 1;
  return colons > 1 && !authority.includes("[")
    ? "an IPv6 address stands in brackets; write udp://[::1]:4242, say"
    : "this is not host:port; write udp://127.0.0.1:4242 or udp://[::1]:4242, say";
}

function parseHost(host: string, use: EndpointUse, text: string): string {
  if (host === "") {
    if (use === "listen") return LOOPBACK;
    throw wrong(text, "it names no host to connect to; write udp://127.0.0.1:4242, say");
  }
  if (host === "*") {
    throw wrong(text, "* is no host; all interfaces are 0.0.0.0 (IPv4) or [::] (IPv6 and IPv4)");
  }
  if (host.startsWith("[")) return parseBracketed(host.slice(1, -1), text);
  if (/^[\d.]+$/.test(host)) {
    if (isIpv4(host)) return host;
    throw wrong(text, `"${host}" is no IPv4 address; write four numbers from 0 to 255`);
  }
  const name = asciiName(host);
  if (name === null) throw wrong(text, `"${host}" is no host name; check its spelling`);
  return name;
}

/** Lower case, and international names in the form that resolvers know; null for no name. */
function asciiName(host: string): string | null {
  // Classes of Unicode take more than a millisecond to load.
  if (/^[a-z]+$/.test(host)) return host;
  if (!/^[\p{L}\p{M}\p{N}_.-]+$/u.test(host)) return null;
  return URL.parse(`http://${host}`)?.hostname ?? null;
}

function parseBracketed(inside: string, text: string): string {
  const [address = "", zone] = inside.split("%", 2);
  const isAddress = address.includes(":") && URL.canParse(`http://[${address}]`);
  if (!isAddress || zone === "") {
    throw wrong(text, `"${inside}" is no IPv6 address; write [::1], say`);
  }
  return inside.toLowerCase();
}

function parsePort(port: string, use: EndpointUse, text: string): number {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : NaN;
  if (!(number <= MAX_PORT)) {
    throw wrong(text, `"${port}" is no port; write a number from 1 to ${MAX_PORT}`);
  }
  if (number === 0 && use === "connect") {
    throw wrong(text, "port 0 is for listening only; name the port to connect to");
  }
  return number;
}

function noScheme(text: string): UsageError {
  const isAddress = /^(\[.*\]|[^:/]+):\d+$/.test(text);
  return wrong(
    text,
    isAddress
      ? `it names no transport; write udp://${text} or tcp://${text}`
      : "write udp://host:port or tcp://host:port",
  );
}

function wrong(text: string, why: string): UsageError {
  return new UsageError(`bad endpoint "${text}": ${why}`);
}
