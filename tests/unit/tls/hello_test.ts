import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readClientHello, readServerHello } from "../../../src/tls/hello.ts";
import { concat } from "../../support/pcap_builder.ts";
import {
  CLIENT_RANDOM,
  clientHello,
  DTLS12,
  extension,
  SERVER_RANDOM,
  serverHello,
  serverName,
  tls13ServerHello,
} from "../../support/secure_records.ts";

const SUITES = [0x1301, 0xc02b, 0x0a0a];
const ALPN = extension(16, [0, 7, 2, 0x68, 0x32, 3, 0x61, 0x1b, 0x63]);

Deno.test("readClientHello() reads what is offered", () => {
  const versions = extension(43, [6, 0x0a, 0x0a, 3, 4, 3, 3]);
  const extensions = [serverName("game.example"), ALPN, versions];
  assertEquals(readClientHello(clientHello({ suites: SUITES, extensions }), false), {
    version: 0x0304,
    random: CLIENT_RANDOM,
    suites: SUITES,
    serverName: "game.example",
    protocols: ["h2", "a\\x1bc"],
    hasCookie: false,
  });
});

Deno.test("readClientHello() reads the cookie of DTLS, whose versions count downwards", () => {
  const read = (cookie: string, versions: readonly number[]) =>
    readClientHello(
      clientHello({ version: DTLS12, cookie, extensions: [extension(43, versions)] }),
      true,
    );
  const first = read("", [4, 0xfe, 0xfd, 0xfe, 0xfc]);
  assertEquals([first?.version, first?.hasCookie], [0xfefc, false]);
  assertEquals(read("cookie", [2, 3, 4])?.version, DTLS12);
  assertEquals(read("cookie", [2, 3, 4])?.hasCookie, true);
});

Deno.test("readClientHello() reads hellos without extensions", () => {
  const body = clientHello().subarray(0, -2);
  assertEquals(readClientHello(body, false)?.suites, [0xc02b]);
  assertEquals(readClientHello(body, false)?.serverName, null);
});

Deno.test("readServerHello() reads what is chosen", () => {
  assertEquals(readServerHello(serverHello()), {
    version: 0x0303,
    random: SERVER_RANDOM,
    suite: 0xc02b,
    isRetry: false,
  });
  const tls13 = readServerHello(tls13ServerHello());
  assertEquals([tls13?.version, tls13?.suite], [0x0304, 0x1301]);
});

Deno.test("readServerHello() tells a HelloRetryRequest by its random", async () => {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("HelloRetryRequest"));
  const body = serverHello({ random: new Uint8Array(hash) });
  assertEquals(readServerHello(body)?.isRetry, true);
});

Deno.test("hellos that are cut anywhere are null, or lack their extensions", () => {
  const extensions = [serverName("game.example"), ALPN];
  const client = clientHello({ extensions });
  for (let size = 0; size < client.length; size++) {
    const hello = readClientHello(client.subarray(0, size), false);
    assertEquals(hello?.serverName ?? null, null);
  }
  const server = tls13ServerHello();
  for (let size = 0; size < server.length; size++) {
    const hello = readServerHello(server.subarray(0, size));
    assertEquals(hello?.version ?? 0x0303, 0x0303);
  }
});

Deno.test("hellos may hold anything", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isDtls) => {
    readClientHello(concat(CLIENT_RANDOM, bytes), isDtls);
    readServerHello(concat(SERVER_RANDOM, bytes));
    readClientHello(clientHello({ extensions: [bytes] }), isDtls);
  }));
});
