import { assertEquals } from "@std/assert";
import { captureProblem } from "../../../src/pcap/events.ts";

Deno.test("captureProblem() begins its message with the frame", () => {
  assertEquals(captureProblem(7, "gap", "bytes are missing"), {
    type: "problem",
    frame: 7,
    code: "gap",
    message: "Frame 7: bytes are missing",
  });
});
