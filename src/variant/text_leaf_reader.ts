/**
 * What follows the name of a value that holds no others and is not made of numbers alone: paths,
 * names, ids. Also colors after `#`.
 */

import { nodePathFromText } from "./node_path.ts";
import { readId, readStringList } from "./text_constructors.ts";
import type { TextScanner } from "./text_scanner.ts";
import { Color, NodePath, Rid, Signal, StringName } from "./types.ts";

/** `("name")`: only scripts write it so. */
export function readStringName(s: TextScanner): StringName {
  s.open("(", "StringName");
  const text = s.string("the argument of StringName");
  s.close(")", "StringName");
  return new StringName(text);
}

/** `("a/b:c")`, or `(["name"], ["subname"], true)` for paths that no string spells. */
export function readNodePath(s: TextScanner): NodePath {
  s.open("(", "NodePath");
  const path = s.takeOpen("[") ? readNameLists(s) : nodePathFromText(s.string("a path"));
  s.close(")", "NodePath");
  return path;
}

/** After the bracket that opens the names. */
function readNameLists(s: TextScanner): NodePath {
  const names = readStringList(s, "]", "NodePath");
  if (!s.take(",")) throw s.expected('"," after the names');
  s.open("[", "the names");
  const subnames = readStringList(s, "]", "NodePath");
  if (!s.take(",")) throw s.expected('"," after the subnames');
  s.skipBlank();
  const start = s.position;
  const word = s.word();
  if (word === "true" || word === "false") return new NodePath(names, subnames, word === "true");
  s.position = start;
  throw s.expected('"true" or "false" for an absolute path or not');
}

/** `()` or `(5)`. */
export function readRid(s: TextScanner): Rid {
  s.open("(", "RID");
  if (s.takeClose(")")) return new Rid(0n);
  const id = readId(s, "RID");
  s.close(")", "RID");
  return new Rid(id);
}

/** Empty, as the engine prints every signal, or with name and object id. */
export function readSignal(s: TextScanner): Signal {
  s.open("(", "Signal");
  if (s.takeClose(")")) return new Signal("", 0n);
  const name = s.string("the name of a signal");
  if (!s.take(",")) throw s.expected('"," before the id of the object');
  const id = readId(s, "Signal");
  s.close(")", "Signal");
  return new Signal(name, id);
}

/** `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`. */
export function readHtmlColor(s: TextScanner): Color {
  const start = s.position++;
  const digits = s.hexDigits() ?? "";
  const size = digits.length <= 4 ? 1 : 2;
  if (![3, 4, 6, 8].includes(digits.length)) {
    throw s.failure("A color takes 3, 4, 6 or 8 hexadecimal digits", start);
  }
  const channel = (index: number): number => {
    const text = digits.slice(index * size, (index + 1) * size);
    return text === "" ? 1 : Math.fround(parseInt(text, 16) / (16 ** size - 1));
  };
  return new Color(channel(0), channel(1), channel(2), channel(3));
}

/** `("res://a.gd")`, or with a `uid://…` before or after the path; the path counts. */
export function readResourcePath(s: TextScanner): string {
  s.open("(", "Resource");
  const first = s.string("the path of a resource");
  let second: string | null = null;
  if (s.take(",")) {
    s.skipBlank();
    const start = s.position;
    second = s.string("the path of a resource");
    if (isUid(first) === isUid(second)) {
      throw s.failure("Resource takes one path and one uid", start);
    }
  }
  s.close(")", "Resource");
  return second === null || isUid(second) ? first : second;
}

function isUid(path: string): boolean {
  return path.startsWith("uid://");
}
