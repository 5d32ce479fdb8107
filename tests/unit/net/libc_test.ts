import { assert, assertEquals } from "@std/assert";
import { Libc } from "../../../src/net/libc.ts";
import { socketAddress } from "../../../src/net/socket_address.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { fastTest } from "../../support/fast_sockets.ts";

const AF_INET = 2;

function openLibc(): Libc {
  const libc = Libc.open();
  assert(libc !== null);
  return libc;
}

fastTest("Libc finds UDP sockets by their ports, in any order, among others", () => {
  const libc = openLibc();
  using first = new BareUdp();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using second = new BareUdp();
  const files = [first, second, first].map(({ port }) => libc.findSocket(port, AF_INET));
  assert(files.every((file) => file !== null));
  assertEquals(files[2], files[0]);
  assert(files[1] !== files[0]);
  assertEquals(libc.findSocket(listener.addr.port, AF_INET), null);
  assertEquals(libc.findSocket(1, AF_INET), null);
  assertEquals(libc.findSocket(first.port, 10), null);
  libc.close();
});

fastTest("Libc tells a refused datagram once", async () => {
  const libc = openLibc();
  using socket = new BareUdp();
  const file = libc.findSocket(socket.port, AF_INET);
  assert(file !== null);
  const target = { hostname: "127.0.0.1", port: closedPort() };
  assert(libc.connect(file, socketAddress(target) ?? new Uint8Array()));
  assertEquals(libc.takeError(file), null);
  await socket.send("anybody?", target);
  assertEquals(libc.takeError(file)?.message, "ECONNREFUSED");
  assertEquals(libc.takeError(file), null);
  libc.close();
});

fastTest("Libc does not connect IPv4 to IPv6", () => {
  const libc = openLibc();
  using socket = new BareUdp();
  const file = libc.findSocket(socket.port, AF_INET);
  const target = socketAddress({ hostname: "::1", port: 9 });
  assert(file !== null && target !== null);
  assertEquals(libc.connect(file, target), false);
  libc.close();
});

Deno.test({
  name: "Libc is not opened without the permission",
  permissions: { ffi: false },
  fn: () => assertEquals(Libc.open(), null),
});

function closedPort(): number {
  using socket = new BareUdp();
  return socket.port;
}
