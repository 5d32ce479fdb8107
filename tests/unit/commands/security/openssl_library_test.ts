import { assertEquals } from "@std/assert";
import { libraryLocation, openLibrary } from "../../../../src/commands/security/openssl_library.ts";
import { opensslTest } from "../../../support/dtls_identities.ts";

Deno.test("libraryLocation() is what PACKETPEER_LIBSSL says", () => {
  assertEquals(libraryLocation(), Deno.env.get("PACKETPEER_LIBSSL") ?? "");
});

opensslTest("openLibrary() loads the library that is in use", (openssl) => {
  using opened = openLibrary();
  assertEquals(opened.version, openssl.version);
});
