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

fastTest("Libc finds a UDP socket by its port, whatever the hint", () => {
  const libc = openLibc();
  const hint = libc.nextFile();
  using socket = new BareUdp();
  const file = libc.findSocket(socket.port, AF_INET, hint);
  assertEquals(file, hint);
  for (const wrong of [-1, 0, 900, hint + 1]) {
    assertEquals(libc.findSocket(socket.port, AF_INET, wrong), file);
  }
  assertEquals(libc.findSocket(1, AF_INET, hint), null);
  assertEquals(libc.findSocket(socket.port, 10, hint), null);
  libc.close();
});

fastTest("Libc tells a refused datagram once", async () => {
  const libc = openLibc();
  using socket = new BareUdp();
  const file = libc.findSocket(socket.port, AF_INET, -1);
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
  const file = libc.findSocket(socket.port, AF_INET, -1);
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
