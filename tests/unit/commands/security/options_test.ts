import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../../src/cli/args.ts";
import {
  checkSecurityOptions,
  CLIENT_SECURITY,
  discardedBy,
  isSecure,
  SERVER_SECURITY,
} from "../../../../src/commands/security/options.ts";
import { UsageError } from "../../../../src/errors.ts";
import type { Scheme } from "../../../../src/net/endpoint.ts";

function check(args: readonly string[], scheme: Scheme, specs = CLIENT_SECURITY): void {
  checkSecurityOptions(parseOptions(args, specs), scheme, specs);
}

Deno.test("isSecure() is true for the transports with certificates", () => {
  const schemes = ["udp", "tcp", "dtls", "tls"] as const;
  assertEquals(schemes.filter(isSecure), ["dtls", "tls"]);
});

Deno.test("discardedBy() knows what each endpoint can tell", () => {
  assertEquals(discardedBy("udp", "server"), []);
  assertEquals([discardedBy("tls", "client"), discardedBy("tls", "server")], [[], ["refused"]]);
  const records = ["replayed", "forged", "stray"] as const;
  assertEquals(discardedBy("dtls", "client"), records);
  assertEquals(discardedBy("dtls", "server"), [...records, "bad_cookie", "refused"]);
});

Deno.test("checkSecurityOptions() refuses every option on udp and tcp", () => {
  for (const [specs, scheme] of [[CLIENT_SECURITY, "udp"], [SERVER_SECURITY, "tcp"]] as const) {
    for (const { name, kind } of specs) {
      const value = { flag: "", string: "=x", count: "=300", duration: "=1s" }[kind as "flag"];
      assertThrows(
        () => check([`--${name}${value}`], scheme, specs),
        UsageError,
        `--${name} is for dtls:// and tls:// alone; leave it out on ${scheme}://`,
      );
    }
  }
});

Deno.test("checkSecurityOptions() refuses what does not go together", () => {
  const rows: readonly [string[], typeof CLIENT_SECURITY, string][] = [
    [["--key", "k"], CLIENT_SECURITY, "--key needs --cert"],
    [["--cert", "c", "--self-signed"], SERVER_SECURITY, "exclude each other"],
    [["--require-client-cert"], SERVER_SECURITY, "needs --client-ca"],
    [["--insecure", "--pin", "x"], CLIENT_SECURITY, "--insecure accepts everything"],
    [["--mtu", "255"], CLIENT_SECURITY, "write a number from 256 to 65507"],
    [["--mtu", "65508"], SERVER_SECURITY, "write a number from 256 to 65507"],
  ];
  for (const [args, specs, why] of rows) {
    assertThrows(() => check(args, "dtls", specs), UsageError, why);
  }
  assertThrows(() => check(["--mtu", "500"], "tls"), UsageError, "a stream has none");
});

Deno.test("checkSecurityOptions() lets the rest pass", () => {
  check([], "udp");
  check(["--mtu", "256", "--pin", "x", "--ca", "y", "--verify", "z"], "dtls");
  check(["--cert", "c", "--key", "k", "--client-ca", "a", "--require-client-cert"], "tls", [
    ...SERVER_SECURITY,
  ]);
});
