import { assertEquals, assertInstanceOf } from "@std/assert";
import { FastUdpSocket } from "../../../src/net/fast_udp_socket.ts";
import { udpSocketOpener } from "../../../src/net/open_udp_socket.ts";
import { UdpSocket } from "../../../src/net/udp_socket.ts";
import { fastTest } from "../../support/fast_sockets.ts";

fastTest("udpSocketOpener() opens the quick kind where it works", async () => {
  const socket = (await udpSocketOpener({}))("127.0.0.1", 0);
  assertInstanceOf(socket, FastUdpSocket);
  await socket.close();
});

Deno.test("udpSocketOpener() opens the portable kind where it is told to", async () => {
  const socket = (await udpSocketOpener({ sockets: "portable" }))("127.0.0.1", 0);
  assertInstanceOf(socket, UdpSocket);
  assertEquals(socket instanceof FastUdpSocket, false);
  assertEquals([socket.connect(socket.address), socket.receiveNow()], [false, false]);
  await socket.close();
});

/** As at the start of a program: the quick sockets are not loaded. */
const FRESH = new URL("../../../src/net/open_udp_socket.ts?fresh", import.meta.url).href;
const fresh: typeof import("../../../src/net/open_udp_socket.ts") = await import(FRESH);

for (const permission of ["ffi", "read"] as const) {
  Deno.test({
    name: `udpSocketOpener() does without the permission "${permission}"`,
    permissions: { net: true, ffi: permission !== "ffi", read: permission !== "read" },
    fn: async () => {
      const socket = (await fresh.udpSocketOpener({}))("127.0.0.1", 0);
      assertEquals(socket instanceof FastUdpSocket, false);
      await socket.close();
    },
  });
}

Deno.test({
  name: "udpSocketOpener() does without native code that was permitted before",
  permissions: { net: true, ffi: false },
  fn: async () => {
    const socket = (await udpSocketOpener({}))("127.0.0.1", 0);
    assertEquals(socket instanceof FastUdpSocket, false);
    await socket.close();
  },
});
