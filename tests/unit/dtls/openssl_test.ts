import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { loadOpenSsl, Timeval } from "../../../src/dtls/openssl.ts";
import { PeerError } from "../../../src/errors.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

opensslTest("loadOpenSsl() tells version and file", (openssl) => {
  assertMatch(openssl.version, /^3\.\d+\.\d+$/);
  assertMatch(openssl.path, /ssl/);
});

opensslTest(
  "loadOpenSsl() hands out the loaded library until the last user closes it",
  (openssl) => {
    const location = Deno.env.get("PACKETPEER_LIBSSL") ?? "";
    const second = loadOpenSsl({ location });
    assert(second === openssl);
    second.close();
    assertEquals(openssl.sha256(new Uint8Array(0)).toHex().slice(0, 8), "e3b0c442");
  },
);

Deno.test("loadOpenSsl() says what to install where there is none", () => {
  const error = assertThrows(() => loadOpenSsl({ location: "/nowhere/at/all" }), PeerError);
  assertEquals(error.code, "ERR_UNAVAILABLE");
  assertMatch(error.message, /^DTLS and TLS need OpenSSL 3, .*"\/nowhere\/at\/all".*install/);
});

opensslTest("OpenSsl.randomBytes() differ", (openssl) => {
  assertEquals(openssl.randomBytes(16).length, 16);
  assert(openssl.randomBytes(16).toHex() !== openssl.randomBytes(16).toHex());
});

opensslTest("OpenSsl.collect() gives all that was written, however much", (openssl) => {
  const bytes = new Uint8Array(200_000).map((_, i) => i);
  const collected = openssl.collect(
    (bio) => openssl.crypto.BIO_write(bio, bytes, bytes.length),
    "copy",
  );
  assertEquals(collected, bytes);
  assertEquals(openssl.collect(() => 0, "copy").length, 0);
});

opensslTest("OpenSsl.withBytes() ends after the bytes", (openssl) => {
  const target = new Uint8Array(10);
  const counts = openssl.withBytes(new Uint8Array([1, 2, 3]), (bio) => [
    openssl.crypto.BIO_read(bio, target, 10),
    openssl.crypto.BIO_read(bio, target, 10),
  ]);
  assertEquals(counts, [3, 0]);
});

opensslTest("OpenSsl.check() and need() throw OpenSSL's reasons and forget them", (openssl) => {
  const { crypto } = openssl;
  const read = (): unknown =>
    openssl.need(
      openssl.withBytes(new Uint8Array(3), (bio) => crypto.d2i_X509_bio(bio, null)),
      "read it",
    );
  const error = assertThrows(read, PeerError);
  assertMatch(error.message, /^cannot read it: .+/);
  assertEquals(crypto.ERR_get_error(), 0);
  const silent = assertThrows(() => openssl.check(0, "do it"), PeerError);
  assertEquals(silent.message, "cannot do it: OpenSSL gives no reason");
});

Deno.test("Timeval reads the layouts of the systems", () => {
  const long = new Timeval(false);
  new DataView(long.bytes.buffer).setBigInt64(0, 3n, true);
  new DataView(long.bytes.buffer).setBigInt64(8, 250_000n, true);
  assertEquals(long.milliseconds(), 3250);
  const short = new Timeval(true);
  new DataView(short.bytes.buffer).setInt32(0, 3, true);
  new DataView(short.bytes.buffer).setInt32(4, 250_000, true);
  assertEquals(short.milliseconds(), 3250);
});

Deno.test("loadOpenSsl() says that Deno must permit it", async () => {
  const module = new URL("../../../src/dtls/openssl.ts", import.meta.url).href;
  const code = `import { loadOpenSsl } from ${JSON.stringify(module)};
    try { loadOpenSsl(); } catch (error) { console.log(error.code, error.message); }`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout } = await child.output();
  assertEquals(
    new TextDecoder().decode(stdout),
    "ERR_UNAUTHORIZED Deno may not load OpenSSL; run with --allow-ffi\n",
  );
});
