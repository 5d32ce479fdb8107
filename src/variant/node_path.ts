/**
 * NodePath as one string, `/root/Main:position:x`, in both directions. The rules are those of the
 * engine's `NodePath(String)` and `String(NodePath)` (`core/string/node_path.cpp`). How the string
 * is quoted in a notation is not known here.
 */

import { NodePath } from "./types.ts";

/**
 * The path that the engine makes of a string: names are parted by `/`, subnames follow the first
 * `:`, a leading `/` makes it absolute. Empty names (`a//b`, `a/b/`) and a `:` at the very end
 * vanish; an empty subname anywhere else (`a::b`) makes the whole path empty.
 */
export function nodePathFromText(text: string): NodePath {
  const colon = text.indexOf(":");
  const nameText = colon < 0 ? text : text.slice(0, colon);
  const subnames = colon < 0 ? [] : text.slice(colon + 1).split(":");
  if (subnames.at(-1) === "") subnames.pop();
  if (subnames.includes("")) return new NodePath([], [], false);
  const names = nameText.split("/").filter((name) => name !== "");
  return new NodePath(names, subnames, nameText.startsWith("/"));
}

/** The string that the engine makes of a path. `isTextSafe` says whether it leads back. */
export function nodePathToText(path: NodePath): string {
  const names = (path.isAbsolute ? "/" : "") + path.names.join("/");
  return path.subnames.length === 0 ? names : `${names}:${path.subnames.join(":")}`;
}

/**
 * True when `nodePathFromText(nodePathToText(path))` is the same path. The wire can carry others:
 * empty names, and names that hold `/` or `:`.
 */
export function isTextSafe(path: NodePath): boolean {
  return path.names.every((name) => name !== "" && !/[/:]/.test(name)) &&
    path.subnames.every((subname) => subname !== "" && !subname.includes(":"));
}
