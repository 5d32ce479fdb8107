import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ParseError } from "../../src/errors.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantEquals } from "../../src/variant/equals.ts";
import { nodePathFromText, nodePathToText } from "../../src/variant/node_path.ts";
import { formatFloat, formatReal32, formatReal64, numberAt } from "../../src/variant/numbers.ts";
import { quoted } from "../../src/variant/text_leaf.ts";
import { ValueLines, variantFromText, variantToText } from "../../src/variant/text.ts";
import { NodePath, type Variant } from "../../src/variant/types.ts";
import {
  arbitraryNodePath,
  arbitraryText,
  arbitraryVariant,
} from "../support/arbitrary_variant.ts";

const RUNS = { numRuns: 500 };

function textOf(value: Variant, godot: 3 | 4 = 4): string {
  return variantToText(value, { godot });
}

for (const godot of [4, 3] as const) {
  const values = arbitraryVariant({ godot, objects: true });

  Deno.test(`variantFromText(variantToText(v)) is v, with Godot ${godot}`, () => {
    fc.assert(
      fc.property(values, (value) => variantEquals(variantFromText(textOf(value, godot)), value)),
      RUNS,
    );
  });

  Deno.test(`variantFromText(variantToText(v)) encodes to the same bytes, with Godot ${godot}`, () => {
    const hexOf = (value: Variant): string =>
      encodeVariant(value, { godot, fullObjects: true }).toHex();
    fc.assert(
      fc.property(values, (value) => {
        assertEquals(hexOf(variantFromText(textOf(value, godot))), hexOf(value));
      }),
      RUNS,
    );
  });
}

Deno.test("variantToText() writes one line without control characters", () => {
  fc.assert(
    fc.property(arbitraryVariant({ objects: true }), (value) => {
      return !/[\p{Cc}\u2028\u2029]/u.test(textOf(value));
    }),
    RUNS,
  );
});

Deno.test("ValueLines.push() takes what variantToText() writes as one whole value", () => {
  fc.assert(
    fc.property(arbitraryVariant({ objects: true }), (value) => {
      const text = textOf(value);
      assertEquals(new ValueLines().push(text), text);
    }),
    RUNS,
  );
});

Deno.test("ValueLines.push() waits exactly as long as variantFromText() finds a text incomplete", () => {
  fc.assert(
    fc.property(arbitraryVariant(), fc.nat(), (value, at) => {
      const text = textOf(value);
      const start = text.slice(0, at % (text.length + 1));
      const isOpen = new ValueLines().push(start) === null;
      const error = parseErrorOf(start);
      // A text may end in the middle of a word, with a bracket still open: an error all the same.
      if (error?.isIncomplete === true) assertEquals(isOpen, true, start);
      if (!isOpen) assertEquals(error?.isIncomplete ?? false, false, start);
    }),
    RUNS,
  );
});

/** Pieces of the notation, to be joined at random. */
const PIECES = [
  ...["{", "}", "[", "]", "(", ")", ",", ":", ";", "\n", " ", "\t", '"', "\\", "&", "@", "^", "#"],
  ...["null", "true", "nan", "inf", "-inf", "inf_neg", "Vector2", "Vector2(1, 2)", "Array[int]("],
  ...["Dictionary[int, Variant](", "Object(", "id", "Object(A,", "Resource(", "NodePath(", "RID("],
  ...['"a"', '"script"', "1", "-1", "0x1F", "1.5", "1e", "9223372036854775808", "-", "'", "\0"],
  ...["PackedByteArray(", "PackedFloat32Array(", "nan(0x7fc00001)", "\\ud83d", "\\u0041", "Class("],
];

Deno.test("variantFromText() makes a value or a ParseError of any text", () => {
  const anyText = fc.oneof(
    fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const error = parseErrorOf(text);
      if (error === null) return;
      const lines = text.split("\n");
      assertEquals(error.line >= 1 && error.line <= lines.length, true);
      const line = [...(lines[error.line - 1] ?? "")];
      assertEquals(error.column >= 1 && error.column <= line.length + 1, true);
    }),
    { numRuns: 5000 },
  );
});

/** What `variantFromText` throws; null when it does not. Anything but a ParseError is a failure. */
function parseErrorOf(text: string): ParseError | null {
  try {
    variantFromText(text);
    return null;
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}

Deno.test("variantFromText() reads any string that quoted() writes", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        arbitraryText(),
        fc.string({ unit: fc.nat({ max: 0xffff }).map(String.fromCharCode) }),
      ),
      (text) => {
        assertEquals(variantFromText(quoted(text)), text.toWellFormed());
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("numberAt() reads back what formatFloat() and formatReal64() write", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const float = formatFloat(value);
      assertEquals(numberAt(float, 0), { start: 0, end: float.length, value, isInteger: false });
      assertEquals(numberAt(formatReal64(value), 0)?.value, value);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("numberAt() reads back what formatReal32() writes, once it is narrowed", () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = formatReal32(value);
      assertEquals(Math.fround(numberAt(text, 0)?.value ?? NaN), value);
      assertEquals(text.replace(/e.*|[^0-9]/g, "").replace(/^0+|0+$/g, "").length <= 9, true);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("nodePathFromText() reads back every path that a text gave", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "/", ":", ".", "%", " "), maxLength: 12 }),
      (text) => {
        const path = nodePathFromText(text);
        assertEquals(nodePathFromText(nodePathToText(path)), path);
      },
    ),
    { numRuns: 2000 },
  );
});

Deno.test("variantFromText() reads back every path, also those that no text spells", () => {
  fc.assert(
    fc.property(arbitraryNodePath(), (path) => {
      const again = variantFromText(textOf(path));
      return again instanceof NodePath && variantEquals(again, path);
    }),
    RUNS,
  );
});
