/** What works on this machine: Deno, OpenSSL, loopback, permissions. */

import { PeerError } from "../../errors.ts";
import type { Check } from "./check.ts";
import { libraryLocation, openLibrary } from "../security/openssl_library.ts";

/** What a machine has. */
export interface MachineFacts {
  readonly deno: string;
  /** As `x86_64-unknown-linux-gnu`. */
  readonly system: string;
  readonly openssl: LibraryFacts | PeerError;
  /** Where the user says that the library is; empty: nowhere. */
  readonly libraryLocation: string;
  /** Why a socket on the loopback address cannot be had; null when it can. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  readonly permissions: Readonly<Record<PermissionName, PermissionGrant>>;
}

/** The library that was found. */
export interface LibraryFacts {
  readonly path: string;
  readonly version: string;
  /** False for a release newer than those that packetpeer knows. */
  readonly isTested: boolean;
}

/** The permissions that commands need. */
export type PermissionName = "net" | "read" | "ffi" | "write";
/** How far a permission goes. */
export type PermissionGrant = "granted" | "in part" | "no";

const PERMISSIONS: readonly PermissionName[] = ["net", "read", "ffi", "write"];
const NEEDED_FOR: Readonly<Record<PermissionName, string>> = {
  net: "every endpoint",
  read: "files and packetpeer's own modules",
  ffi: "dtls:// and tls://",
  write: "cert new",
};

/** Looks. Nobody is asked for a permission. */
export function machineFacts(): MachineFacts {
  return {
    deno: Deno.version.deno,
    system: Deno.build.target,
    openssl: libraryFacts(),
    libraryLocation: libraryLocation(),
    ipv4: loopbackFailure("127.0.0.1"),
    ipv6: loopbackFailure("::1"),
    permissions: {
      net: grantOf("net"),
      read: grantOf("read"),
      ffi: grantOf("ffi"),
      write: grantOf("write"),
    },
  };
}

/** What the facts mean. */
export function machineChecks(facts: MachineFacts): readonly Check[] {
  return [
    denoCheck(facts),
    opensslCheck(facts),
    loopbackCheck("ipv4", "127.0.0.1", facts.ipv4),
    loopbackCheck("ipv6", "::1", facts.ipv6),
    permissionCheck(facts),
  ];
}

function denoCheck({ deno, system }: MachineFacts): Check {
  const isKnown = Number(deno.split(".")[0]) >= 2;
  return {
    id: "deno",
    verdict: isKnown ? "ok" : "fail",
    text: `Deno ${deno} on ${system}`,
    advice: isKnown ? null : "packetpeer is made for Deno 2: deno upgrade",
    facts: { version: deno, system },
  };
}

function opensslCheck({ openssl, libraryLocation }: MachineFacts): Check {
  const id = "openssl";
  if (openssl instanceof PeerError) {
    const advice = "udp:// and tcp:// work without it";
    return { id, verdict: "warn", text: openssl.message, advice, facts: { version: null } };
  }
  const { path, version, isTested } = openssl;
  const from = libraryLocation === "" ? "" : ", as PACKETPEER_LIBSSL says";
  return {
    id,
    verdict: isTested ? "ok" : "warn",
    text: `OpenSSL ${version} from ${path}${from}`,
    advice: isTested ? null : "packetpeer was made for OpenSSL 3.0 to 3.6; newer ones mostly work",
    facts: { version, path },
  };
}

function loopbackCheck(id: string, address: string, failure: string | null): Check {
  if (failure === null) return { id, verdict: "ok", text: `a socket on ${address} can be opened` };
  const advice = id === "ipv6"
    ? "use IPv4 addresses: localhost may mean ::1 to one side and 127.0.0.1 to the other"
    : "without it packetpeer has no network; run with --allow-net";
  const verdict = id === "ipv6" ? "warn" : "fail";
  return { id, verdict, text: `no socket on ${address}: ${failure}`, advice };
}

function permissionCheck({ permissions }: MachineFacts): Check {
  const missing = PERMISSIONS.filter((name) => permissions[name] === "no");
  const words = PERMISSIONS.map((name) => `${name} ${permissions[name]}`).join(", ");
  const needs = missing.map((name) => `--allow-${name} for ${NEEDED_FOR[name]}`);
  return {
    id: "permissions",
    verdict: missing.some((name) => name !== "write") ? "warn" : "ok",
    text: words,
    advice: missing.length === 0 ? null : `run with ${needs.join(", ")}`,
    facts: { permissions },
  };
}

function libraryFacts(): LibraryFacts | PeerError {
  try {
    using openssl = openLibrary();
    const { path, version, isTested } = openssl;
    return { path, version, isTested };
  } catch (error) {
    if (error instanceof PeerError) return error;
    throw error;
  }
}

function loopbackFailure(hostname: string): string | null {
  try {
    Deno.listenDatagram({ transport: "udp", hostname, port: 0 }).close();
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "Deno may not use the network";
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function grantOf(name: PermissionName): PermissionGrant {
  const status = Deno.permissions.querySync({ name });
  if (status.state === "granted") return "granted";
  return status.partial ? "in part" : "no";
}
