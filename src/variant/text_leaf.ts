/**
 * How values that hold no others are written in Godot's notation, and the types of typed
 * containers. `text_writer.ts` joins them.
 */

import { typeName, typeOfName } from "./layout.ts";
import { isTextSafe, nodePathToText } from "./node_path.ts";
import {
  formatFloat,
  formatNaN32,
  formatNaN64,
  formatReal32,
  formatReal64,
  narrowNaN,
  quietNaN,
} from "./numbers.ts";
import {
  type ElementType,
  type EncodedObject,
  type FixedValue,
  type GodotVersion,
  type NodePath,
  type PackedComponents,
  type PackedNumbers,
  type Signal,
  type Variant,
  type VariantArray,
  type VariantDictionary,
  VariantType,
  variantTypeOf,
  type Vector2,
  type Vector2i,
  type Vector3,
  type Vector4,
} from "./types.ts";

/** A value that holds no others. */
export type Leaf = Exclude<Variant, VariantDictionary | VariantArray | EncodedObject>;

/** Writes a leaf with the type names of that generation; a float always shows that it is one. */
export function formatLeaf(value: Leaf, godot: GodotVersion): string {
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
      return numbersFor(godot, formatFloat(value));
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value === null) return "null";
  if (ArrayBuffer.isView(value)) return formatPackedNumbers(value, godot);
  switch (value.type) {
    case VariantType.StringName:
      return "&" + quoted(value.text);
    case VariantType.NodePath:
      return formatNodePath(value);
    case VariantType.RID:
      return value.id === 0n ? "RID()" : `RID(${signed(value.id)})`;
    case VariantType.Object:
      return `Object(id ${signed(value.id)})`;
    case VariantType.Callable:
      return "Callable()";
    case VariantType.Signal:
      return formatSignal(value);
    case VariantType.PackedStringArray:
      return `${typeName(value.type, godot)}(${quotedList(value.items)})`;
    case VariantType.PackedVector2Array:
    case VariantType.PackedVector3Array:
    case VariantType.PackedColorArray:
    case VariantType.PackedVector4Array:
      return construct(value.type, godot, formatElements(value.components, false));
    default:
      return construct(value.type, godot, formatFixed(value));
  }
}

function construct(type: VariantType, godot: GodotVersion, numbers: string): string {
  return `${typeName(type, godot)}(${numbersFor(godot, numbers)})`;
}

/** Godot 3 takes `-inf` for the int 0; its own word for it is read by both. */
function numbersFor(godot: GodotVersion, numbers: string): string {
  return godot === 3 ? numbers.replaceAll("-inf", "inf_neg") : numbers;
}

/** Ids are unsigned on the wire, but ints, and so signed, in scripts and in the engine's text. */
function signed(id: bigint): bigint {
  return BigInt.asIntN(64, id);
}

function formatPackedNumbers(array: PackedNumbers, godot: GodotVersion): string {
  const elements = array instanceof Float32Array || array instanceof Float64Array
    ? formatElements(array, array instanceof Float64Array)
    : array.join(", ");
  return construct(variantTypeOf(array), godot, elements);
}

/**
 * The elements of a packed array of floats. `isWide`: the wire has 64 bits for each. NaN is taken
 * from memory: read as a number, a signalling one would turn quiet.
 */
function formatElements(array: PackedComponents, isWide: boolean): string {
  const format = isWide ? formatReal64 : formatReal32;
  let text = "";
  for (let i = 0; i < array.length; i++) {
    const value = array[i]!;
    if (i > 0) text += ", ";
    text += Number.isNaN(value) ? formatNaNAt(array, i, isWide) : format(value);
  }
  return text;
}

function formatNaNAt(array: PackedComponents, index: number, isWide: boolean): string {
  if (array instanceof Float32Array) {
    return formatNaN32(new Uint32Array(array.buffer, array.byteOffset, array.length)[index]!);
  }
  const bits = new BigUint64Array(array.buffer, array.byteOffset, array.length)[index]!;
  return isWide ? formatNaN64(bits) : formatNaN32(narrowNaN(quietNaN(bits)));
}

/**
 * A string in quotes, on one line: control characters, line separators and the byte order mark
 * are escaped. A lone surrogate becomes what the wire makes of it, U+FFFD.
 */
export function quoted(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return `"${text.toWellFormed().replace(NEEDS_ESCAPE, escapeOf)}"`;
}

