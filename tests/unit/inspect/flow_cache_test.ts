import { assertEquals } from "@std/assert";
import { ConversationTable } from "../../../src/inspect/conversations.ts";
import { FlowCache } from "../../../src/inspect/flow_cache.ts";

Deno.test("FlowCache gives back what was put there, with its direction", () => {
  const cache = new FlowCache();
  const conversation = new ConversationTable().of("udp", "a:1", "b:2");
  assertEquals(cache.find(1, -2, 3), null);
  cache.put([1, -2, 3], conversation, "to_client");
  assertEquals(cache.find(1, -2, 3), conversation);
  assertEquals(cache.direction, "to_client");
  for (const [a, b, c] of [[2, -2, 3], [1, 2, 3], [1, -2, 4]] as const) {
    assertEquals(cache.find(a, b, c), null);
  }
});

Deno.test("FlowCache forgets what the table has given up", () => {
  const table = new ConversationTable(1);
  const cache = new FlowCache();
  cache.find(1, 2, 3);
  cache.put([1, 2, 3], table.of("udp", "a:1", "b:2"), "to_server");
  table.of("udp", "c:1", "d:2");
  assertEquals(cache.find(1, 2, 3), null);
});

Deno.test("FlowCache never takes one flow for another, however many there are", () => {
  const table = new ConversationTable();
  const cache = new FlowCache();
  for (let i = 0; i < 20_000; i++) {
    const flow = [i * 7919, i, i * 31] as const;
    const known = cache.find(...flow);
    if (known === null) cache.put(flow, table.of("udp", `a:${i}`, "b:1"), "to_server");
    assertEquals(cache.find(...flow)?.client, `a:${i}`);
  }
});
