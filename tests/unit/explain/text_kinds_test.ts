import { assert, assertEquals } from "@std/assert";
import { isJsonText, kindOfText } from "../../../src/explain/text_kinds.ts";

Deno.test("kindOfText() tells kinds of text apart", () => {
  const cases: [string, string][] = [
    ['{"a": 1}', "a JSON text"],
    ["[1, 2.5]", "a JSON text"],
    ['{"type": "Vector2", "args": [1.0, 2.0]}', "a JSON text of JSON.from_native"],
    ['["i:7"]', "a JSON text of JSON.from_native"],
    ["{broken", "a plain text"],
    ["Vector2(1, 2)", "a text in Godot's notation"],
    ['{"pos": Vector2(1, 2)}', "a text in Godot's notation"],
    ["Hello (you)", "a plain text"],
    ["POST /x HTTP/1.1\r\n\r\n", "an HTTP request"],
    ["HTTP/1.1 200 OK\r\n\r\n", "an HTTP response"],
    [
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
      "a WebSocket upgrade response",
    ],
    [":irc.example 001 ada :Welcome\r\n", "lines of a text protocol like IRC"],
    ["a,b\n1,2\n", "lines of comma-separated values"],
    ["one\ntwo\n", "lines of text"],
    ["one\ntwo", "a plain text"],
    ["-12.5 3", "numbers written as text"],
    ["hello", "a plain text"],
  ];
  for (const [text, what] of cases) assertEquals([text, kindOfText(text, true).what], [text, what]);
});

Deno.test("kindOfText() asks no parser about a text that is cut off", () => {
  assertEquals(kindOfText('{"a": 1}', false).what, "a plain text");
});

Deno.test("kindOfText() survives brackets without end", () => {
  for (
    const text of [
      "[".repeat(60_000),
      '{"a":'.repeat(10_000),
      "[".repeat(30_000) + "]".repeat(30_000),
    ]
  ) {
    assert(kindOfText(text, true).what !== "");
  }
});

Deno.test("isJsonText() is true for both kinds of JSON", () => {
  assertEquals(['{"a": 1}', '["i:7"]', "hello"].map((text) => isJsonText(kindOfText(text, true))), [
    true,
    true,
    false,
  ]);
});
