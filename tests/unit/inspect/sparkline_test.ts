import { assertEquals } from "@std/assert";
import { bar, sparkline } from "../../../src/inspect/sparkline.ts";

Deno.test("sparkline() draws values in proportion to the largest", () => {
  assertEquals(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8), "▁▂▃▄▅▆▇█");
  assertEquals(sparkline([0, 0.1, 8], 8), "▁▁█");
  assertEquals(sparkline([0, 0], 8), "▁▁");
});

Deno.test("sparkline() leaves a gap where nothing was measured", () => {
  assertEquals(sparkline([8, null, 4], 8), "█ ▄");
  assertEquals(sparkline([], 8), "");
});

Deno.test("sparkline() keeps a spike when values share a character", () => {
  const values = Array.from({ length: 100 }, (_, i) => i === 37 ? 80 : 10);
  assertEquals(sparkline(values, 10), "▁▁▁█▁▁▁▁▁▁");
  assertEquals(sparkline([null, null, 8, null], 2), " █");
});

Deno.test("bar() is exact to an eighth of a character", () => {
  assertEquals(bar(1, 4), "████");
  assertEquals(bar(0.5, 4), "██");
  assertEquals(bar(0.53125, 4), "██▏");
  assertEquals(bar(0, 4), "");
});

Deno.test("bar() shows the smallest share, and never more than all", () => {
  assertEquals(bar(1e-9, 4), "▏");
  assertEquals(bar(7, 2), "██");
});
