import { assertEquals } from "@std/assert";
import { COMPRESSION_MODES, EXPLAINS } from "../../../src/explain/reading.ts";

Deno.test("COMPRESSION_MODES are in the order of FileAccess.CompressionMode", () => {
  assertEquals(COMPRESSION_MODES.indexOf("FASTLZ"), 0);
  assertEquals(COMPRESSION_MODES.indexOf("BROTLI"), 4);
});

Deno.test("EXPLAINS is half of certainty", () => {
  assertEquals(EXPLAINS, 0.5);
});
