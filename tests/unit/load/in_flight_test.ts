import { assertEquals } from "@std/assert";
import { InFlight } from "../../../src/load/in_flight.ts";

function filled(count: number, maxPackets: number): InFlight {
  const inFlight = new InFlight(maxPackets);
  for (let index = 0; index < count; index++) inFlight.add(index * 2, index * 10, index % 7);
  return inFlight;
}

Deno.test("InFlight remembers every packet while it may grow", () => {
  const inFlight = filled(5000, 8192);
  assertEquals([inFlight.first, inFlight.next], [0, 5000]);
  for (const sequence of [0, 255, 256, 4999]) {
    assertEquals(inFlight.isWaiting(sequence), true);
    assertEquals(inFlight.dueMsOf(sequence), sequence * 2);
    assertEquals(inFlight.intervalOf(sequence), sequence % 7);
    assertEquals(inFlight.sequenceOfTime(sequence * 10), sequence);
  }
  assertEquals([inFlight.has(-1), inFlight.has(5000), inFlight.isWaiting(5000)], [
    false,
    false,
    false,
  ]);
});

Deno.test("InFlight does not grow over packets that were answered", () => {
  const inFlight = new InFlight(1024);
  for (let index = 0; index < 10_000; index++) inFlight.settle(inFlight.add(index, index, 0));
  assertEquals(inFlight.first, 10_000 - 256);
  assertEquals(inFlight.isWaiting(9_999), false);
});

Deno.test("InFlight forgets the oldest when it is full", () => {
  const inFlight = filled(2000, 1000);
  assertEquals(inFlight.first, 2000 - 1024);
  assertEquals([inFlight.has(975), inFlight.has(976)], [false, true]);
  assertEquals([inFlight.sequenceOfTime(9750), inFlight.sequenceOfTime(9760)], [-1, 976]);
});

Deno.test("InFlight finds packets by their exact time only", () => {
  const inFlight = filled(300, 512);
  assertEquals([5, 1995, 3000, -10].map((time) => inFlight.sequenceOfTime(time)), [-1, -1, -1, -1]);
  assertEquals([0, 1990, 2990].map((time) => inFlight.sequenceOfTime(time)), [0, 199, 299]);
});

Deno.test("InFlight gives the number of a packet that was taken back to the next", () => {
  const inFlight = filled(3, 256);
  inFlight.takeBack();
  assertEquals([inFlight.next, inFlight.has(2)], [2, false]);
  assertEquals(inFlight.add(99, 99, 5), 2);
  assertEquals([inFlight.dueMsOf(2), inFlight.isWaiting(2)], [99, true]);
});
