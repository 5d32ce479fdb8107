import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ByteQueue } from "../../../src/pcap/byte_queue.ts";

function numbers(count: number, first = 0): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (first + i) & 255);
}

function queueOf(...chunks: readonly Uint8Array[]): ByteQueue {
  const queue = new ByteQueue();
  for (const chunk of chunks) queue.push(chunk);
  return queue;
}

Deno.test("ByteQueue.ensure() looks at a chunk in place", () => {
  const chunk = numbers(10);
  const queue = queueOf(chunk);
  assert(queue.ensure(10));
  assert(queue.bytes === chunk && queue.isStable);
  assertEquals([queue.position, queue.end, queue.available, queue.offset], [0, 10, 10, 0]);
});

Deno.test("ByteQueue.ensure() returns false until enough has come, then joins chunks", () => {
  const queue = queueOf(numbers(3));
  assertEquals(queue.ensure(5), false);
  queue.push(numbers(3, 3));
  assert(queue.ensure(5));
  assertEquals(queue.take(5), numbers(5));
  assertEquals(queue.take(0).length, 0);
  assertEquals(queue.ensure(2), false);
  assertEquals(queue.available, 1);
});

Deno.test("ByteQueue.ensure() copies no more than it is asked for, and goes on in the chunk", () => {
  const chunk = numbers(1000, 2);
  const queue = queueOf(numbers(2));
  queue.ensure(4);
  queue.push(chunk);
  assert(queue.ensure(4));
  assertEquals(queue.end - queue.position, 4);
  assertEquals(queue.isStable, false);
  queue.position += 4;
  assert(queue.ensure(4) && queue.isStable);
  assert(queue.bytes.buffer === chunk.buffer);
  assertEquals(queue.view.getUint8(queue.position), 4);
  assertEquals(queue.offset, 4);
});

Deno.test("ByteQueue lets go of chunks once ensure() has returned false", () => {
  const chunk = numbers(6);
  const queue = queueOf(chunk);
  assertEquals(queue.ensure(7), false);
  chunk.fill(0xff);
  queue.push(numbers(1, 6));
  assert(queue.ensure(7));
  assertEquals(queue.take(7), numbers(7));
  assertEquals(queue.ensure(1), false);
  assertEquals(queue.storeSize, 0);
});

Deno.test("ByteQueue.take() gives out bytes that stay", () => {
  const queue = queueOf(numbers(2));
  queue.ensure(3);
  queue.push(numbers(300, 2));
  queue.ensure(4);
  const first = queue.take(4);
  while (queue.ensure(3)) queue.take(3);
  queue.push(numbers(300));
  queue.ensure(300);
  assertEquals(first, numbers(4));
});

Deno.test("ByteQueue.ensure() allocates for what came, not for what is asked", () => {
  const queue = queueOf(numbers(10));
  assertEquals(queue.ensure(0xffffffff), false);
  assert(queue.storeSize <= 1024);
});

Deno.test("ByteQueue.skip() drops bytes that have not come yet", () => {
  const queue = queueOf(numbers(4));
  queue.skip(10);
  assertEquals([queue.available, queue.owed, queue.offset], [0, 6, 10]);
  queue.push(numbers(4, 4));
  assertEquals([queue.available, queue.owed], [0, 2]);
  queue.push(numbers(4, 8));
  assertEquals([queue.available, queue.owed], [2, 0]);
  assert(queue.ensure(2));
  assertEquals(queue.take(2), numbers(2, 10));
  assertEquals(queue.offset, 12);
});

Deno.test("ByteQueue.clear() drops all bytes and debts", () => {
  const queue = queueOf(numbers(4), numbers(4));
  queue.skip(20);
  queue.clear();
  assertEquals([queue.available, queue.owed, queue.offset], [0, 0, 8]);
  queue.push(numbers(2, 50));
  assert(queue.ensure(2));
  assertEquals(queue.take(2), numbers(2, 50));
});

Deno.test("ByteQueue gives the same bytes in any mix of chunks, reads and skips", () => {
  const step = fc.record({
    push: fc.nat(20),
    read: fc.nat(12),
    isSkip: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new ByteQueue();
    let pushed = 0;
    let consumed = 0;
    for (const { push, read, isSkip } of steps) {
      const chunk = numbers(push, pushed);
      queue.push(chunk);
      pushed += push;
      if (isSkip) {
        queue.skip(read);
        consumed += read;
      } else if (queue.ensure(read)) {
        assertEquals(queue.offset, consumed);
        assertEquals(queue.take(read), numbers(read, consumed));
        consumed += read;
      } else {
        chunk.fill(0);
        assert(pushed - consumed < read);
      }
      assertEquals(queue.offset, consumed);
      assertEquals(queue.available, Math.max(0, pushed - consumed));
      assertEquals(queue.owed, Math.max(0, consumed - pushed));
    }
  }));
});

Deno.test("ByteQueue.seek() stops where it is told, and where more bytes are needed", () => {
  const queue = queueOf(numbers(4), numbers(4, 4));
  const first = (): number => queue.bytes[queue.position] ?? -1;
  assert(queue.seek(2, () => first() === 5));
  assertEquals([first(), queue.offset], [5, 5]);
  assertEquals(queue.seek(2, () => first() === 6 ? null : false), false);
  assertEquals(queue.offset, 6);
  assertEquals(queue.seek(2, () => false), false);
  assertEquals(queue.offset, 7);
  queue.push(numbers(2, 8));
  assert(queue.seek(2, () => first() === 8));
});
