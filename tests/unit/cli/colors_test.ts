import { assertEquals } from "@std/assert";
import { COLORS } from "../../../src/cli/colors.ts";
import { PLAIN } from "../../../src/cli/paint.ts";

Deno.test("COLORS wrap text in control sequences", () => {
  assertEquals(COLORS.red("x"), "\x1b[31mx\x1b[39m");
  assertEquals(COLORS.bold("x"), "\x1b[1mx\x1b[22m");
});

Deno.test("COLORS go on after a colour inside", () => {
  const text = COLORS.red(`a${COLORS.blue("b")}c`);
  assertEquals(text, "\x1b[31ma\x1b[34mb\x1b[31mc\x1b[39m");
});

Deno.test("COLORS have the styles of PLAIN, each different from the others", () => {
  assertEquals(Object.keys(COLORS), Object.keys(PLAIN));
  const painted = Object.values(COLORS).map((paint) => paint("x"));
  assertEquals(new Set(painted).size, painted.length);
});
