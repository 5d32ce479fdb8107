import { assertEquals } from "@std/assert";
import { openCcm } from "../../../src/dtls/ccm.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

opensslTest("openCcm() opens a tag around nothing, and no other one", (openssl) => {
  const empty = new Uint8Array(0);
  const box = {
    key: new Uint8Array(32),
    nonce: new Uint8Array(12),
    additional: empty,
    ciphertext: empty,
  };
  const tag = Uint8Array.fromHex("a890265e43a26855f269b93ff4dddef6");
  assertEquals(openCcm(openssl, { ...box, tag }), empty);
  assertEquals(openCcm(openssl, { ...box, tag: new Uint8Array(16) }), null);
  assertEquals(openCcm(openssl, { ...box, additional: new Uint8Array(1), tag }), null);
});
