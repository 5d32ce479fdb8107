import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type HtmlPage, htmlPage } from "../../../src/inspect/html_page.ts";
import { linearScale, timeScale } from "../../../src/inspect/scale.ts";

const PAGE: HtmlPage = {
  title: "udp://127.0.0.1:4242",
  subtitle: "open loop",
  warnings: ["the sender was late"],
  figures: [{ name: "p99", value: "1.2", unit: "ms", mood: "good" }],
  sections: [
    {
      title: "Latency",
      note: "lower is better",
      chart: {
        title: "latency",
        x: timeScale(10, String),
        y: linearScale(1, String),
        xName: "time",
        yName: "ms",
        series: [{
          name: "p50",
          className: "a",
          form: "line",
          points: [{ x: 1, y: 1, title: "1" }],
        }],
      },
    },
    { title: "Figures", note: "", table: { head: ["", "ms"], rows: [["p50", "1"]] } },
  ],
  footer: "packetpeer",
};

Deno.test("htmlPage() is a whole page that fetches nothing and runs nothing", () => {
  const html = htmlPage(PAGE);
  assert(html.startsWith("<!DOCTYPE html>") && html.endsWith("</html>\n"));
  for (const bad of ["http:", "https:", "<script", "<link", "<img", "@import", "url("]) {
    assert(!html.includes(bad), bad);
  }
  assertStringIncludes(html, "@media (prefers-color-scheme: dark)");
});

Deno.test("htmlPage() shows warnings, figures, charts and tables", () => {
  const html = htmlPage(PAGE);
  assertStringIncludes(html, '<p class="warning">the sender was late</p>');
  assertStringIncludes(html, '<div class="good"><dt>p99</dt><dd>1.2<small>ms</small></dd></div>');
  assertEquals(html.match(/<svg /g)?.length, 1);
  assertStringIncludes(html, '<tr><th scope="row">p50</th><td>1</td></tr>');
});

Deno.test("htmlPage() escapes every text it is given", () => {
  const evil = "</style><script>alert(1)</script>";
  const html = htmlPage({
    title: evil,
    subtitle: evil,
    warnings: [evil],
    figures: [{ name: evil, value: evil, unit: evil, mood: "plain" }],
    sections: [{ title: evil, note: evil, table: { head: [evil], rows: [[evil, evil]] } }],
    footer: evil,
  });
  assert(!html.includes("<script"));
  assertEquals(html.match(/&lt;script&gt;/g)?.length, 13);
});
