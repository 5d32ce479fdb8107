import { assert, assertEquals } from "@std/assert";
import { TOPICS } from "../../../src/cli/help_topics.ts";
import { PLAIN } from "../../../src/cli/paint.ts";
import { variantFromText } from "../../../src/variant/text.ts";

const STYLE = { columns: 80, paint: PLAIN };

function page(name: string): string[] {
  return TOPICS.find((topic) => topic.name === name)?.lines(STYLE) ?? [];
}

Deno.test("TOPICS has a page on values that only shows what can be read", () => {
  const labels = page("values").flatMap((line) => /^ {2}(\S.*?) {2,}\S/.exec(line)?.[1] ?? []);
  assert(labels.length >= 13, `${labels.length} notations`);
  for (const label of labels) {
    const texts = /^(?:null|inf),/.test(label) ? label.split(", ") : [label];
    for (const text of texts) variantFromText(text); // throws when it cannot be read
  }
});

Deno.test("TOPICS says where the notation goes further than Godot's", () => {
  const text = page("values").join("\n");
  for (const form of ["Signal(", "Object(id ", "nan(0x", "NodePath(["]) {
    assert(text.includes(form), form);
  }
});

Deno.test("TOPICS has a page on endpoints", () => {
  const text = page("endpoints").join("\n");
  for (const form of ["udp://", "tcp://", "[::1]", "0.0.0.0"]) assert(text.includes(form), form);
});

Deno.test("TOPICS have names of their own", () => {
  assertEquals(TOPICS.map(({ name }) => name), ["values", "endpoints", "filter", "report"]);
});
