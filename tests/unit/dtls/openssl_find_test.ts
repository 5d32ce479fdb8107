import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { installHint, libraryCandidates } from "../../../src/dtls/openssl_find.ts";

const LINUX = { os: "linux", arch: "x86_64" };
const MACOS = { os: "darwin", arch: "aarch64" };
const WINDOWS = { os: "windows", arch: "x86_64" };

Deno.test("libraryCandidates() leaves Linux to the loader, by the library's version", () => {
  assertEquals(libraryCandidates(LINUX)[0], { crypto: "libcrypto.so.3", ssl: "libssl.so.3" });
});

Deno.test("libraryCandidates() looks at Homebrew and MacPorts, never at macOS's own", () => {
  const found = libraryCandidates(MACOS);
  assertEquals(found[0]?.ssl, "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib");
  assert(found.some(({ ssl }) => ssl === "/opt/local/lib/libssl.3.dylib"));
  assert(found.every(({ ssl, crypto }) => ssl.includes(".3.") && crypto.includes(".3.")));
});

Deno.test("libraryCandidates() names Windows' libraries by the processor", () => {
  assertEquals(libraryCandidates(WINDOWS)[0]?.ssl, "libssl-3-x64.dll");
  assertEquals(
    libraryCandidates({ ...WINDOWS, arch: "aarch64" })[0]?.ssl,
    "libssl-3-arm64.dll",
  );
});

Deno.test("libraryCandidates() takes a folder, with or without its last separator", () => {
  for (const folder of ["/opt/ssl/lib", "/opt/ssl/lib/"]) {
    assertEquals(libraryCandidates(LINUX, folder)[0], {
      crypto: "/opt/ssl/lib/libcrypto.so.3",
      ssl: "/opt/ssl/lib/libssl.so.3",
    });
  }
  assertEquals(libraryCandidates(WINDOWS, "D:\\ssl")[0]?.ssl, "D:\\ssl\\libssl-3-x64.dll");
});

Deno.test("libraryCandidates() takes either file of a pair", () => {
  const pair = { crypto: "/x/libcrypto.so.3", ssl: "/x/libssl.so.3" };
  assertEquals(libraryCandidates(LINUX, "/x/libssl.so.3"), [pair]);
  assertEquals(libraryCandidates(LINUX, "/x/libcrypto.so.3"), [pair]);
  assertEquals(libraryCandidates(WINDOWS, "D:\\libssl-3-x64.dll"), [
    { crypto: "D:\\libcrypto-3-x64.dll", ssl: "D:\\libssl-3-x64.dll" },
  ]);
  assertEquals(libraryCandidates(LINUX, "libssl.so"), [
    { crypto: "libcrypto.so", ssl: "libssl.so" },
  ]);
});

Deno.test("installHint() says what to install on each system", () => {
  assertStringIncludes(installHint(LINUX), "apt install libssl3");
  assertStringIncludes(installHint(MACOS), "brew install openssl@3");
  assertStringIncludes(installHint(WINDOWS), "winget install");
  assertStringIncludes(installHint(LINUX), "PACKETPEER_LIBSSL");
});
