import { assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../src/errors.ts";
import { BoundedQueue, Budget } from "../../../src/net/queue.ts";

function queueOf(limit: number, budget?: Budget): BoundedQueue<string> {
  return new BoundedQueue<string>({
    limit,
    sizeOf: (item) => item.length,
    timeoutError: (timeoutMs) => new PeerError("ERR_TIMEOUT", `nothing for ${timeoutMs} ms`),
    ...(budget === undefined ? {} : { budget }),
  });
}

Deno.test("BoundedQueue gives items in order, waited for or not", async () => {
  const queue = queueOf(100);
  queue.push("a");
  queue.push("b");
  assertEquals([queue.length, queue.take(), await queue.receive(), queue.take()], [
    2,
    "a",
    "b",
    null,
  ]);
  const waits = [queue.receive(), queue.receive()];
  queue.push("c");
  queue.push("d");
  assertEquals(await Promise.all(waits), ["c", "d"]);
});

Deno.test("BoundedQueue is full from its limit on: the last item may exceed it", () => {
  const queue = queueOf(4);
  assertEquals([queue.push("abc"), queue.isFull], [true, false]);
  assertEquals([queue.push("too long"), queue.isFull], [true, true]);
  assertEquals([queue.push("x"), queue.length], [false, 2]);
  queue.take();
  queue.take();
  assertEquals([queue.push("x"), queue.take()], [true, "x"]);
});

Deno.test("BoundedQueue.put() waits for room, and keeps the limit with several waiting", async () => {
  const queue = queueOf(1);
  const puts = ["a", "b", "c"].map((item) => queue.put(item));
  assertEquals(await puts[0], true);
  assertEquals(queue.length, 1);
  const taken: (string | null)[] = [];
  for (let i = 0; i < 3; i++) {
    taken.push(await queue.receive());
    await Promise.resolve();
    assertEquals(queue.length <= 1, true);
  }
  assertEquals(await Promise.all(puts), [true, true, true]);
  assertEquals(taken, ["a", "b", "c"]);
});

Deno.test("BoundedQueue.put() answers false once the queue has ended", async () => {
  const queue = queueOf(1);
  queue.push("a");
  const put = queue.put("b");
  queue.end(null);
  assertEquals([await put, queue.push("c"), queue.take(), queue.take()], [false, false, "a", null]);
});

Deno.test("BoundedQueue.end() in order: what waits is taken first, then null", async () => {
  const queue = queueOf(10);
  queue.push("a");
  queue.end(null);
  queue.end(new Error("the first end counts"));
  assertEquals([await queue.receive(), await queue.receive(), await queue.receive()], [
    "a",
    null,
    null,
  ]);
});

Deno.test("BoundedQueue.end() with an error: what waits is taken first, then it is thrown", async () => {
  const failure = new Error("broken");
  const queue = queueOf(10);
  queue.push("a");
  queue.end(failure);
  assertEquals(await queue.receive(), "a");
  assertEquals(await assertRejects(() => queue.receive()), failure);
  const waiting = queueOf(10);
  const waits = [waiting.receive(), waiting.receive()];
  waiting.end(failure);
  for (const wait of waits) assertEquals(await assertRejects(() => wait), failure);
});

Deno.test("BoundedQueue.receive() gives up at once when aborted, and takes nothing then", async () => {
  const queue = queueOf(10);
  const controller = new AbortController();
  const first = queue.receive({ signal: controller.signal });
  const second = queue.receive();
  controller.abort(new Error("enough"));
  queue.push("a");
  await assertRejects(() => first, Error, "enough");
  assertEquals(await second, "a");
});

Deno.test("BoundedQueue.receive() keeps to its time, and leaves no timer behind", async () => {
  const queue = queueOf(10);
  const error = await assertRejects(() => queue.receive({ timeoutMs: 1 }), PeerError);
  assertEquals([error.code, error.message], ["ERR_TIMEOUT", "nothing for 1 ms"]);
  const wait = queue.receive({ timeoutMs: 60_000 });
  queue.push("a");
  assertEquals(await wait, "a");
  const ended = queue.receive({ timeoutMs: 60_000 });
  queue.end(null);
  assertEquals(await ended, null);
});

Deno.test("BoundedQueue stays right over many items", () => {
  const queue = queueOf(1_000_000);
  let next = 0;
  for (let i = 0; i < 5000; i++) {
    queue.push(`${i}`);
    if (i % 3 === 0) assertEquals(queue.take(), `${next++}`);
  }
  while (queue.length > 0) assertEquals(queue.take(), `${next++}`);
  assertEquals(next, 5000);
});

Deno.test("a Budget limits several queues together", () => {
  const budget = new Budget(6);
  const [a, b] = [queueOf(100, budget), queueOf(100, budget)];
  assertEquals([a.push("1234"), b.push("123"), a.push("x"), b.push("y")], [
    true,
    true,
    false,
    false,
  ]);
  a.take();
  assertEquals([b.push("12"), budget.used], [true, 5]);
});

Deno.test("a queue that leaves its Budget gives back what it used, once", () => {
  const budget = new Budget(6);
  const queue = queueOf(100, budget);
  queue.push("1234");
  queue.leaveBudget();
  assertEquals(budget.used, 0);
  assertEquals([queue.take(), budget.used], ["1234", 0]);
});

Deno.test("takeAll() gives everything in order, and makes room", async () => {
  const budget = new Budget(100);
  const queue = queueOf(4, budget);
  for (const text of ["a", "b", "c"]) queue.push(text);
  assertEquals(queue.take(), "a");
  assertEquals(queue.push("dd"), true);
  const waiting = queue.put("e");
  assertEquals(queue.takeAll(), ["b", "c", "dd"]);
  assertEquals([await waiting, queue.takeAll()], [true, ["e"]]);
  assertEquals([queue.takeAll(), queue.length, budget.used], [[], 0, 0]);
});
