/** The program's own source files, as far as rules about them need to know them. */

const ROOT = new URL("../../", import.meta.url);

/** One file of the program. */
export interface SourceFile {
  /** From the root of the repository: `src/variant/decode.ts`. */
  readonly path: string;
  /** The folder in `src`: `variant`; empty for `main.ts` and the files in `src` itself. */
  readonly folder: string;
  readonly text: string;
  /** The text with comments and quoted strings blanked out, line by line the same. */
  readonly code: string;
  readonly lineCount: number;
  readonly imports: readonly ImportLink[];
  /** False when the file has types and re-exports only. */
  readonly hasCode: boolean;
}

/** One import or re-export. */
export interface ImportLink {
  /** As written. */
  readonly target: string;
  /** The file it leads to, from the root of the repository; null for packages. */
  readonly path: string | null;
  /** The folder of that file; empty for packages too. */
  readonly targetFolder: string;
  /** `import("…")`: loaded when it is used. */
  readonly isDynamic: boolean;
  /** `import type`: gone when the program runs. */
  readonly isType: boolean;
}

/** A path of the repository as the file system takes it. */
export function repositoryUrl(path: string): URL {
  return new URL(path, ROOT);
}

/** `main.ts` and every TypeScript file in `src`, declarations aside, sorted by path. */
export async function sourceFiles(): Promise<readonly SourceFile[]> {
  const paths = ["main.ts"];
  for await (const path of walk("src")) {
    if (path.endsWith(".ts") && !path.endsWith(".d.ts")) paths.push(path);
  }
  return await Promise.all(paths.sort().map(readSource));
}

async function* walk(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(repositoryUrl(`${folder}/`))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* walk(path);
    else yield path;
  }
}

async function readSource(path: string): Promise<SourceFile> {
  return describeSource(path, await Deno.readTextFile(repositoryUrl(path)));
}

/** What rules need to know about a file, from its text. */
export function describeSource(path: string, text: string): SourceFile {
  const code = blanked(text);
  return {
    path,
    folder: folderOf(path),
    text,
    code,
    lineCount: text.trimEnd().split("\n").length,
    imports: importsOf(path, text.replace(COMMENT, blank)),
    hasCode: /^(?:export )?(?:default )?(?:async )?(?:function|class|const|let)\b/m.test(code),
  };
}

function folderOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "";
}

const STATIC_IMPORT = /^(?:import|export)\s+(type\s)?(?:[^;"]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC_IMPORT = /\bimport\("([^"]+)"\)/g;

function importsOf(path: string, text: string): ImportLink[] {
  const statics = [...text.matchAll(STATIC_IMPORT)].map(([, type, target = ""]) =>
    link(path, target, false, type !== undefined)
  );
  const dynamics = [...text.matchAll(DYNAMIC_IMPORT)].map(([, target = ""]) =>
    link(path, target, true, false)
  );
  return [...statics, ...dynamics];
}

function link(from: string, target: string, isDynamic: boolean, isType: boolean): ImportLink {
  const path = target.startsWith(".")
    ? new URL(target, new URL(from, ROOT)).href.slice(ROOT.href.length)
    : null;
  return { target, path, targetFolder: folderOf(path ?? ""), isDynamic, isType };
}

/** Comments, where they stand as they do in formatted code: strings with `//` in them are none. */
const COMMENT = /\/\*\*[^]*?\*\/|(?<=^|\s)\/\/ [^\n]*/g;
const STRING = /"(?:\\.|[^"\\\n])*"/g;

function blanked(text: string): string {
  return text.replace(COMMENT, blank).replace(STRING, blank);
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
