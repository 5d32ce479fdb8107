import { assert, assertEquals, assertFalse } from "@std/assert";
import { describeSource, sourceFiles } from "../../support/sources.ts";

const TEXT = `/** Reads \`Deno.args\`, as in import("./doc.ts"). */

import { a, type B } from "./b.ts";
import type {
  C,
} from "../variant/c.ts";
import "node:fs";
export * from "@std/d";

// setTimeout("e.ts")
const url = "https://console.log"; // import("./comment.ts")
export async function load(): Promise<void> {
  await import("../cli/f.ts");
}
`;

Deno.test("describeSource() finds every import, and what kind it is", () => {
  const { folder, imports } = describeSource("src/commands/x.ts", TEXT);
  assertEquals(folder, "commands");
  const found = imports.map(({ path, target, targetFolder, isDynamic, isType }) => [
    path ?? target,
    targetFolder,
    isDynamic,
    isType,
  ]);
  assertEquals(found, [
    ["src/commands/b.ts", "commands", false, false],
    ["src/variant/c.ts", "variant", false, true],
    ["node:fs", "", false, false],
    ["@std/d", "", false, false],
    ["src/cli/f.ts", "cli", true, false],
  ]);
});

Deno.test("describeSource() blanks comments and strings, line by line", () => {
  const { code, lineCount } = describeSource("src/x.ts", TEXT);
  assertEquals(lineCount, TEXT.trimEnd().split("\n").length);
  assertEquals(code.split("\n").length, TEXT.split("\n").length);
  for (const word of ["Deno", "setTimeout", "console", "comment"]) {
    assertFalse(code.includes(word), word);
  }
  assert(code.includes("export async function load()"));
});

Deno.test("describeSource() tells files with code from files with types", () => {
  const hasCode = (text: string): boolean => describeSource("src/x.ts", text).hasCode;
  assert(hasCode(TEXT));
  assert(hasCode("export const x = 1;\n"));
  assert(hasCode("class X {}\n"));
  assertFalse(hasCode(`export type X = "function";\nexport interface Y {\n  const: X;\n}\n`));
  assertFalse(hasCode(`export { x } from "./x.ts";\n`));
});

Deno.test("sourceFiles() has main.ts and what is in src, without declarations", async () => {
  const paths = (await sourceFiles()).map(({ path }) => path);
  assert(paths.includes("main.ts") && paths.includes("src/cli/app.ts"));
  assertFalse(paths.includes("src/std.d.ts"));
});
