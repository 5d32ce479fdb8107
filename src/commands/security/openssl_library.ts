/** Where this machine's OpenSSL is, as its user says it, and loading it. */

import { loadOpenSsl, type OpenSsl } from "../../dtls/openssl.ts";
import { LIBRARY_VARIABLE } from "../../dtls/openssl_find.ts";

/**
 * What `PACKETPEER_LIBSSL` says; empty when it is not set or Deno may not read it: nobody is asked
 * for a permission.
 */
export function libraryLocation(): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: LIBRARY_VARIABLE });
  return state === "granted" ? Deno.env.get(LIBRARY_VARIABLE) ?? "" : "";
}

/** Loads it; close it when done. Throws `PeerError` that says what to install or to permit. */
export function openLibrary(): OpenSsl {
  return loadOpenSsl({ location: libraryLocation() });
}
