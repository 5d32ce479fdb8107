import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { systemClock } from "../../../src/net/clock.ts";
import { openServer } from "../../../src/net/open.ts";
import { tappedSocket } from "../../../src/net/tapped_socket.ts";
import { openUdpPeer } from "../../../src/net/udp.ts";
import type { DatagramHandler, DatagramSocket } from "../../../src/net/udp_socket.ts";
import type { Address } from "../../../src/packet/peer.ts";
import { TapLog } from "../../support/tap_log.ts";

/** A socket that takes a datagram or two and never sends one. */
class ScriptedSocket implements DatagramSocket {
  readonly address: Address = { hostname: "::", port: 1 };
  handler: DatagramHandler | null = null;
  readonly calls: string[] = [];

  connect(): boolean {
    this.calls.push("connect");
    return true;
  }

  start(handler: DatagramHandler): void {
    this.handler = handler;
  }

  send(payload: Uint8Array): Promise<void> {
    return payload.length > 2 ? Promise.reject(new Error("too large")) : Promise.resolve();
  }

  sendBatch(payloads: readonly Uint8Array[]): Promise<number> {
    return Promise.resolve(payloads.length - 1);
  }

  receiveNow(): boolean {
    this.calls.push("receiveNow");
    return true;
  }

  close(): Promise<void> {
    this.calls.push("close");
    return Promise.resolve();
  }
}

const PEER = { hostname: "::ffff:127.0.0.1", port: 2 };

Deno.test("tappedSocket() leaves a socket without a tap as it is", () => {
  const socket = new ScriptedSocket();
  assertStrictEquals(tappedSocket(socket, undefined), socket);
});

Deno.test("tappedSocket() tells what came and what was sent", async () => {
  const log = new TapLog();
  const socket = new ScriptedSocket();
  const watched = tappedSocket(socket, log);
  const came: string[] = [];
  watched.start({
    clock: systemClock,
    onDatagram: (payload, hostname, port, time) => {
      came.push(`${payload.toHex()} ${hostname} ${port} ${time}`);
    },
    onError: (error) => came.push(error.message),
  });
  socket.handler?.onDatagram(Uint8Array.of(7), PEER.hostname, PEER.port, 5);
  socket.handler?.onError(new Error("unreachable"));
  assertEquals(came, ["07 ::ffff:127.0.0.1 2 5", "unreachable"]);
  await watched.send(Uint8Array.of(1, 2), PEER);
  await assertRejects(() => watched.send(new Uint8Array(3), PEER), Error, "too large");
  const batch = [Uint8Array.of(3), Uint8Array.of(4), Uint8Array.of(5)];
  assertEquals(await watched.sendBatch(batch, PEER), 2);
  assertEquals(log.lines, [
    "in [::]:1 127.0.0.1:2 07",
    "out [::]:1 127.0.0.1:2 0102",
    "out [::]:1 127.0.0.1:2 03",
    "out [::]:1 127.0.0.1:2 04",
  ]);
});

Deno.test("tappedSocket() hands on everything else", async () => {
  const socket = new ScriptedSocket();
  const watched = tappedSocket(socket, new TapLog());
  assertEquals([watched.connect(PEER), watched.receiveNow()], [true, true]);
  await watched.close();
  assertEquals(socket.calls, ["connect", "receiveNow", "close"]);
});

Deno.test("both ends of UDP tell the same datagrams, with times that fit", async () => {
  const [here, there] = [new TapLog(), new TapLog()];
  const endpoint = { scheme: "udp", host: "127.0.0.1", port: 0 } as const;
  await using server = await openServer(endpoint, { tap: there });
  await using peer = await openUdpPeer("127.0.0.1", server.address.port, { tap: here });
  await peer.send(Uint8Array.of(7));
  const accepted = await server.accept();
  assertEquals((await accepted?.receive())?.payload, Uint8Array.of(7));
  await accepted?.send(Uint8Array.of(8, 9));
  assertEquals((await peer.receive())?.payload, Uint8Array.of(8, 9));
  const [a, b] = [`127.0.0.1:${peer.localAddress.port}`, `127.0.0.1:${server.address.port}`];
  assertEquals(here.lines.toSorted(), [`in ${a} ${b} 0809`, `out ${a} ${b} 07`]);
  assertEquals(there.lines.toSorted(), [`in ${b} ${a} 07`, `out ${b} ${a} 0809`]);
  const [first = 0, second = 0] = here.times;
  assert(first > 1.6e15 && first <= second, `${first} and ${second}`);
});
