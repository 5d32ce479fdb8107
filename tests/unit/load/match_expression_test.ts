import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { type MatchStep, parseMatch, valueAt } from "../../../src/load/match_expression.ts";
import { rawTemplate, valueTemplate } from "../../../src/load/template.ts";
import { variantFromText } from "../../../src/variant/text.ts";

const TEMPLATE = valueTemplate(
  variantFromText('{"cmd": "ping", "id": ["$seq"], "sent at": "$time"}'),
);

Deno.test("parseMatch() reads both sides, in either order", () => {
  const cases: readonly [source: string, reply: readonly MatchStep[], sent: string][] = [
    ["reply.seq == sent.$seq", ["seq"], "sequence"],
    ["sent.$time==reply", [], "time"],
    ['  reply . a[0] [ "x\\ty" ] == sent.id[0] ', ["a", 0, "x\ty"], "sequence"],
    ['sent["sent at"] == reply.$t', ["$t"], "time"],
  ];
  for (const [source, reply, sent] of cases) {
    assertEquals({ ...parseMatch(source, TEMPLATE) }, { source, reply, sent });
  }
});

Deno.test("parseMatch() says what is wrong and where", () => {
  const advice = ': put "$seq" or "$time" into the value and name its place';
  const cases: readonly [source: string, column: number, why: string][] = [
    ["", 1, 'Expected "reply" or "sent", got the end'],
    ["replies.a == sent.$seq", 1, 'Expected "reply" or "sent", got "replies"'],
    ["reply.a", 8, 'Expected "==", got the end'],
    ["reply.a = sent.$seq", 9, 'Expected "==", got "="'],
    ["reply. == sent.$seq", 8, 'Expected the name of a key, got "="'],
    ["reply[-1] == sent.$seq", 7, 'Expected an index or a key in double quotes, got "-"'],
    ["reply[1 == sent.$seq", 9, 'Expected "]", got "="'],
    ['reply["\\q"] == sent.$seq', 7, "The key is not a string as JSON writes it"],
    ["reply.a == sent.$seq or 1", 22, 'Expected the end, got "or"'],
    ["reply.a == reply.b", 12, 'One side has to be about "sent"'],
    ["sent.$seq == sent.id", 14, 'One side has to be about "reply"'],
    ["reply.a == sent.nothing", 12, "The value that is sent has nothing there" + advice],
    ["sent.cmd == reply.cmd", 1, "It is the same in every packet" + advice],
  ];
  for (const [source, column, why] of cases) {
    const error = assertThrows(() => parseMatch(source, TEMPLATE), ParseError);
    assertEquals([error.why, error.column], [why, column], source);
  }
});

Deno.test("parseMatch() knows what packets carry", () => {
  const bare = rawTemplate(new Uint8Array(4));
  const headed = rawTemplate(new Uint8Array(4), { hasHeader: true });
  assertEquals(parseMatch("reply.n == sent.$seq", headed).sent, "sequence");
  for (const word of ["$seq", "$time"]) {
    const parse = (): unknown => parseMatch(`reply.n == sent.${word}`, bare);
    assertThrows(parse, ParseError, `The packets carry no "${word}"`);
  }
});

Deno.test("valueAt() finds values in containers, and of equal keys the last", () => {
  const value = variantFromText(
    '{"a": [1, PackedInt32Array(5, 6)], &"n": 2, 3: "three", "a\\nb": true, "x": 1, "x": 2}',
  );
  const cases: readonly [steps: readonly MatchStep[], found: unknown][] = [
    [["a", 0], 1n],
    [["a", 1, 1], 6n],
    [["a", 1, 2], undefined],
    [["n"], 2n],
    [[3], "three"],
    [["a\nb"], true],
    [["x"], 2n],
    [["missing"], undefined],
    [["missing", "deeper"], undefined],
    [["n", 0], undefined],
  ];
  for (const [steps, found] of cases) assertEquals(valueAt(value, steps), found, String(steps));
  assertEquals(valueAt(value, []), value);
});
