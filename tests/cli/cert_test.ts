/** `cert` as a child process: files that openssl takes, exit codes, permissions. */

import { assert, assertEquals } from "@std/assert";
import { opensslTest } from "../support/dtls_identities.ts";
import { runCli } from "../support/run_cli.ts";

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What the openssl program says; null where there is none. */
async function openssl(cwd: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await new Deno.Command("openssl", { args, cwd, stderr: "null" }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

opensslTest(
  "packetpeer cert new writes files that openssl takes, for each kind of certificate",
  async () => {
    for (const kind of [[], ["--leaf"], ["--key-type", "ec-p256"]]) {
      await inFolder(async (cwd) => {
        const made = await runCli(["cert", "new", ...kind], { cwd });
        assertEquals([made.code, made.stderr], [0, ""]);
        if (Deno.build.os !== "windows") {
          const { mode } = await Deno.stat(`${cwd}/packetpeer.key`);
          assertEquals((mode ?? 0) & 0o777, 0o600);
        }
        const verified = await openssl(
          cwd,
          "verify",
          "-CAfile",
          "packetpeer.crt",
          "packetpeer.crt",
        );
        if (verified === null) return;
        assertEquals(verified, "packetpeer.crt: OK\n");
        const ofCert = await openssl(cwd, "x509", "-in", "packetpeer.crt", "-noout", "-pubkey");
        assertEquals(await openssl(cwd, "pkey", "-in", "packetpeer.key", "-pubout"), ofCert);
      });
    }
  },
);

opensslTest(
  "packetpeer cert new prints the pin that cert show shows, and writes over nothing",
  async () => {
    await inFolder(async (cwd) => {
      const files = ["a.crt", "a.key"];
      const made = await runCli(["cert", "new", ...files, "--name", "a.example", "-o", "json"], {
        cwd,
      });
      const { pin, names, ca } = JSON.parse(made.stdout);
      assertEquals([names, ca], [[{ type: "dns", value: "a.example" }], true]);
      const again = await runCli(["cert", "new", ...files], { cwd });
      assertEquals([again.code, again.stdout], [2, ""]);
      assertEquals(
        again.stderr,
        "packetpeer: a.crt is there already; name another file or write over it with --force\n",
      );
      const shown = await runCli(["cert", "show", "a.crt", "--pin", pin, "-o", "json"], { cwd });
      const { verdict, pin: shownPin } = JSON.parse(shown.stdout);
      assertEquals([shown.code, shownPin, verdict.rule], [0, pin, "pin"]);
      const other = await runCli([
        "cert",
        "show",
        "a.crt",
        "--ca",
        "a.crt",
        "--server-name",
        "b.example",
      ], { cwd });
      assertEquals(other.code, 1);
      assert(other.stdout.includes("it is for a.example, not for b.example"), other.stdout);
    });
  },
);

opensslTest("packetpeer cert says which permission it needs", async () => {
  const main = new URL("../../main.ts", import.meta.url).href;
  const args = ["run", "--no-prompt", "--no-check", "--allow-read", main, "cert", "new"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assertEquals(code, 3);
  assert(new TextDecoder().decode(stderr).includes("--allow-ffi"));
});

Deno.test("packetpeer cert refuses a wrong command line with 2", async () => {
  const nothing = await runCli(["cert"]);
  assertEquals(nothing.code, 2);
  assertEquals(
    nothing.stderr,
    "packetpeer: cert is followed by new or show; see packetpeer help cert\n",
  );
});
