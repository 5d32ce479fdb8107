import { assertEquals } from "@std/assert";
import { VERSION, versionJson, versionLines } from "../../../src/cli/version.ts";
import config from "../../../deno.json" with { type: "json" };

Deno.test("VERSION is the version of the package", () => {
  assertEquals(VERSION, config.version);
});

Deno.test("versionLines() adds the runtime with verbose", () => {
  assertEquals(versionLines({ deno: "2.9.6" }, false), [`packetpeer ${VERSION}`]);
  assertEquals(versionLines({ deno: "2.9.6" }, true), [`packetpeer ${VERSION}`, "deno 2.9.6"]);
});

Deno.test("versionJson() is one object", () => {
  const event = { event: "version", packetpeer: VERSION, deno: "2.9.6" };
  assertEquals(JSON.parse(versionJson({ deno: "2.9.6" })), event);
});