/** Most strings: half the time for a small message (tests/bench, captures). */
const PLAIN = /^[ !#-[\]-~]*$/;
// deno-lint-ignore no-control-regex -- a class of Unicode would take half a millisecond to load
const NEEDS_ESCAPE = /[\0-\x1f\x7f-\x9f"\\\u2028\u2029\ufeff]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeOf(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(4, "0");
  return SHORT_ESCAPES[character] ?? `\\u${code}`;
}

/** Strings in quotes, parted by commas. */
function quotedList(texts: readonly string[]): string {
  return texts.map(quoted).join(", ");
}

/** `NodePath("a/b:c")`, or names, subnames and `isAbsolute` where one string would lose something. */
function formatNodePath(path: NodePath): string {
  if (isTextSafe(path)) return `NodePath(${quoted(nodePathToText(path))})`;
  const names = `[${quotedList(path.names)}], [${quotedList(path.subnames)}]`;
  return `NodePath(${names}, ${path.isAbsolute})`;
}

/** `Signal()` as the engine writes every signal, when it is empty; else name and object id. */
function formatSignal({ signalName, objectId }: Signal): string {
  if (signalName === "" && objectId === 0n) return "Signal()";
  return `Signal(${quoted(signalName)}, ${signed(objectId)})`;
}

/** True for what the notation takes as one bare word. */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** What stands in the brackets of a typed Array or Dictionary. */
export function formatElementType(elementType: ElementType | null): string {
  if (elementType === null) return "Variant";
  switch (elementType.kind) {
    case "builtin":
      return formatBuiltin(elementType.type);
    case "class":
      return formatClass(elementType.className);
    case "script":
      return `Resource(${quoted(elementType.path)})`;
  }
}

/** `Object` alone means the class, as in a script; a bare `Nil` would mean untyped. */
function formatBuiltin(type: VariantType): string {
  if (type === VariantType.Object) return "TYPE_OBJECT";
  return type === VariantType.Nil ? "TYPE_NIL" : typeName(type);
}

function formatClass(className: string): string {
  const isPlain = isIdentifier(className) && !RESERVED_TYPES.has(className) &&
    (typeOfName(className) ?? VariantType.Object) === VariantType.Object;
  return isPlain ? className : `Class(${quoted(className)})`;
}

const RESERVED_TYPES: ReadonlySet<string> = new Set(["Variant", "TYPE_NIL", "TYPE_OBJECT"]);

/**
 * The components in the order of the wire. They are read one by one, as an array of numbers would
 * lose the payload of a NaN.
 */
function formatFixed(value: FixedValue): string {
  switch (value.type) {
    case VariantType.Vector2:
      return formatXY(value);
    case VariantType.Vector2i:
      return formatXYi(value);
    case VariantType.Vector3:
      return formatXYZ(value);
    case VariantType.Vector3i:
      return `${value.x}, ${value.y}, ${value.z}`;
    case VariantType.Vector4i:
      return `${value.x}, ${value.y}, ${value.z}, ${value.w}`;
    case VariantType.Vector4:
    case VariantType.Quaternion:
      return formatXYZW(value);
    case VariantType.Rect2:
      return `${formatXY(value.position)}, ${formatXY(value.size)}`;
    case VariantType.Rect2i:
      return `${formatXYi(value.position)}, ${formatXYi(value.size)}`;
    case VariantType.AABB:
      return `${formatXYZ(value.position)}, ${formatXYZ(value.size)}`;
    case VariantType.Plane:
      return `${formatXYZ(value.normal)}, ${formatReal32(value.d)}`;
    case VariantType.Transform2D:
      return `${formatXY(value.x)}, ${formatXY(value.y)}, ${formatXY(value.origin)}`;
    case VariantType.Basis:
      return formatRows(value.x, value.y, value.z);
    case VariantType.Transform3D: {
      const { x, y, z } = value.basis;
      return `${formatRows(x, y, z)}, ${formatXYZ(value.origin)}`;
    }
    case VariantType.Projection:
      return [value.x, value.y, value.z, value.w].map(formatXYZW).join(", ");
    case VariantType.Color:
      return `${formatTriple(value.r, value.g, value.b)}, ${formatReal32(value.a)}`;
  }
}

function formatXY({ x, y }: Vector2): string {
  return `${formatReal32(x)}, ${formatReal32(y)}`;
}

function formatXYi({ x, y }: Vector2i): string {
  return `${x}, ${y}`;
}

function formatXYZ({ x, y, z }: Vector3): string {
  return formatTriple(x, y, z);
}

function formatTriple(a: number, b: number, c: number): string {
  return `${formatReal32(a)}, ${formatReal32(b)}, ${formatReal32(c)}`;
}

function formatXYZW({ x, y, z, w }: Omit<Vector4, "type">): string {
  return `${formatTriple(x, y, z)}, ${formatReal32(w)}`;
}

/** The rows of a matrix that is given by its columns. */
function formatRows(x: Vector3, y: Vector3, z: Vector3): string {
  const first = formatTriple(x.x, y.x, z.x);
  return `${first}, ${formatTriple(x.y, y.y, z.y)}, ${formatTriple(x.z, y.z, z.z)}`;
}
