/**
 * Godot's notation to Variant: the grammar. `text.ts` says what is accepted and where this differs
 * from the engine's `VariantParser::parse_value`. Nothing is loaded and no object is made: what
 * names objects and resources is read as data.
 */

import type { ParseError } from "../errors.ts";
import { typeOfName } from "./layout.ts";
import { nodePathFromText } from "./node_path.ts";
import { floatOfBits } from "./numbers.ts";
import { boxedList, int64Of, readConstructor, readId, realOfWord } from "./text_constructors.ts";
import {
  readHtmlColor,
  readNodePath,
  readResourcePath,
  readRid,
  readSignal,
  readStringName,
} from "./text_leaf_reader.ts";
import { similarWord, typeOfWord } from "./text_names.ts";
import { shortened, TextScanner } from "./text_scanner.ts";
import {
  Callable,
  type ElementType,
  EncodedObject,
  MAX_DEPTH,
  ObjectId,
  type ObjectProperty,
  StringName,
  type Variant,
  VariantArray,
  VariantDictionary,
  VariantType,
} from "./types.ts";

/** Reads one value that takes up the whole text. @throws {ParseError} */
export function readText(text: string): Variant {
  const s = new TextScanner(text);
  const value = readValue(s, 0);
  if (s.skipBlank() >= 0) throw s.expected("the text to end after the value");
  return value;
}

/** Reads the value that comes next in a text that goes on behind it. @throws {ParseError} */
export function readNextValue(s: TextScanner): Variant {
  return readValue(s, 0);
}

function readValue(s: TextScanner, depth: number): Variant {
  const first = s.skipBlank();
  if (depth > MAX_DEPTH) {
    throw s.failure(`Variant is too deep: more than ${MAX_DEPTH} levels of nesting`, s.position);
  }
  switch (first) {
    case BRACE:
      return readDictionary(s, depth, null, null);
    case BRACKET:
      return readArray(s, depth, null);
    case QUOTE:
      return s.string("a String");
    case AMPERSAND:
    case AT:
      return new StringName(readMarkedString(s));
    case CARET:
      return nodePathFromText(readMarkedString(s));
    case HASH:
      return readHtmlColor(s);
  }
  const token = s.takeNumber();
  if (token !== null) return token.isInteger ? int64Of(s, token) : token.value;
  return readWord(s, depth);
}

const QUOTE = 0x22, HASH = 0x23, AMPERSAND = 0x26, AT = 0x40;
const PARENTHESIS = 0x28, BRACKET = 0x5b, CARET = 0x5e, BRACE = 0x7b;

/** A string right after the character that marks what it is. */
function readMarkedString(s: TextScanner): string {
  s.position++;
  const text = s.isAt('"') ? s.takeString() : null;
  if (text === null) throw s.expected("a string in double quotes right after the mark");
  return text;
}

function readWord(s: TextScanner, depth: number): Variant {
  const start = s.position;
  const word = s.signedWord();
  switch (word) {
    case null:
      throw s.expected(s.isAt("'") ? "a string in double quotes" : "a value");
    case "null":
    case "nil":
      return null;
    case "true":
      return true;
    case "false":
      return false;
    case "Array":
      return readTypedArray(s, depth);
    case "Dictionary":
      return readTypedDictionary(s, depth);
    case "Object":
      return readObject(s, depth);
    case "Resource":
      return resourceOf(readResourcePath(s));
    case "SubResource":
    case "ExtResource":
      throw s.failure(`${word} has a meaning only inside a scene or resource file`, start);
    case "StringName":
      return readStringName(s);
    case "NodePath":
      return readNodePath(s);
    case "RID":
      return readRid(s);
    case "Signal":
      return readSignal(s);
    case "Callable":
      s.open("(", word);
      s.close(")", word);
      return new Callable();
  }
  const real = realOfWord(s, word);
  if (real !== null) return typeof real === "bigint" ? floatOfBits(real) : real;
  const type = typeOfWord(word);
  if (type === null || type <= VariantType.String) throw unknownWord(s, word, start);
  return readConstructor(s, type, word);
}

function unknownWord(s: TextScanner, word: string, start: number): ParseError {
  return s.failure(`Unknown name "${shortened(word)}": ${adviceFor(word)}`, start);
}

function adviceFor(word: string): string {
  if (typeOfWord(word) !== null) return "values of this type are written without its name";
  const similar = similarWord(word);
  return similar === null ? "a string needs double quotes" : `it is written "${similar}"`;
}

/** Up to the closing bracket; a comma may come last. */
function readArray(s: TextScanner, depth: number, elementType: ElementType | null): VariantArray {
  const items = boxedList<Variant>();
  s.open("[", "the parenthesis");
  while (!s.takeClose("]")) {
    items.push(readValue(s, depth + 1));
    if (!s.hasNext("]", "an Array")) break;
  }
  return new VariantArray(items, elementType);
}

