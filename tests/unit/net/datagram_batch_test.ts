import { assert, assertEquals } from "@std/assert";
import { ReceiveBatch, SendBatch } from "../../../src/net/datagram_batch.ts";
import { BATCH_SIZE, Libc } from "../../../src/net/libc.ts";
import { readSocketAddress, socketAddress } from "../../../src/net/socket_address.ts";
import { BareUdp } from "../../support/bare_sockets.ts";
import { fastTest } from "../../support/fast_sockets.ts";

/** Two sockets and the calls; everything between them goes through the batches. */
function withSockets(
  run: (libc: Libc, from: BareUdp, to: BareUdp, files: { from: number; to: number }) => void,
): void {
  const libc = Libc.open();
  assert(libc !== null);
  using a = new BareUdp();
  using b = new BareUdp();
  const [from, to] = [libc.findSocket(a.port, 2), libc.findSocket(b.port, 2)];
  assert(from !== null && to !== null);
  run(libc, a, b, { from, to });
  libc.close();
}

function received(batch: ReceiveBatch, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const start = batch.startOf(i);
    return batch.bytes.slice(start, start + batch.sizeOf(i));
  });
}

fastTest(
  "SendBatch and ReceiveBatch carry datagrams of any size, with their source",
  () =>
    withSockets((libc, from, to, files) => {
      const payloads = [0, 1, 64, 1400, 60_000, 3].map((size) => new Uint8Array(size).fill(size));
      const target = socketAddress({ hostname: "127.0.0.1", port: to.port });
      assertEquals(new SendBatch(libc).send(files.from, payloads, 0, target), 6);
      const batch = new ReceiveBatch(libc, true);
      assertEquals(batch.receive(files.to, false), 6);
      assertEquals(received(batch, 6), payloads);
      for (let i = 0; i < 6; i++) {
        const source = readSocketAddress(batch.addresses, batch.sourceAt(i));
        assertEquals(source, { hostname: "127.0.0.1", port: from.port });
      }
      assertEquals(batch.receive(files.to, false), -1);
      assertEquals(libc.lastError(), null);
    }),
);

fastTest(
  "SendBatch sends no more than a batch, from where it is told",
  () =>
    withSockets((libc, _from, to, files) => {
      const payloads = Array.from({ length: BATCH_SIZE + 10 }, (_, i) => new Uint8Array([i]));
      const target = socketAddress({ hostname: "127.0.0.1", port: to.port });
      const outgoing = new SendBatch(libc);
      const batch = new ReceiveBatch(libc, false);
      assertEquals(outgoing.send(files.from, payloads, 0, target), BATCH_SIZE);
      assertEquals(batch.receive(files.to, false), BATCH_SIZE);
      assertEquals(outgoing.send(files.from, payloads, BATCH_SIZE, target), 10);
      assertEquals(batch.receive(files.to, false), 10);
      assertEquals(received(batch, 10), payloads.slice(BATCH_SIZE));
    }),
);

fastTest(
  "SendBatch aims anew: at another address, and where the socket is connected to",
  () =>
    withSockets((libc, from, to, files) => {
      const outgoing = new SendBatch(libc);
      const batch = new ReceiveBatch(libc, false);
      const [toFrom, toTo] = [from, to].map(({ port }) =>
        socketAddress({ hostname: "127.0.0.1", port })
      );
      assert(toFrom && toTo);
      assertEquals(outgoing.send(files.from, [new Uint8Array([1])], 0, toTo), 1);
      assertEquals(outgoing.send(files.from, [new Uint8Array([2])], 0, toFrom), 1);
      assertEquals(
        outgoing.send(files.from, [new Uint8Array([3]), new Uint8Array([4])], 0, toTo),
        2,
      );
      assertEquals(outgoing.send(files.from, [new Uint8Array([5])], 0, null), -1);
      assert(libc.connect(files.from, toTo));
      assertEquals(outgoing.send(files.from, [new Uint8Array([6])], 0, null), 1);
      assertEquals(batch.receive(files.to, false), 4);
      assertEquals(received(batch, 4).map(([byte]) => byte), [1, 3, 4, 6]);
      assertEquals(batch.receive(files.from, false), 1);
      assertEquals(received(batch, 1), [new Uint8Array([2])]);
    }),
);
