import { assert, assertEquals } from "@std/assert";
import { PeerError } from "../../../../src/errors.ts";
import {
  machineChecks,
  type MachineFacts,
  machineFacts,
} from "../../../../src/commands/doctor/machine.ts";

const GOOD: MachineFacts = {
  deno: "2.9.6",
  system: "x86_64-unknown-linux-gnu",
  openssl: { path: "libssl.so.3", version: "3.0.17", isTested: true },
  libraryLocation: "",
  ipv4: null,
  ipv6: null,
  permissions: { net: "granted", read: "granted", ffi: "granted", write: "granted" },
};

/** Verdicts by check. */
function verdicts(facts: Partial<MachineFacts>): Record<string, string> {
  const checks = machineChecks({ ...GOOD, ...facts });
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

const ALL_OK = { deno: "ok", openssl: "ok", ipv4: "ok", ipv6: "ok", permissions: "ok" };

Deno.test("machineChecks() finds nothing wrong with a machine that has everything", () => {
  assertEquals(verdicts({}), ALL_OK);
});

Deno.test("machineChecks() notes what is missing, and fails where nothing would work", () => {
  const missing = new PeerError("ERR_UNAVAILABLE", "no libssl; apt install libssl3");
  assertEquals(verdicts({ openssl: missing }), { ...ALL_OK, openssl: "warn" });
  const newer = { path: "libssl.so.3", version: "3.9.0", isTested: false };
  assertEquals(verdicts({ openssl: newer }), { ...ALL_OK, openssl: "warn" });
  assertEquals(verdicts({ deno: "1.46.0" }), { ...ALL_OK, deno: "fail" });
  assertEquals(verdicts({ ipv4: "no" }), { ...ALL_OK, ipv4: "fail" });
  assertEquals(verdicts({ ipv6: "no" }), { ...ALL_OK, ipv6: "warn" });
});

Deno.test("machineChecks() says which permission is for what", () => {
  const permissions = { ...GOOD.permissions, ffi: "no", write: "no" } as const;
  const check = machineChecks({ ...GOOD, permissions }).find(({ id }) => id === "permissions");
  assertEquals(check?.verdict, "warn");
  assert(check?.advice?.includes("--allow-ffi for dtls:// and tls://"), check?.advice ?? "");
  const writeOnly = { ...GOOD.permissions, write: "no" } as const;
  assertEquals(verdicts({ permissions: writeOnly }), ALL_OK);
});

Deno.test("machineChecks() says when the library is the user's choice", () => {
  const checks = machineChecks({ ...GOOD, libraryLocation: "/opt/ssl" });
  assert(checks.some(({ text }) => text.includes("PACKETPEER_LIBSSL")));
});

Deno.test("machineFacts() looks at this machine", () => {
  const facts = machineFacts();
  assertEquals([facts.deno, facts.system], [Deno.version.deno, Deno.build.target]);
  assertEquals(facts.ipv4, null);
  assertEquals(facts.permissions.net, "granted");
});
