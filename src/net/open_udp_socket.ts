/**
 * Which kind of UDP socket to open: the quick one where it works (see `fast_udp_socket.ts`), else
 * the portable one. The quick one is not read before, and not at all where it cannot be used.
 */

import { tappedSocket } from "./tapped_socket.ts";
import { type DatagramSocket, UdpSocket } from "./udp_socket.ts";
import type { WireTap } from "./wire_tap.ts";

/** Opens a socket that is bound to an IP address and port, 0 for any. Throws `PeerError`. */
export type OpenUdpSocket = (hostname: string, port: number) => DatagramSocket;

/** How sockets are made. */
export interface UdpSocketOptions {
  /** As quick as this machine can, or by Deno alone. @default {"fast"} */
  readonly sockets?: "fast" | "portable";
  /** Looks on while datagrams come and go. */
  readonly tap?: WireTap;
}

const FAST_MODULE: string = "./fast_udp_socket.ts";

/** How to open sockets here. */
export async function udpSocketOpener(
  { sockets = "fast", tap }: UdpSocketOptions,
): Promise<OpenUdpSocket> {
  const open = sockets === "fast" ? openFast ?? await quickestOpener() : openPortable;
  return (hostname, port) => tappedSocket(open(hostname, port), tap);
}

function openPortable(hostname: string, port: number): UdpSocket {
  return new UdpSocket(hostname, port);
}

/** The quick way, once it is loaded: permissions and an import take long, even when it is done. */
let openFast: OpenUdpSocket | null = null;

async function quickestOpener(): Promise<OpenUdpSocket> {
  if (!isWorthTrying()) return openPortable;
  // The type says what the file exports; a literal import would be read at every start.
  const fast: typeof import("./fast_udp_socket.ts") = await import(FAST_MODULE);
  return openFast = fast.openFastUdpSocket;
}

/** Nobody is asked for a permission: without it, the portable way does. */
function isWorthTrying(): boolean {
  if (Deno.build.os !== "linux" || !isGranted({ name: "ffi" })) return false;
  const url = new URL(FAST_MODULE, import.meta.url);
  return url.protocol !== "file:" || isGranted({ name: "read", path: url });
}

function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}
