import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type AgeLink, AgeList } from "../../../src/pcap/age_list.ts";

/** Takes everything out, the oldest first. */
function drain(list: AgeList<number>, links: ReadonlyMap<number, AgeLink<number>>): number[] {
  const items: number[] = [];
  for (let item = list.oldest; item !== null; item = list.oldest) {
    items.push(item);
    const link = links.get(item);
    if (link !== undefined) list.remove(link);
  }
  return items;
}

Deno.test("AgeList gives the oldest item", () => {
  const list = new AgeList<string>();
  assertEquals(list.oldest, null);
  const a = list.add("a");
  const b = list.add("b");
  assertEquals(list.oldest, "a");
  list.renew(a);
  assertEquals(list.oldest, "b");
  list.remove(b);
  assertEquals(list.oldest, "a");
  list.remove(a);
  assertEquals(list.oldest, null);
  list.add("c");
  assertEquals(list.oldest, "c");
});

Deno.test("AgeList keeps the order of any additions, renewals and removals", () => {
  const step = fc.tuple(fc.constantFrom("add", "renew", "remove"), fc.nat(9));
  fc.assert(fc.property(fc.array(step), (steps) => {
    const list = new AgeList<number>();
    const links = new Map<number, AgeLink<number>>();
    let expected: number[] = [];
    for (const [action, item] of steps) {
      const link = links.get(item);
      const without = expected.filter((other) => other !== item);
      if (link === undefined) {
        if (action !== "add") continue;
        links.set(item, list.add(item));
        expected.push(item);
      } else if (action === "remove") {
        list.remove(link);
        links.delete(item);
        expected = without;
      } else {
        list.renew(link);
        expected = [...without, item];
      }
      assertEquals(list.oldest, expected[0] ?? null);
    }
    assertEquals(drain(list, links), expected);
  }));
});
