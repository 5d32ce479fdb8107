import { assertEquals } from "@std/assert";
import { nearestWord } from "../../../src/cli/nearest.ts";

const OPTIONS = ["--count", "--wait", "--expect", "--repeat", "--interval", "--local-port"];

Deno.test("nearestWord() finds a mistyped word", () => {
  const cases = {
    "--cuont": "--count", // swapped
    "--coun": "--count", // one missing
    "--countt": "--count", // one too many
    "--expext": "--expect", // replaced
    "--localport": "--local-port",
    "--int": "--interval", // the beginning
  };
  for (const [typed, meant] of Object.entries(cases)) {
    assertEquals(nearestWord(typed, OPTIONS), meant, typed);
  }
});

Deno.test("nearestWord() prefers the fewest edits", () => {
  assertEquals(nearestWord("send", ["sand", "send"]), "send");
  assertEquals(nearestWord("sen", ["bend", "send"]), "send");
});

Deno.test("nearestWord() suggests nothing far off", () => {
  for (const typed of ["--zzzzzz", "x", "", "--frobnicate"]) {
    assertEquals(nearestWord(typed, OPTIONS), null, typed);
  }
  assertEquals(nearestWord("send", []), null);
  assertEquals(nearestWord("5", ["4", "3"]), null);
});
