import { assertEquals } from "@std/assert";
import { compileFilter } from "../../../src/inspect/filter.ts";
import {
  ADDRESS_FIELDS,
  NUMBER_FIELDS,
  PROTOCOL_FIELDS,
  WORD_FIELDS,
} from "../../../src/inspect/filter_tree.ts";

Deno.test("every field of the lists is one that a filter takes, once", () => {
  const fields = [...PROTOCOL_FIELDS, ...NUMBER_FIELDS, ...ADDRESS_FIELDS, ...WORD_FIELDS];
  assertEquals(new Set(fields).size, fields.length);
  for (const field of fields) assertEquals(typeof compileFilter(field).matches, "function");
});
