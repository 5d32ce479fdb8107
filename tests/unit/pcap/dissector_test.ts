import { assertEquals } from "@std/assert";
import { above } from "../../../src/pcap/dissector.ts";
import { flowContext } from "../../support/secure_records.ts";

Deno.test("above() adds the protocol to the path, and nothing else", () => {
  const context = flowContext();
  const next = above(context, "tls");
  assertEquals(next.path.names, ["tcp", "tls"]);
  assertEquals({ ...next, path: context.path }, context);
});
