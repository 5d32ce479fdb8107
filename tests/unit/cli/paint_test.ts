import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { COLORS } from "../../../src/cli/colors.ts";
import { loadColors, PLAIN, wantsColor } from "../../../src/cli/paint.ts";

const AUTO = { color: "auto", noColor: false, term: "xterm" };

Deno.test("wantsColor() colours terminals only, by default", () => {
  assert(wantsColor(true, AUTO));
  assertFalse(wantsColor(false, AUTO));
  assert(wantsColor(true, { ...AUTO, color: null, term: undefined }));
});

Deno.test("wantsColor() honours NO_COLOR and TERM=dumb", () => {
  assertFalse(wantsColor(true, { ...AUTO, noColor: true }));
  assertFalse(wantsColor(true, { ...AUTO, term: "dumb" }));
});

Deno.test("wantsColor() lets --color decide over everything else", () => {
  assert(wantsColor(false, { color: "always", noColor: true, term: "dumb" }));
  assertFalse(wantsColor(true, { ...AUTO, color: "never" }));
});

Deno.test("loadColors() gives the colours", async () => {
  assertStrictEquals(await loadColors(), COLORS);
});

Deno.test("PLAIN changes nothing", () => {
  for (const [name, style] of Object.entries(PLAIN)) assertEquals(style("x"), "x", name);
});
