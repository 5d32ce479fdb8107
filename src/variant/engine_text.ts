/**
 * What the engine makes of a string on the wire: `String::append_utf8` (`core/string/ustring.cpp`)
 * drops a leading byte order mark and stops at the first NUL. Decoded values keep both.
 */

/** The text that the engine reads. */
export function seenByEngine(text: string): string {
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  const nul = text.indexOf("\0", start);
  return nul < 0 ? text.slice(start) : text.slice(start, nul);
}

/** U+FEFF, as the first character of a text. */
export const BYTE_ORDER_MARK = "\ufeff";

/** True for a path that the engine would try to load a script from. */
export function isScriptPath(text: string): boolean {
  return seenByEngine(text).startsWith("res://");
}

/** True for the class name that stands for null: no property count follows it. */
export function isNullClass(className: string): boolean {
  return seenByEngine(className) === "";
}

/** True for the property of an object whose value has to be a script path, or Nil. */
export function isScriptProperty(name: string): boolean {
  return seenByEngine(name) === "script";
}
