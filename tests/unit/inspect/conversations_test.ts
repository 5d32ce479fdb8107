import { assertEquals } from "@std/assert";
import { ConversationTable, DirectionCounts } from "../../../src/inspect/conversations.ts";

Deno.test("ConversationTable numbers pairs of endpoints, whoever sends", () => {
  const table = new ConversationTable();
  const first = table.of("udp", "a:1", "b:2");
  assertEquals(table.of("udp", "b:2", "a:1"), first);
  assertEquals([first.number, first.client, first.server], [1, "a:1", "b:2"]);
  assertEquals(table.of("tcp", "a:1", "b:2").number, 2);
  assertEquals(first.directionFrom("a:1"), "to_server");
  assertEquals(first.directionFrom("b:2"), "to_client");
  assertEquals(table.list().map(({ number }) => number), [1, 2]);
});

Deno.test("Conversation counts both directions", () => {
  const conversation = new ConversationTable().of("udp", "a:1", "b:2");
  conversation.count("to_server", 10, true, 5);
  conversation.count("to_client", 20, false, 3);
  conversation.count("to_client", 1, true, NaN);
  assertEquals([conversation.packets, conversation.bytes, conversation.errors], [3, 31, 1]);
  assertEquals([conversation.toServer.bytes, conversation.toClient.bytes], [10, 21]);
  assertEquals(conversation.toClient.errors, 1);
});

Deno.test("Conversation knows how long it lasted, in whatever order packets come", () => {
  const conversation = new ConversationTable().of("udp", "a:1", "b:2");
  assertEquals(conversation.seconds, NaN);
  for (const time of [5, 3, 9, 4]) conversation.count("to_server", 1, true, time);
  assertEquals([conversation.firstTime, conversation.seconds], [3, 6]);
});

Deno.test("ConversationTable folds the silent ones together, and keeps who talks", () => {
  const table = new ConversationTable(10);
  const busy = table.of("udp", "busy:1", "server:2");
  for (let i = 0; i < 1000; i++) {
    table.of("udp", "busy:1", "server:2").count("to_server", 1, true, i);
    table.of("udp", `flood:${i}`, "server:2").count("to_server", 100, i % 2 === 0, i);
  }
  assertEquals(table.of("udp", "server:2", "busy:1"), busy);
  assertEquals(busy.packets, 1000);
  assertEquals(busy.isKept, true);
  const kept = table.list();
  assertEquals(kept.length, 10);
  assertEquals([table.count, table.foldedCount], [1001, 991]);
  const all = new DirectionCounts();
  all.add(table.folded);
  for (const conversation of kept) {
    all.add(conversation.toServer);
    all.add(conversation.toClient);
  }
  assertEquals([all.packets, all.bytes, all.errors], [2000, 101_000, 500]);
});

Deno.test("ConversationTable finds all that it keeps, whatever it has given up before", () => {
  const table = new ConversationTable(8);
  for (let port = 0; port < 1000; port++) {
    const opened = table.of("udp", `a:${port}`, "b:1");
    assertEquals(table.of("udp", "b:1", `a:${port}`), opened);
    assertEquals(opened.number, port + 1);
  }
  const kept = table.list();
  assertEquals(kept.length, 8);
  for (const { client, server, number } of kept) {
    assertEquals(table.of("udp", client, server).number, number);
  }
  assertEquals([table.count, table.foldedCount], [1000, 992]);
});
