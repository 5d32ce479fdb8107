import { assert, assertEquals } from "@std/assert";
import { CRYPTO_SYMBOLS, SSL_SYMBOLS } from "../../../src/dtls/openssl_symbols.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

opensslTest("the symbol tables name functions that the library has", (openssl) => {
  for (const name of Object.keys(CRYPTO_SYMBOLS)) {
    assert(typeof Reflect.get(openssl.crypto, name) === "function", name);
  }
  for (const name of Object.keys(SSL_SYMBOLS)) {
    assert(typeof Reflect.get(openssl.ssl, name) === "function", name);
  }
});

Deno.test("the symbol tables have no function in common", () => {
  const names = [...Object.keys(CRYPTO_SYMBOLS), ...Object.keys(SSL_SYMBOLS)];
  assertEquals(new Set(names).size, names.length);
});
