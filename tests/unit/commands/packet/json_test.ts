import { assertEquals } from "@std/assert";
import { errorField, notesField, valueFields } from "../../../../src/commands/packet/json.ts";
import { DecodeError } from "../../../../src/errors.ts";
import { Quaternion } from "../../../../src/variant/types.ts";

function object(fields: string): unknown {
  return JSON.parse(`{${fields}}`);
}

Deno.test("valueFields() has type, value and text", () => {
  assertEquals(object(valueFields("a\n", "json", { godot: 4 })), {
    type: "String",
    value: "a\n",
    text: String.raw`"a\n"`,
  });
  assertEquals(object(valueFields(7n, "native", { godot: 4 })), {
    type: "int",
    value: "i:7",
    text: "7",
  });
});

Deno.test("valueFields() uses the names of the chosen version", () => {
  const fields = object(valueFields(new Quaternion(1, 2, 3, 4), "json", { godot: 3 }));
  assertEquals(fields, {
    type: "Quat",
    value: { x: 1, y: 2, z: 3, w: 4 },
    text: "Quat(1, 2, 3, 4)",
  });
});

Deno.test("errorField() has code, message, offset and path", () => {
  const error = new DecodeError(
    { code: "ERR_FILE_EOF", reason: "truncated", offset: 12, what: "String", why: "too short" },
    ["player", 0],
  );
  assertEquals(object(errorField(error)), {
    error: {
      code: "ERR_FILE_EOF",
      message: `Cannot decode String at byte 12 ($["player"][0]): too short`,
      offset: 12,
      path: `$["player"][0]`,
    },
  });
});

Deno.test("notesField() has offset, code and message of each note", () => {
  const note = { severity: "info", offset: 4, code: "wide-int", message: "64 bits" } as const;
  assertEquals(object(notesField([note])), {
    notes: [{ offset: 4, code: "wide-int", message: "64 bits" }],
  });
  assertEquals(notesField([]), `"notes":[]`);
});
