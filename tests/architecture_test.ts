/**
 * The house rules that a program can check: which folder may import which, what only the outer
 * folders may touch, how large a file may be, and that every file has its test.
 */

import { assert, assertEquals } from "@std/assert";
import { type ImportLink, repositoryUrl, type SourceFile, sourceFiles } from "./support/sources.ts";

/** What each folder of `src` may import besides itself. `src/errors.ts` is open to all. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  variant: ["bytes"],
  packet: ["bytes", "variant"],
  tls: ["bytes", "dtls"],
  pcap: ["bytes", "variant", "packet", "dtls", "tls"],
  stats: ["bytes", "variant", "packet"],
  load: ["bytes", "variant", "packet", "stats"],
  dtls: ["bytes", "variant", "packet"],
  explain: ["bytes", "variant", "packet", "dtls"],
  inspect: ["bytes", "variant", "packet", "pcap", "dtls", "tls"],
  net: ["bytes", "variant", "packet", "stats", "dtls"],
  commands: [
    "bytes",
    "variant",
    "packet",
    "pcap",
    "stats",
    "load",
    "dtls",
    "tls",
    "explain",
    "inspect",
    "net",
    "cli",
  ],
  cli: ["commands"],
};

/** What commands are given; the rest of `cli` runs them. */
const CLI_FOR_COMMANDS = ["command", "error_report", "load", "output", "paint"]
  .map((name) => `src/cli/${name}.ts`);
/** The one file of `cli` that knows the commands. */
const REGISTRY = "src/cli/registry.ts";

/** Folders that may touch the system, the clock and the terminal. */
const OUTER_FOLDERS = ["net", "commands", "cli"];
const FORBIDDEN_GLOBALS =
  /\b(?:Deno|console|performance|globalThis|process)\.|\bMath\.random\b|\bcrypto\.(?:getRandomValues|randomUUID|subtle)\b|\bnew Date\b|\bDate\.|\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\(/;

/** The folders whose files may import `@std/…`. */
const STD_FOLDERS = ["cli", "commands"];
/** Other packages, and the one folder that each may be imported in. */
const PACKAGES: Readonly<Record<string, string>> = { "hdr-histogram-js": "stats" };
/** The files that load native code by FFI; of the inner folders, they alone may use Deno for it. */
const NATIVE_FILES: readonly string[] = [
  "src/dtls/native.ts",
  "src/dtls/openssl.ts",
  "src/net/datagram_batch.ts",
  "src/net/libc.ts",
  "src/net/short_sleep.ts",
];

/** The commands that must start fast, and the small packages that they may load on their way. */
const FAST_COMMANDS = ["encode", "decode", "send"];
const FAST_PACKAGES = ["@std/cli/parse-args", "@std/fmt/bytes"];

const MAX_LINES = 400;
/** Longer files, and why. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "src/variant/types.ts": "the Variant union is closed: one small class for each of its types",
};

/** Files whose test has another name, and which. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  "src/commands/listen.ts": "tests/cli/listen_send_test.ts",
  "src/commands/send.ts": "tests/cli/listen_send_test.ts",
};

const sources = await sourceFiles();

function assertNone(violations: readonly string[]): void {
  assert(violations.length === 0, `\n${violations.join("\n")}`);
}

/** A message for each import that breaks a rule. */
function imports(breaks: (source: SourceFile, link: ImportLink) => boolean): string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((link) => breaks(source, link))
      .map((link) => `${source.path} imports ${link.target}`)
  );
}

Deno.test("architecture: every folder of src has its arrows", () => {
  const folders = new Set(sources.map((source) => source.folder).filter((name) => name !== ""));
  assertEquals([...folders].filter((name) => !Object.hasOwn(ARROWS, name)), []);
});

Deno.test("architecture: imports point downwards only", () => {
  assertNone(imports(({ folder }, { path, targetFolder }) => {
    if (path === null || folder === "" || targetFolder === folder) return false;
    return path !== "src/errors.ts" && !ARROWS[folder]?.includes(targetFolder);
  }));
});

Deno.test("architecture: commands and cli meet in few files", () => {
  assertNone(imports(({ folder, path: from }, { path, targetFolder }) => {
    if (path === null) return false;
    if (folder === "commands" && targetFolder === "cli") return !CLI_FOR_COMMANDS.includes(path);
    return folder === "cli" && targetFolder === "commands" && from !== REGISTRY;
  }));
});

Deno.test("architecture: the library does not import the program", () => {
  const door = sources.filter((source) => source.folder === "" && source.path !== "main.ts");
  const program = ["cli", "commands"];
  const links = door.flatMap((source) => source.imports.map((link) => link.targetFolder));
  assertEquals(links.filter((folder) => program.includes(folder)), []);
});

