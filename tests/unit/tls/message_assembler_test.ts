import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MessageAssembler } from "../../../src/tls/message_assembler.ts";

const BODY = Uint8Array.from({ length: 100 }, (_, i) => i);

function add(
  assembler: MessageAssembler,
  [from, to]: readonly [number, number],
  sequence = 0,
): Uint8Array | null {
  const bytes = BODY.slice(from, to);
  return assembler.add({ type: 11, length: BODY.length, sequence, offset: from, bytes });
}

Deno.test("MessageAssembler gives whole messages back at once", () => {
  const assembler = new MessageAssembler();
  assertEquals(add(assembler, [0, 100]), BODY);
  const empty = { type: 14, length: 0, sequence: 1, offset: 0, bytes: new Uint8Array(0) };
  assertEquals(assembler.add(empty)?.length, 0);
  assertEquals(assembler.retained, 0);
});

Deno.test("MessageAssembler puts fragments together, in any order, again and overlapping", () => {
  const range = fc.tuple(fc.nat(100), fc.nat(100)).map(([a, b]) =>
    [Math.min(a, b), Math.max(a, b)] as const
  );
  fc.assert(fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
    const assembler = new MessageAssembler();
    const seen = new Set<number>();
    for (const [from, to] of ranges) {
      const body = add(assembler, [from, to]);
      for (let i = from; i < to; i++) seen.add(i);
      assertEquals(body, seen.size === 100 ? BODY : null);
      if (body !== null) return;
    }
    const missing = add(assembler, [0, 99]) ?? add(assembler, [99, 100]);
    assertEquals(missing, BODY);
    assertEquals(assembler.retained, 0);
  }));
});

Deno.test("MessageAssembler keeps messages apart, and begins anew on a contradiction", () => {
  const assembler = new MessageAssembler();
  add(assembler, [0, 50], 1);
  assertEquals(add(assembler, [50, 100], 2), null);
  const other = { type: 12, length: 100, sequence: 1, offset: 50, bytes: BODY.slice(50) };
  assertEquals(assembler.add(other), null);
  assertEquals(add(assembler, [0, 50], 2), BODY);
});

Deno.test("MessageAssembler bounds what waits, whatever lengths are said", () => {
  const assembler = new MessageAssembler();
  const huge = { type: 11, length: 0xffffff, sequence: 0, offset: 5, bytes: BODY };
  assertEquals([assembler.add(huge), assembler.retained], [null, 0]);
  const lying = { type: 11, length: 10, sequence: 0, offset: 5, bytes: BODY };
  assertEquals([assembler.add(lying), assembler.retained], [null, 0]);
  for (let sequence = 0; sequence < 5000; sequence++) {
    const bytes = BODY.slice(0, 60);
    assembler.add({ type: 11, length: 60_000, sequence, offset: sequence, bytes });
    assert(assembler.retained <= 1 << 16, `${assembler.retained}`);
  }
  assert(assembler.retained > 1 << 15);
});
