import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import type { ParsedOptions } from "../../../../src/cli/command.ts";
import { optionsOf } from "../../../../src/cli/common_options.ts";
import { cert } from "../../../../src/commands/cert.ts";
import { certNew, requestOf } from "../../../../src/commands/cert/new.ts";
import { readCertificates } from "../../../../src/dtls/certificate.ts";
import { UsageError } from "../../../../src/errors.ts";
import { opensslTest } from "../../../support/dtls_identities.ts";
import { memoryIo } from "../../../support/memory_io.ts";

const options = (...args: string[]): ParsedOptions => parseOptions(args, optionsOf(cert));
const EC = ["--key-type", "ec-p256"];

Deno.test("requestOf() is for this machine alone unless told otherwise", () => {
  const request = requestOf(options(), 1_000_000);
  assertEquals(request.commonName, "localhost");
  assertEquals(request.names, ["localhost", "127.0.0.1", "::1"]);
  assertEquals([request.key, request.isCa], ["rsa-2048", true]);
  assertEquals([request.notBefore, request.notAfter], [996_400, 1_000_000 + 3650 * 86_400]);
});

Deno.test("requestOf() takes names, addresses, days and CA:FALSE", () => {
  const args = ["--name", "a.example", "--name", "b.example", "--address", "::1", "--days", "2"];
  const request = requestOf(options(...args, "--leaf"), 0);
  assertEquals([request.commonName, request.isCa], ["a.example", false]);
  assertEquals(request.names, ["a.example", "b.example", "::1"]);
  assertEquals(request.notAfter, 172_800);
  assertEquals(requestOf(options("--address", "192.0.2.1"), 0).commonName, "192.0.2.1");
});

Deno.test("requestOf() refuses names as addresses and no days at all", () => {
  assertThrows(() => requestOf(options("--address", "a.example"), 0), UsageError, "no IP address");
  assertThrows(() => requestOf(options("--days", "0"), 0), UsageError, "1 day at least");
});

opensslTest(
  "certNew() writes a certificate and a secret key, and prints the pin",
  async (openssl) => {
    const io = memoryIo();
    assertEquals(await certNew(["a.crt", "a.key"], options(...EC), io), 0);
    const written = io.system.written;
    assertEquals([...written.keys()].sort(), ["a.crt", "a.key"]);
    assertEquals([written.get("a.crt")?.isSecret, written.get("a.key")?.isSecret], [false, true]);
    assert(written.get("a.key")?.text.startsWith("-----BEGIN PRIVATE KEY-----"));
    const pem = new TextEncoder().encode(written.get("a.crt")?.text);
    const [made] = readCertificates(openssl, pem, "a.crt");
    assertEquals(made?.key.type, "EC");
    assert(io.stdoutText().includes(`sha256:${made?.sha256}`), io.stdoutText());
  },
);

opensslTest("certNew() writes over nothing without --force", async () => {
  const io = memoryIo({ files: { "k.pem": "old" } });
  const args = [...EC, "--cert", "c.pem", "--key", "k.pem"];
  await assertRejects(
    () => certNew([], options(...args), io),
    UsageError,
    "k.pem is there already",
  );
  assertEquals(io.system.written.size, 0);
  assertEquals(await certNew([], options(...args, "--force"), io), 0);
  assertEquals(io.system.written.size, 2);
});

Deno.test("certNew() refuses files that contradict each other", async () => {
  const io = memoryIo();
  const cases: [files: string[], args: string[], message: string][] = [
    [["a", "b", "c"], [], `got "c"`],
    [["a"], ["--cert", "b"], "name the file once"],
    [["a", "a"], [], "name two files"],
  ];
  for (const [files, args, message] of cases) {
    await assertRejects(() => certNew(files, options(...args), io), UsageError, message);
  }
});