Deno.test("architecture: no file imports itself in a circle", () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const link of byPath.get(path)?.imports ?? []) {
      if (link.path !== null && !link.isDynamic) visit(link.path, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  assertNone(circles);
});

Deno.test("architecture: every import leads to a file", () => {
  const paths = new Set(sources.map((source) => source.path));
  assertNone(imports((_, { path }) => path !== null && path.endsWith(".ts") && !paths.has(path)));
});

Deno.test("architecture: load() is told the same module twice: for types and as a path", () => {
  const CALL = /\bload<typeof import\(\s*"([^"]+)",?\s*\)>\(\s*"([^"]+)",?\s*\)/g;
  const base = repositoryUrl("src/cli/load.ts");
  assertNone(sources.flatMap(({ path, text }) =>
    [...text.matchAll(CALL)]
      .filter(([, type = "", at = ""]) =>
        new URL(type, repositoryUrl(path)).href !== new URL(at, base).href
      )
      .map(([call]) => `${path}: ${call}`)
  ));
});

Deno.test("architecture: library folders import no packages", () => {
  assertNone(imports(({ folder }, { path, target }) => {
    if (path !== null) return false;
    if (target.startsWith("@std/")) return !STD_FOLDERS.includes(folder);
    if (target.startsWith("node:")) return !OUTER_FOLDERS.includes(folder);
    return PACKAGES[target] !== folder;
  }));
});

Deno.test("architecture: only outer folders touch system, clock, chance and terminal", () => {
  const inner = sources.filter(({ folder, path }) =>
    path !== "main.ts" && !OUTER_FOLDERS.includes(folder) && !NATIVE_FILES.includes(path)
  );
  assertNone(inner.flatMap(({ path, code }) =>
    code.split("\n").flatMap((line, i) => {
      const found = FORBIDDEN_GLOBALS.exec(line)?.[0];
      return found === undefined ? [] : [`${path}:${i + 1} uses ${found}`];
    })
  ));
});

Deno.test("architecture: native code is loaded in few places", () => {
  const loading = sources.filter(({ code }) => code.includes("Deno.dlopen"));
  assertNone(loading.map(({ path }) => path).filter((path) => !NATIVE_FILES.includes(path)));
});

Deno.test("architecture: commands that start fast load no slow packages", () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  for (const name of FAST_COMMANDS) {
    const loaded = new Set(["main.ts", `src/commands/${name}.ts`]);
    const packages = new Set<string>();
    for (const path of loaded) {
      for (const link of byPath.get(path)?.imports ?? []) {
        if (link.isDynamic || link.isType) continue;
        if (link.path === null) packages.add(link.target);
        else loaded.add(link.path);
      }
    }
    assert(byPath.has(`src/commands/${name}.ts`), `${name} is there`);
    const slow = [...packages].filter((target) => !FAST_PACKAGES.includes(target));
    assertNone(slow.map((target) => `${name} loads ${target}`));
  }
});

Deno.test("architecture: no file is over 400 lines", () => {
  assertNone(
    sources.filter(({ lineCount, path }) => lineCount > MAX_LINES && !LONG_FILES[path])
      .map(({ path, lineCount }) => `${path} has ${lineCount} lines`),
  );
});

Deno.test("architecture: files are named in snake_case and say what they are", () => {
  assertNone(sources.flatMap(({ path, text }) => [
    ...(/^(?:[a-z0-9_]+\/)*[a-z0-9_]+\.ts$/.test(path) ? [] : [`${path} is not snake_case`]),
    ...(text.startsWith("/**") ? [] : [`${path} does not open with a comment`]),
  ]));
});

Deno.test("architecture: every file with code has a unit test", async () => {
  const missing: string[] = [];
  for (const { path, hasCode } of sources) {
    if (!hasCode || path === "main.ts") continue;
    const test = TESTED_ELSEWHERE[path] ?? testOf(path);
    if (!await exists(test)) missing.push(`${path} has no ${test}`);
  }
  assertNone(missing);
});

Deno.test("architecture: the lists of exceptions are no longer than needed", async () => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const isLong = (path: string): boolean => (byPath.get(path)?.lineCount ?? 0) > MAX_LINES;
  assertNone(Object.keys(LONG_FILES).filter((path) => !isLong(path)));
  assertNone(Object.keys(TESTED_ELSEWHERE).filter((path) => !byPath.has(path)));
  const own = Object.keys(TESTED_ELSEWHERE).map(async (path) =>
    await exists(testOf(path)) ? [path] : []
  );
  assertNone((await Promise.all(own)).flat());
});

function testOf(path: string): string {
  return path.replace("src/", "tests/unit/").replace(".ts", "_test.ts");
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(repositoryUrl(path))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
