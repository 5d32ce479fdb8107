import { assertEquals } from "@std/assert";
import { ReplyMatcher } from "../../../../src/commands/session/reply_matcher.ts";

Deno.test("ReplyMatcher gives the first reply to the first packet", () => {
  const matcher = new ReplyMatcher();
  matcher.sent(1000);
  matcher.sent(2000);
  assertEquals([matcher.replied(1500), matcher.waiting], [0.5, 1]);
  matcher.sent(3000);
  assertEquals([matcher.replied(4000), matcher.replied(4000), matcher.waiting], [2, 1, 0]);
});

Deno.test("ReplyMatcher measures nothing for a reply that no packet waits for", () => {
  const matcher = new ReplyMatcher();
  assertEquals(matcher.replied(1000), null);
  matcher.sent(2000);
  assertEquals([matcher.replied(3000), matcher.replied(3000), matcher.waiting], [1, null, 0]);
});

Deno.test("ReplyMatcher stays right over many packets", () => {
  const matcher = new ReplyMatcher();
  for (let i = 0; i < 10_000; i++) matcher.sent(i);
  for (let i = 0; i < 10_000; i++) assertEquals(matcher.replied(i + 1000), 1);
  assertEquals(matcher.waiting, 0);
});
