import { assertEquals } from "@std/assert";
import { formatPath, type PathStep } from "../../../src/errors.ts";
import { entryStep } from "../../../src/variant/path.ts";
import { NodePath, StringName, type Variant, Vector2 } from "../../../src/variant/types.ts";

Deno.test("entryStep() names a value by its key if that can be written, else by its place", () => {
  const rows: [key: Variant, step: PathStep, path: string][] = [
    ["name", "name", `$["name"]`],
    ["", "", `$[""]`],
    [new StringName("name"), "name", `$["name"]`],
    [-7n, -7n, "$[-7]"],
    [2n ** 63n - 1n, 2n ** 63n - 1n, "$[9223372036854775807]"],
    [1.5, { entry: 3 }, "$.values()[3]"],
    [7, { entry: 3 }, "$.values()[3]"],
    [true, { entry: 3 }, "$.values()[3]"],
    [null, { entry: 3 }, "$.values()[3]"],
    [new Vector2(1, 2), { entry: 3 }, "$.values()[3]"],
    [new NodePath(["a"], [], false), { entry: 3 }, "$.values()[3]"],
  ];
  for (const [key, step, path] of rows) {
    assertEquals(entryStep(key, 3), step);
    assertEquals(formatPath([entryStep(key, 3)]), path);
  }
});
