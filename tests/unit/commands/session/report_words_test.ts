import { assertEquals } from "@std/assert";
import {
  counted,
  errorTexts,
  perSecond,
  sizeText,
} from "../../../../src/commands/session/report_words.ts";

Deno.test("counted() knows one from many", () => {
  const shown = [counted(0, "run"), counted(1, "run"), counted(2, "reply", "replies")];
  assertEquals(shown, ["0 runs", "1 run", "2 replies"]);
});

Deno.test("perSecond() keeps the digits of slow rates alone", () => {
  assertEquals([0.5, 1.234, 59.94, 1200].map(perSecond), ["0.5/s", "1.23/s", "60/s", "1200/s"]);
});

Deno.test("sizeText() uses binary units and three digits", () => {
  const shown = [0, 999, 1234, 1536, 3 << 20, 5e6].map(sizeText);
  assertEquals(shown, ["0 B", "999 B", "1.21 KiB", "1.5 KiB", "3 MiB", "4.77 MiB"]);
});

Deno.test("errorTexts() names what went wrong, and nothing that did not", () => {
  assertEquals(errorTexts({ decode: 0, connect: 1, send: 2 }), [
    "2 packets could not be sent",
    "1 attempt to connect failed",
  ]);
});
