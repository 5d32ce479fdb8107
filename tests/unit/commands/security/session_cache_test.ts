import { assertEquals, assertRejects } from "@std/assert";
import { FileSessions } from "../../../../src/commands/security/session_cache.ts";
import { UsageError } from "../../../../src/errors.ts";
import { memoryIo } from "../../../support/memory_io.ts";

Deno.test("FileSessions makes the file, for its owner's eyes only", async () => {
  const io = memoryIo();
  const sessions = await FileSessions.open("s.json", io);
  assertEquals(sessions.get("dtls://h:1"), null);
  assertEquals(io.system.written.get("s.json"), { text: "{}\n", isSecret: true });
});

Deno.test("FileSessions reads and writes sessions by endpoint", async () => {
  const io = memoryIo({ files: { "s.json": '{"dtls://h:1": "PEM 1", "tls://h:2": "PEM 2"}' } });
  const sessions = await FileSessions.open("s.json", io);
  assertEquals([sessions.get("dtls://h:1"), sessions.get("tls://h:2")], ["PEM 1", "PEM 2"]);
  await sessions.save();
  assertEquals(io.system.written.size, 0); // nothing new
  sessions.set("dtls://h:1", "PEM 3");
  await sessions.save();
  const { text } = io.system.written.get("s.json") ?? { text: "" };
  assertEquals(JSON.parse(text), { "dtls://h:1": "PEM 3", "tls://h:2": "PEM 2" });
});

Deno.test("FileSessions refuses a file that is something else", async () => {
  for (const content of ["not JSON", "[1]", '{"a": 1}', "null"]) {
    const io = memoryIo({ files: { "s.json": content } });
    await assertRejects(() => FileSessions.open("s.json", io), UsageError, "it holds no sessions");
  }
});
