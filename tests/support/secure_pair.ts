/** DTLS and TLS servers and clients on loopback for tests, with certificates made for them. */

import type { Scheme } from "../../src/net/endpoint.ts";
import { openPeer, openServer } from "../../src/net/open.ts";
import type { ClientSecurity, ServerSecurity } from "../../src/net/security.ts";
import type { PacketPeer, PacketServer } from "../../src/packet/peer.ts";
import { certificateFor, filesOf, pinOf, whyNoOpenSsl } from "./certificates.ts";

/** No wait takes longer, however busy the machine is. */
export const LIMITS = { timeoutMs: 20_000 };

/** Registers a test that needs OpenSSL; without it the test is ignored and its name says why. */
export function secureTest(name: string, test: () => Promise<void>): void {
  const why = whyNoOpenSsl();
  if (why === null) Deno.test(name, test);
  else Deno.test({ name: `${name} (${why})`, ignore: true, fn: () => {} });
}

/** Opens a server with the certificate of `localhost`. */
export async function secureServer(
  scheme: Scheme,
  security: Partial<ServerSecurity> = {},
): Promise<PacketServer> {
  const certificate = filesOf(await certificateFor("localhost", ["localhost"]));
  const endpoint = { scheme, host: "127.0.0.1", port: 0 };
  return await openServer(endpoint, { security: { certificate, ...security } });
}

/** Connects a client to it, which takes that certificate alone. */
export async function secureClient(
  server: PacketServer,
  security: ClientSecurity = {},
  limits: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = LIMITS,
): Promise<PacketPeer> {
  const pins = [pinOf(await certificateFor("localhost", ["localhost"]))];
  const { transport: scheme, address: { hostname: host, port } } = server;
  if (scheme === "memory") throw new TypeError("there is no endpoint in memory");
  return await openPeer({ scheme, host, port }, { ...limits, security: { pins, ...security } });
}
