import { assertEquals } from "@std/assert";
import {
  isNullClass,
  isScriptPath,
  isScriptProperty,
  seenByEngine,
} from "../../../src/variant/engine_text.ts";

Deno.test("seenByEngine() drops one byte order mark and stops at NUL", () => {
  const rows: [text: string, seen: string][] = [
    ["abc", "abc"],
    ["", ""],
    ["a\0b", "a"],
    ["\0ab", ""],
    ["\ufeffab", "ab"],
    ["\ufeff\ufeffab", "\ufeffab"],
    ["a\ufeff", "a\ufeff"],
    ["\ufeffa\0b", "a"],
  ];
  for (const [text, seen] of rows) assertEquals(seenByEngine(text), seen);
});

Deno.test("isNullClass() holds for what the engine reads as empty", () => {
  assertEquals(["", "\0Node", "\ufeff", "Node", "N\0"].map(isNullClass), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("isScriptProperty() holds for what the engine reads as script", () => {
  assertEquals(["script", "\ufeffscript", "script\0x", "scripts", ""].map(isScriptProperty), [
    true,
    true,
    true,
    false,
    false,
  ]);
});

Deno.test("isScriptPath() wants res:// at the beginning", () => {
  const texts = ["res://x.gd", "\ufeffres://x.gd", "res://", "res:/", "user://x.gd", "\0res://"];
  assertEquals(texts.map(isScriptPath), [true, true, true, false, false, false]);
});
