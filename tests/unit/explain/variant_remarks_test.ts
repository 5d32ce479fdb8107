import { assert, assertEquals } from "@std/assert";
import type { PlacedNote } from "../../../src/bytes/dissection.ts";
import type { FoundVariant } from "../../../src/explain/variant_probe.ts";
import { variantRemarks } from "../../../src/explain/variant_remarks.ts";

const FOUND: FoundVariant = { godot: 4, type: 28, typeName: "Array", size: 8, objectAt: null };

function note(code: string, offset: number): PlacedNote {
  return { code, offset, severity: "warning", message: `about ${code}` };
}

Deno.test("variantRemarks() begins with what speaks most against the value", () => {
  const notes = [note("non-canonical-width", 4), note("unused-header-bits", 0), note("other", 8)];
  const remarks = variantRemarks(FOUND, { notes, doubt: 0, typedAt: null });
  assertEquals(remarks.map(({ at }) => at), [0, 8, 4]);
  assertEquals(remarks[1]?.clause, "unusual at byte 8 (about other)");
});

Deno.test("variantRemarks() says each thing once, at its first place", () => {
  const notes = [note("string-nul", 8), note("string-nul", 20)];
  const remarks = variantRemarks(FOUND, { notes, doubt: 0, typedAt: null });
  assertEquals(remarks.map(({ at }) => at), [8]);
});

Deno.test("variantRemarks() names objects and typed containers with their calls and versions", () => {
  const found = { ...FOUND, objectAt: 12 };
  const [object, typed] = variantRemarks(found, { notes: [], doubt: 0, typedAt: 0 });
  assert(object?.clause.includes("byte 12") && object.clause.includes("get_var(true)"));
  assert(typed?.clause.includes("4.3"));
});
