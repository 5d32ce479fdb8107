import { assertEquals } from "@std/assert";
import { LocalAddresses, type LocalNetwork } from "../../../src/net/local_address.ts";

const NETWORKS: readonly LocalNetwork[] = [
  { address: "127.0.0.1", netmask: "255.0.0.0" },
  { address: "::1", netmask: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
  { address: "192.0.2.10", netmask: "255.255.255.0" },
  { address: "10.1.2.3", netmask: "255.0.0.0" },
  { address: "2001:db8:0:1::10", netmask: "ffff:ffff:ffff:ffff::" },
  { address: "fe80::10", netmask: "ffff:ffff:ffff:ffff::" },
];

function toward(remote: string, local: string, networks = NETWORKS): string {
  const addresses = new LocalAddresses(networks);
  const found = addresses.toward({ hostname: remote, port: 1 }, { hostname: local, port: 2 });
  assertEquals(found.port, 2);
  // What is remembered is the same.
  const again = addresses.toward({ hostname: remote, port: 3 }, { hostname: local, port: 2 });
  assertEquals(again, found);
  return found.hostname;
}

Deno.test("LocalAddresses leaves an address that is bound as it is", () => {
  assertEquals(toward("10.9.9.9", "192.0.2.10"), "192.0.2.10");
  assertEquals(toward("::1", "::1"), "::1");
});

Deno.test("LocalAddresses finds the address that a peer sees of an unspecified one", () => {
  const cases: readonly (readonly [remote: string, local: string, expected: string])[] = [
    ["127.0.0.1", "0.0.0.0", "127.0.0.1"],
    ["127.0.0.9", "::", "127.0.0.1"],
    ["::1", "::", "::1"],
    ["192.0.2.10", "0.0.0.0", "192.0.2.10"],
    ["192.0.2.77", "0.0.0.0", "192.0.2.10"],
    ["10.200.0.1", "0.0.0.0", "10.1.2.3"],
    ["203.0.113.5", "0.0.0.0", "192.0.2.10"],
    ["10.200.0.1", "::", "10.1.2.3"],
    ["fe80::77", "::", "fe80::10"],
    ["2001:db8:0:1:2::", "::", "2001:db8:0:1::10"],
    ["2001:db8:ffff::1", "::", "2001:db8:0:1::10"],
  ];
  for (const [remote, local, expected] of cases) {
    assertEquals(toward(remote, local), expected, `${local} toward ${remote}`);
  }
});

Deno.test("LocalAddresses knows loopback without asking the machine", () => {
  assertEquals(toward("127.0.0.1", "0.0.0.0", []), "127.0.0.1");
  assertEquals(toward("::1", "::", []), "::1");
  assertEquals(toward("192.0.2.1", "::", []), "0.0.0.0");
  assertEquals(toward("2001:db8::1", "::", []), "::");
});

Deno.test("LocalAddresses.ofMachine() knows the machine's own addresses", () => {
  const addresses = LocalAddresses.ofMachine();
  for (const { address, family } of Deno.networkInterfaces()) {
    if (family === "IPv6") continue; // a link-local one may be there more than once
    const found = addresses.toward({ hostname: address, port: 1 }, { hostname: "::", port: 2 });
    assertEquals(found.hostname, address.startsWith("127.") ? "127.0.0.1" : address);
  }
});

Deno.test("LocalAddresses remembers a bounded number of peers", () => {
  const addresses = new LocalAddresses(NETWORKS);
  for (let i = 0; i < 5000; i++) {
    const remote = { hostname: `10.0.${i >> 8}.${i & 255}`, port: 1 };
    assertEquals(addresses.toward(remote, { hostname: "::", port: 2 }).hostname, "10.1.2.3");
  }
});
