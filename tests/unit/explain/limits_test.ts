import { assert, assertEquals } from "@std/assert";
import { sizeRemarks, sizeVerdict } from "../../../src/explain/limits.ts";

Deno.test("sizeRemarks() warns above the MTU and above a DTLS record", () => {
  assertEquals(sizeRemarks(1392).length, 0);
  assertEquals(sizeRemarks(1393).length, 1);
  assertEquals(sizeRemarks(16385).length, 2);
});

Deno.test("sizeVerdict() names the setting that lifts the limit", () => {
  assertEquals(sizeVerdict(65531), "");
  assert(sizeVerdict(65532).includes("input_buffer_max_size"));
  assert(sizeVerdict(8 * 1024 * 1024 + 1).includes("encode_buffer_max_size"));
});
