import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../src/errors.ts";
import {
  type MatchRule,
  parseMatch,
  replyMatcher,
  UNDECODABLE,
  UNMATCHED,
} from "../../../src/load/match.ts";
import {
  PacketSlab,
  type PacketTemplate,
  rawTemplate,
  SEQUENCE_PERIOD,
  valueTemplate,
} from "../../../src/load/template.ts";
import { encodeVariant } from "../../../src/variant/encode.ts";
import { variantFromText } from "../../../src/variant/text.ts";

const PING = valueTemplate(variantFromText('{"cmd": "ping"}'));

function matchOf(rule: MatchRule, template: PacketTemplate, payload: Uint8Array): number | null {
  return replyMatcher(rule, template)?.match(payload) ?? null;
}

function packetOf(template: PacketTemplate, sequence: number, time = 0): Uint8Array {
  const slab = new PacketSlab(template, 1);
  slab.write(0, sequence, time);
  return slab.packets[0] ?? new Uint8Array();
}

Deno.test("replyMatcher() by key reads what an echo sends back", () => {
  const timed = valueTemplate(variantFromText('{"t": "$time"}'));
  const twice = valueTemplate(variantFromText('{"n": "$seq"}'));
  const headed = valueTemplate(variantFromText('{"a": 1}'), { hasHeader: true });
  for (const template of [PING, timed, twice, headed]) {
    for (const sequence of [0, 77, 2 ** 31 - 1]) {
      assertEquals(
        matchOf({ type: "key" }, template, packetOf(template, sequence, 1e15)),
        sequence,
      );
    }
  }
});

Deno.test("replyMatcher() by key reads any reply that has the key", () => {
  const cases: readonly [reply: string, number: number][] = [
    ['{"$seq": 12, "cmd": "pong"}', 12],
    ['{"pong": {"$seq": 1}, "$seq": 13}', 13],
    ['{&"$seq": 14}', 14],
    ['{"$seq": 15.0}', 15],
    ['{"$seq": 1, "$seq": 16}', 16], // Godot keeps the last
    ['{"cmd": "pinG", "$seq": 17}', 17], // as long as the packet, and not the same
    ['{"$seq": 4294967296}', 4_294_967_296],
    ['{"$seq": -1}', UNMATCHED],
    ['{"cmd": "ping", "$seq": -1}', UNMATCHED],
    ['{"$seq": 1.5}', UNMATCHED],
    ['{"$seq": "12"}', UNMATCHED],
    ['{"$seq": 9223372036854775807}', UNMATCHED],
    ['{"seq": 12}', UNMATCHED],
    ["[12]", UNMATCHED],
    ["null", UNMATCHED],
  ];
  for (const [reply, number] of cases) {
    const payload = encodeVariant(variantFromText(reply));
    assertEquals(matchOf({ type: "key" }, PING, payload), number, reply);
  }
});

Deno.test("replyMatcher() tells what does not decode", () => {
  const payload = packetOf(PING, 5);
  for (const size of [0, 3, 4, 20, payload.length - 1]) {
    assertEquals(matchOf({ type: "key" }, PING, payload.subarray(0, size)), UNDECODABLE);
  }
  const headed = valueTemplate(variantFromText('{"a": 1}'), { hasHeader: true });
  assertEquals(matchOf({ type: "key" }, headed, new Uint8Array(7)), UNDECODABLE);
});

Deno.test("replyMatcher() by header takes the first 8 bytes", () => {
  const template = rawTemplate(new Uint8Array(4), { hasHeader: true });
  assertEquals(matchOf({ type: "header" }, template, packetOf(template, 2 ** 40)), 2 ** 40);
  const answer = new Uint8Array([5, 0, 0, 0, 0, 0, 0, 0, 0xaa]);
  assertEquals(matchOf({ type: "header" }, template, answer), 5);
  assertEquals(matchOf({ type: "header" }, template, answer.subarray(0, 7)), UNDECODABLE);
  assertEquals(matchOf({ type: "header" }, template, new Uint8Array(8).fill(255)), UNMATCHED);
});

Deno.test("replyMatcher() by expression follows the path, to numbers and to times", () => {
  const template = valueTemplate(variantFromText('{"id": "$seq", "at": "$time"}'));
  const byNumber = {
    type: "expression",
    expression: parseMatch("reply[1].n == sent.id", template),
  };
  const byTime = { type: "expression", expression: parseMatch("reply.t == sent.at", template) };
  const reply = encodeVariant(variantFromText('["pong", {"n": 9}]'));
  assertEquals(matchOf(byNumber as MatchRule, template, reply), 9);
  const timed = encodeVariant(variantFromText('{"t": 1767225600123456}'));
  assertEquals(matchOf(byTime as MatchRule, template, timed), 1_767_225_600_123_456);
  const byId = { type: "expression", expression: parseMatch("reply.id == sent.id", template) };
  assertEquals(matchOf(byId as MatchRule, template, packetOf(template, 31, 1e15)), 31);
  assertEquals(replyMatcher(byTime as MatchRule, template)?.by, "time");
  assertEquals(replyMatcher(byTime as MatchRule, template)?.period, Infinity);
  assertEquals(replyMatcher(byNumber as MatchRule, template)?.period, SEQUENCE_PERIOD);
});

Deno.test("replyMatcher() refuses rules that the packets have nothing for", () => {
  const list = valueTemplate(variantFromText("[1]"));
  assertThrows(() => replyMatcher({ type: "key" }, list), UsageError, 'the key "$seq"');
  assertThrows(() => replyMatcher({ type: "header" }, PING), UsageError, "no header");
  assertEquals(replyMatcher({ type: "none" }, PING), null);
});
