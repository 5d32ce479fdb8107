import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { resolveHost } from "../../../src/net/resolve.ts";

Deno.test("resolveHost() takes an address for what it is", async () => {
  assertEquals(await resolveHost("127.0.0.1"), ["127.0.0.1"]);
  assertEquals(await resolveHost("fe80::1%eth0"), ["fe80::1%eth0"]);
});

Deno.test("resolveHost() knows localhost without a DNS server", async () => {
  const addresses = await resolveHost("localhost", { timeoutMs: 20_000 });
  assert(addresses.length > 0);
  for (const address of addresses) assert(address === "::1" || address.startsWith("127."));
  assertEquals(new Set(addresses).size, addresses.length);
});

Deno.test("resolveHost() says which name is unknown", async () => {
  const error = await assertRejects(() => resolveHost("no-such-host.invalid"), PeerError);
  assertEquals(error.code, "ERR_CANT_RESOLVE");
  assertEquals(error.address, "no-such-host.invalid");
  assert(error.message.startsWith("cannot find the address of no-such-host.invalid: "));
});

Deno.test("resolveHost() rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  assertEquals(await assertRejects(() => resolveHost("localhost", { signal })), reason);
});
