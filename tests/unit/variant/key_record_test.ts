import { assertEquals } from "@std/assert";
import { KeyRecord } from "../../../src/variant/key_record.ts";
import { VariantType } from "../../../src/variant/types.ts";

/** A record with these keys, each a type and its bytes, header included. */
function recordOf(
  keys: readonly [VariantType, string][],
): { record: KeyRecord; bytes: Uint8Array } {
  const record = new KeyRecord();
  const bytes = Uint8Array.fromHex(keys.map(([, hex]) => hex).join(""));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [type, hex] of keys) {
    record.add(type, view, at, at + hex.length / 2);
    at += hex.length / 2;
  }
  return { record, bytes };
}

function mayHaveEqual(...keys: [VariantType, string][]): boolean {
  const { record, bytes } = recordOf(keys);
  return record.mayHaveEqual(bytes, 0);
}

const INT = VariantType.Int;
const FLOAT = VariantType.Float;

Deno.test("KeyRecord knows equal keys by their bytes", () => {
  assertEquals(mayHaveEqual(), false);
  assertEquals(mayHaveEqual([INT, "0200000001000000"]), false);
  assertEquals(mayHaveEqual([INT, "0200000001000000"], [INT, "0200000002000000"]), false);
  assertEquals(mayHaveEqual([INT, "0200000001000000"], [INT, "0200000001000000"]), true);
});

Deno.test("KeyRecord takes zeros of both signs for one key, and all NaN", () => {
  assertEquals(mayHaveEqual([FLOAT, "0300000000000000"], [FLOAT, "0300000000000080"]), true);
  const nan: [VariantType, string] = [FLOAT, "03000100000000000000f87f"];
  assertEquals(mayHaveEqual(nan, [FLOAT, "03000100010000000000f8ff"]), true);
  assertEquals(mayHaveEqual(nan, [FLOAT, "030001009a9999999999b93f"]), false);
});

Deno.test("KeyRecord does not compare two containers", () => {
  const empty: [VariantType, string] = [VariantType.Array, "1c00000000000000"];
  const other: [VariantType, string] = [VariantType.Array, "1c0000000100000000000000"];
  assertEquals(mayHaveEqual(empty, [INT, "0200000001000000"]), false);
  assertEquals(mayHaveEqual(empty, other), true);
});

Deno.test("KeyRecord compares bytes behind the same hash", () => {
  const bytes = new TextEncoder().encode("onetwoone");
  const record = new KeyRecord();
  record.push(7, 0, 3);
  record.push(7, 3, 6);
  assertEquals(record.mayHaveEqual(bytes, 0), false);
  record.push(7, 6, 9);
  assertEquals(record.mayHaveEqual(bytes, 0), true);
});

Deno.test("KeyRecord leaves it at may-be when all hashes collide", () => {
  const record = new KeyRecord();
  const bytes = Uint8Array.from({ length: 4000 }, (_, i) => i % 251);
  for (let i = 0; i < 1000; i++) record.push(7, i, i + 1 + i); // no two of the same length
  assertEquals(record.mayHaveEqual(bytes, 0), true);
});

Deno.test("KeyRecord looks at the innermost dictionary only", () => {
  const bytes = new TextEncoder().encode("ab");
  const record = new KeyRecord();
  record.push(1, 0, 1);
  const mark = record.mark();
  record.push(1, 0, 1);
  record.push(2, 1, 2);
  assertEquals(record.mayHaveEqual(bytes, mark), false);
  record.release(mark);
  record.push(2, 1, 2);
  assertEquals(record.mayHaveEqual(bytes, 0), false);
});
