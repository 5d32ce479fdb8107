import { assert, assertEquals } from "@std/assert";
import { HIGH_LEVEL_ERRORS, LOW_LEVEL_ERRORS } from "../../../src/dtls/mbedtls_errors.ts";

Deno.test("HIGH_LEVEL_ERRORS are multiples of 0x80 below 0x8000, LOW_LEVEL_ERRORS are below 0x80", () => {
  for (const number of Object.keys(HIGH_LEVEL_ERRORS).map(Number)) {
    assert(number % 0x80 === 0 && number >= 0x80 && number < 0x8000, number.toString(16));
  }
  for (const number of Object.keys(LOW_LEVEL_ERRORS).map(Number)) {
    assert(number > 0 && number < 0x80, number.toString(16));
  }
});

Deno.test("mbedTLS errors have unique names of one form and text without a full stop", () => {
  const all = [...Object.values(HIGH_LEVEL_ERRORS), ...Object.values(LOW_LEVEL_ERRORS)];
  assertEquals(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, meaning, cure } of all) {
    assert(/^[A-Z][A-Z0-9_]+$/.test(name), name);
    assert(meaning !== "" && !meaning.endsWith("."), name);
    assert(cure === null || (cure !== "" && !cure.endsWith(".")), name);
  }
});
