import { assertEquals } from "@std/assert";
import { escapeHtml } from "../../../src/inspect/html_text.ts";

Deno.test("escapeHtml() leaves no way out of text and attributes", () => {
  assertEquals(
    escapeHtml(`<script>"a" & 'b'</script>`),
    "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;",
  );
  assertEquals(escapeHtml("größer 字"), "größer 字");
});

Deno.test("escapeHtml() replaces what no page may hold", () => {
  assertEquals(escapeHtml("a\u0000b\u001bc\ud800d\n"), "a\ufffdb\ufffdc\ufffdd\n");
});