/** Every entry as it is written: the engine would keep the last of equal keys. */
function readDictionary(
  s: TextScanner,
  depth: number,
  keyType: ElementType | null,
  valueType: ElementType | null,
): VariantDictionary {
  const keys = boxedList<Variant>();
  const values = boxedList<Variant>();
  s.open("{", "the parenthesis");
  while (!s.takeClose("}")) {
    keys.push(readValue(s, depth + 1));
    if (!s.take(":")) throw s.expected('":" after a key');
    values.push(readValue(s, depth + 1));
    if (!s.hasNext("}", "a Dictionary")) break;
  }
  return new VariantDictionary(keys, values, keyType, valueType);
}

/** `Array[int]([…])`, after the first word. Elements need not fit: that is up to the receiver. */
function readTypedArray(s: TextScanner, depth: number): VariantArray {
  s.open("[", "Array");
  const elementType = readElementType(s);
  s.close("]", "the element type");
  s.open("(", "the element type");
  const array = readArray(s, depth, elementType);
  s.close(")", "a typed Array");
  return array;
}

/** `Dictionary[int, Variant]({…})`, after the first word. */
function readTypedDictionary(s: TextScanner, depth: number): VariantDictionary {
  s.open("[", "Dictionary");
  const keyType = readElementType(s);
  if (!s.take(",")) throw s.expected('"," after the key type');
  const valueType = readElementType(s);
  s.close("]", "the value type");
  s.open("(", "the value type");
  const dictionary = readDictionary(s, depth, keyType, valueType);
  s.close(")", "a typed Dictionary");
  return dictionary;
}

/** A type in the brackets of a typed container; null for `Variant`. */
function readElementType(s: TextScanner): ElementType | null {
  const word = s.word();
  switch (word) {
    case null:
      throw s.expected("the name of a type");
    case "Variant":
    case "Nil":
      return null;
    case "TYPE_NIL":
      return { kind: "builtin", type: VariantType.Nil };
    case "TYPE_OBJECT":
      return { kind: "builtin", type: VariantType.Object };
    case "Class":
      if (s.takeOpen("(")) return readQuotedClass(s);
      break;
    case "Resource":
      if (s.skipBlank() === PARENTHESIS) return { kind: "script", path: readResourcePath(s) };
  }
  const type = typeOfName(word);
  const isClass = type === null || type === VariantType.Object;
  return isClass ? { kind: "class", className: word } : { kind: "builtin", type };
}

function readQuotedClass(s: TextScanner): ElementType {
  const className = s.string("the name of a class");
  s.close(")", "Class");
  return { kind: "class", className };
}

/** `Object(id 1234)`, or `Object(Class, "property": value, …)` as the engine prints it. */
function readObject(s: TextScanner, depth: number): ObjectId | EncodedObject {
  s.open("(", "Object");
  const quotedName = s.takeString();
  const name = quotedName ?? s.word();
  if (name === null) throw s.expected('the name of a class, or "id" and a number');
  if (s.takeClose(")")) return new EncodedObject(name, []);
  if (s.take(",")) return new EncodedObject(name, readProperties(s, depth));
  if (name !== "id" || quotedName !== null) throw s.expected('"," after the name of a class');
  const id = readId(s, "Object");
  s.close(")", "Object");
  return new ObjectId(id);
}

/** The properties up to the closing parenthesis. */
function readProperties(s: TextScanner, depth: number): ObjectProperty[] {
  const properties: ObjectProperty[] = [];
  while (!s.takeClose(")")) {
    const name = s.string("the name of a property");
    if (!s.take(":")) throw s.expected('":" after the name of a property');
    properties.push(propertyOf(name, readPropertyValue(s, depth, name)));
    if (!s.hasNext(")", "Object")) break;
  }
  return properties;
}

/** The wire has a script as its path, while the engine prints it as a resource. */
function readPropertyValue(s: TextScanner, depth: number, name: string): Variant {
  const start = s.position;
  if (name === "script" && s.word() === "Resource") return readResourcePath(s);
  s.position = start;
  return readValue(s, depth + 1);
}

/** Made with null at first: V8 then keeps numbers in it boxed, and NaN its payload. */
function propertyOf(name: string, value: Variant): ObjectProperty {
  const property: { name: string; value: Variant } = { name, value: null };
  property.value = value;
  return property;
}

/** A resource that is not the script of an object: nothing is known of it but its path. */
function resourceOf(path: string): EncodedObject {
  return new EncodedObject("Resource", [{ name: "resource_path", value: path }]);
}
