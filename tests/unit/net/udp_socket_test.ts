import { assertEquals, assertThrows } from "@std/assert";
import { systemClock } from "../../../src/net/clock.ts";
import { PeerError } from "../../../src/errors.ts";
import { bindFirst, datagramSource, preferBound, UdpSocket } from "../../../src/net/udp_socket.ts";
import { BareUdp } from "../../support/bare_sockets.ts";

const SILENT = { clock: systemClock, onDatagram: (): void => {}, onError: (): void => {} };

Deno.test("UdpSocket gives each datagram memory of its own", async () => {
  const received = Promise.withResolvers<void>();
  const payloads: Uint8Array[] = [];
  const socket = new UdpSocket("127.0.0.1", 0);
  socket.start({
    ...SILENT,
    onDatagram: (payload, hostname, port) => {
      assertEquals({ hostname, port }, socket.address);
      payloads.push(payload);
      if (payloads.length === 2) received.resolve();
    },
  });
  await socket.send(new Uint8Array([1, 2, 3]), socket.address);
  await socket.send(new Uint8Array([4]), socket.address);
  await received.promise;
  await socket.close();
  await socket.close();
  assertEquals(payloads, [new Uint8Array([1, 2, 3]), new Uint8Array([4])]);
  assertEquals(payloads[0]?.buffer.byteLength, 3);
});

Deno.test("UdpSocket says which address this machine does not have", () => {
  // TEST-NET-3 belongs to nobody.
  const error = assertThrows(() => new UdpSocket("203.0.113.1", 0), PeerError);
  assertEquals([error.code, error.address], ["ERR_CANT_OPEN", "udp://203.0.113.1:0"]);
});

Deno.test("bindFirst() passes over addresses that this machine cannot use", async () => {
  const bind = (hostname: string): UdpSocket => new UdpSocket(hostname, 0);
  const { socket, hostname } = bindFirst(["203.0.113.1", "127.0.0.1"], bind);
  assertEquals(hostname, "127.0.0.1");
  await socket.close();
  const error = assertThrows(() => bindFirst(["203.0.113.1", "203.0.113.2"], bind), PeerError);
  assertEquals(error.address, "udp://203.0.113.1:0");
});

Deno.test("datagramSource() shows mapped IPv4 as IPv4", () => {
  assertEquals(datagramSource("::ffff:127.0.0.1", 5), { hostname: "127.0.0.1", port: 5 });
});

Deno.test("preferBound() finds the loopback address where somebody listens", () => {
  using socket = new BareUdp("127.0.0.1");
  const { port } = socket;
  assertEquals(preferBound(["127.0.0.2", "127.0.0.1"], port), ["127.0.0.1", "127.0.0.2"]);
  assertEquals(preferBound(["127.0.0.1", "127.0.0.2"], port), ["127.0.0.1", "127.0.0.2"]);
  assertEquals(preferBound(["::1", "127.0.0.1"], port), ["127.0.0.1", "::1"]);
});

Deno.test("preferBound() leaves the order alone where nobody listens, or elsewhere", () => {
  assertEquals(preferBound(["127.0.0.2", "127.0.0.1"], freePort()), ["127.0.0.2", "127.0.0.1"]);
  using socket = new BareUdp("127.0.0.1");
  const mixed = ["203.0.113.1", "127.0.0.1"];
  assertEquals(preferBound(mixed, socket.port), mixed);
});

/** A port that was free a moment ago. */
function freePort(): number {
  using socket = new BareUdp();
  return socket.port;
}
