import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { loadOpenSsl } from "../../../src/dtls/openssl.ts";
import { PeerError } from "../../../src/errors.ts";
import { openPeer } from "../../../src/net/open.ts";
import { RefusalWatch, socketAddress } from "../../../src/net/refusal_watch.ts";
import { UdpSocket } from "../../../src/net/udp_socket.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { hasIpv6 } from "../../support/loopback.ts";
import { LIMITS, secureTest } from "../../support/secure_pair.ts";

const isLinux = Deno.build.os === "linux";

Deno.test("socketAddress() is what C has", () => {
  const hexOf = (hostname: string): string | undefined =>
    socketAddress({ hostname, port: 0x1234 })?.toHex();
  assertEquals(hexOf("127.0.0.1"), "020012347f0000010000000000000000");
  assertEquals(hexOf("2001:db8::5"), "0a0012340000000020010db800000000000000000000000500000000");
  assertEquals(hexOf("::1"), "0a001234000000000000000000000000000000000000000100000000");
  assertEquals([hexOf("fe80::1%eth0"), hexOf("::ffff:127.0.0.1")], [undefined, undefined]);
});

for (const host of hasIpv6() ? ["127.0.0.1", "::1"] : ["127.0.0.1"]) {
  secureTest(`RefusalWatch tells of a closed port over ${host}`, async () => {
    if (!isLinux) return;
    const target = { hostname: host, port: closedPort(host) };
    const socket = new UdpSocket(host, 0);
    socket.start({ onDatagram: () => {}, onError: () => {} });
    const refused = Promise.withResolvers<Error>();
    using openssl = loadOpenSsl();
    const watch = RefusalWatch.start(socket.address, target, openssl.path, refused.resolve);
    await socket.send(new Uint8Array([1]), target);
    assertEquals((await refused.promise).message, "ECONNREFUSED");
    watch?.close();
    await socket.close();
  });
}

secureTest("openDtlsPeer() fails at once where nobody listens", async () => {
  if (!isLinux) return;
  const endpoint = { scheme: "dtls", host: "127.0.0.1", port: closedPort("127.0.0.1") } as const;
  const error = await assertRejects(() => openPeer(endpoint, LIMITS), PeerError);
  assertEquals(error.code, "ERR_CANT_CONNECT");
  assertMatch(error.message, /cannot connect to dtls:.*nobody listens there/);
});

function closedPort(host: string): number {
  using socket = new BareUdp(host);
  return socket.port;
}

secureTest("RefusalWatch watches nobody where the system's calls are not to be had", () => {
  const local = { hostname: "127.0.0.1", port: 1 };
  const watch = RefusalWatch.start(local, local, "/nowhere/libssl.so.3", () => {});
  assertEquals(watch, null);
  return Promise.resolve();
});
