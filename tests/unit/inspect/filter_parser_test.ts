import { assert, assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { parseFilter } from "../../../src/inspect/filter_parser.ts";
import type { FilterNode } from "../../../src/inspect/filter_tree.ts";

const test = (field: string): FilterNode => parseFilter(field);

Deno.test("parseFilter() binds not before and before or", () => {
  const [udp, ok, tcp] = [test("udp"), test("ok"), test("tcp")];
  assertEquals(parseFilter("udp && !ok || tcp"), {
    kind: "or",
    left: { kind: "and", left: udp, right: { kind: "not", operand: ok } },
    right: tcp,
  });
  assertEquals(parseFilter("udp and not ok or tcp"), parseFilter("udp&&!ok||tcp"));
  const grouped = parseFilter("udp && (ok || tcp)");
  assertEquals(grouped, { kind: "and", left: udp, right: { kind: "or", left: ok, right: tcp } });
});

Deno.test("parseFilter() reads paths and values", () => {
  assertEquals(parseFilter(`value.pos["a b"][3].x == Vector2(1, 2)`), {
    ...parseFilter("value == Vector2(1, 2)"),
    path: ["pos", "a b", 3, "x"],
  } as FilterNode);
  assertEquals(parseFilter("size in [1, 2]"), {
    kind: "test",
    field: "size",
    path: [],
    comparison: { operator: "in", operands: [1n, 2n] },
  });
  assertEquals(parseFilter("value.a ~ /a\\/b/gi"), {
    kind: "test",
    field: "value",
    path: ["a"],
    comparison: { operator: "~", pattern: /a\/b/i },
  });
});

Deno.test("parseFilter() takes addresses and words without quotes", () => {
  const pairs = [
    ["src == 10.0.0.1", 'src == "10.0.0.1"'],
    ["dst == ::1", 'dst == "::1"'],
    ["host == [fe80::1]:4242", 'host == "[fe80::1]:4242"'],
    ["host in [10.0.0.1:1, ::1]", 'host in ["10.0.0.1:1", "::1"]'],
    ["type == Dictionary", 'type == "Dictionary"'],
    ["notes contains trailing-bytes", 'notes contains "trailing-bytes"'],
  ] as const;
  for (const [bare, quoted] of pairs) assertEquals(parseFilter(bare), parseFilter(quoted));
});

Deno.test("parseFilter() says what was expected, and where", () => {
  const cases: readonly (readonly [source: string, why: RegExp, column: number])[] = [
    ["", /^Expected a field/, 1],
    ["udp &&", /^Expected a field/, 7],
    ["udp tcp", /^Expected "&&", "\|\|" or the end/, 5],
    ["(udp", /^Expected "&&", "\|\|" or "\)"/, 5],
    ["nope == 1", /^Unknown field "nope"; the fields are udp/, 1],
    ["udp && cmd == 1", /; a key of the packet is value\.cmd$/, 8],
    ["player.hp == 1", /; a key of the packet is value\.player\.hp$/, 1],
    ["udp.port == 4242", /^There is no field "udp\.port": write port$/, 1],
    ["to_server", /: write direction == to_server$/, 1],
    ["constructor", /^Unknown field "constructor"/, 1],
    ["port = 1", /^"=" is no operator: write "=="/, 6],
    ["port ==", /^Expected a value after "=="/, 8],
    ['port == "a"', /^"port" is a number/, 9],
    ["src == 5", /^"src" is a text/, 8],
    ["ok == 1", /^"ok" is true or false/, 7],
    ["udp == 1", /^"udp" stands alone/, 5],
    ["value.", /^Expected a name after "\."/, 7],
    ["value[x]", /^Expected a key in quotes or an index/, 7],
    ["value[1", /^Expected "\]"/, 8],
    ["value.a ~ b", /^Expected a regular expression/, 11],
    ["value.a ~ /(/", /^Invalid regular expression/, 11],
    ["value.a in 3", /^"in" needs a list/, 13],
    ["port in 3", /^Expected a list after "in"/, 9],
    ["port in [3", /^Expected "," or "\]" in a list/, 11],
    ["!".repeat(101) + "udp", /nests too deep/, 101],
  ];
  for (const [source, why, column] of cases) {
    const error = assertThrows(() => parseFilter(source), ParseError);
    assert(why.test(error.why), `${source}: ${error.why}`);
    assertEquals(error.column, column, source);
  }
});
