import { assertEquals, assertThrows } from "@std/assert";
import { ParseError } from "../../../src/errors.ts";
import { compileFilter, type FilterSubject } from "../../../src/inspect/filter.ts";
import { readText } from "../../../src/variant/text_reader.ts";

const MOVE: FilterSubject = {
  protocols: ["eth", "ip", "udp"],
  source: "10.0.0.1:5000",
  destination: "[fe80::1]:4242",
  frame: 3,
  time: 1.5,
  size: 20,
  conversation: 2,
  direction: "to_server",
  type: "Dictionary",
  error: null,
  notes: ["trailing-bytes", "bad-checksum"],
  value: readText('{"cmd": "move", "pos": Vector3(1, 2, 3), "list": [1, 2.5], &"a-b": 7}'),
};

/** Bytes that do not decode, and did not come from a capture. */
const BROKEN: FilterSubject = {
  ...MOVE,
  protocols: [],
  source: null,
  destination: null,
  time: null,
  conversation: null,
  direction: null,
  type: null,
  error: "ERR_INVALID_DATA",
  notes: [],
  value: undefined,
};

const TRUE_OF_MOVE = [
  'udp && port == 4242 && value.cmd == "move"',
  "!tcp",
  "ip",
  "sport == 5000 && dport == 4242",
  "port in [1, 5000]",
  "src == 10.0.0.1 && dst == fe80::1",
  "host == 10.0.0.1:5000",
  "host == [fe80::1]:4242",
  "src ~ /^10\\./",
  "frame == 3 && time >= 1.5 && size < 21 && size <= 20 && size > 19",
  "conversation == 2 && direction == to_server",
  "type == Dictionary",
  "ok",
  "ok == true",
  "notes",
  "notes == bad-checksum",
  "notes contains trailing",
  "notes ~ /bytes$/",
  "value.pos.z == 3",
  "value.pos",
  'value["a-b"] == 7.0',
  "value.list contains 2.5",
  'value contains "cmd"',
  'value.cmd in ["stop", "move"]',
  'value.cmd > "a"',
];

const FALSE_OF_MOVE = [
  "tcp",
  "port != 4242",
  "port != 5000",
  "value.nope",
  "value.nope == 1",
  "value.nope != 1",
  "value.cmd < 1",
  "error",
  "!ok",
  "ok == false",
  "notes == duplicate-key",
];

Deno.test("compileFilter() compares the fields of a packet", () => {
  for (const source of TRUE_OF_MOVE) {
    assertEquals(compileFilter(source).matches(MOVE), true, source);
  }
  for (const source of FALSE_OF_MOVE) {
    assertEquals(compileFilter(source).matches(MOVE), false, source);
  }
});

Deno.test("compileFilter() takes a field that is not there for false, whatever the operator", () => {
  const absent = ["port == 4242", "port != 4242", "src != 10.0.0.1", "time < 9", "value.a != 1"];
  for (const source of [...absent, "type != int", "udp", "value", "ok", "direction", "host"]) {
    assertEquals(compileFilter(source).matches(BROKEN), false, source);
  }
  for (const source of ["!ok", "error", "error == ERR_INVALID_DATA", "!udp", "size == 20"]) {
    assertEquals(compileFilter(source).matches(BROKEN), true, source);
  }
});

Deno.test("compileFilter() does not look at a value that it does not need", () => {
  const guarded: FilterSubject = {
    ...MOVE,
    get value(): never {
      throw new Error("looked at the value");
    },
    get type(): never {
      throw new Error("looked at the type");
    },
  };
  for (const source of ["udp && port == 4242", "tcp && value.cmd == 1", "udp || type == int"]) {
    compileFilter(source).matches(guarded);
  }
  assertThrows(() => compileFilter("value.a == 1").matches(guarded), Error, "looked at the value");
});

Deno.test("compileFilter() knows whether it needs conversations", () => {
  assertEquals(compileFilter("udp && !(direction == to_client)").needsConversations, true);
  assertEquals(compileFilter("conversation == 1 || tcp").needsConversations, true);
  assertEquals(compileFilter("udp && value.direction == 1").needsConversations, false);
  assertThrows(() => compileFilter("direction ="), ParseError);
});
