import { assertEquals } from "@std/assert";
import * as notes from "../../../src/variant/notes.ts";
import { unknownType } from "../../../src/variant/verdict.ts";

Deno.test("errorNote() has the engine's code and no place", () => {
  assertEquals(notes.errorNote(unknownType(12, 99, 39)), {
    severity: "error",
    code: "ERR_INVALID_DATA",
    message: "cannot decode Variant: type 99 does not exist, the last one is 38",
  });
});

Deno.test("notes quote texts of the wire, short and on one line", () => {
  assertEquals(
    notes.stringNul(`a\n"${"b".repeat(50)}`).message,
    `Godot ends the string at the first NUL: "a\\n\\"${"b".repeat(37)}…"`,
  );
});

Deno.test("notes show header bits and flags as unsigned numbers", () => {
  assertEquals(
    notes.unusedHeaderBits(0x80000000 | 0).message,
    "Godot never sets header bits 0x80000000 here and ignores them",
  );
  assertEquals(notes.nodePathFlags(-4).message, "Godot knows bit 0 only; 0xfffffffc is here");
});

Deno.test("note codes are kebab-case", () => {
  const all = [
    notes.trailingBytes(1),
    notes.nonCanonicalWidth(),
    notes.narrowNaN(),
    notes.signallingNaN(),
    notes.boolValue(2),
    notes.unusedHeaderBits(256),
    notes.wideReals(true),
    notes.ignoredWideFlag(),
    notes.nonzeroPadding(new Uint8Array(1)),
    notes.leakedPadding(new Uint8Array(1)),
    notes.missingPadding(1),
    notes.stringNul(""),
    notes.stringBom(),
    notes.packedStringTerminator(0),
    notes.countTopBit(0),
    notes.negativeCount(-1),
    notes.nodePathFlags(2),
    notes.nodePathRoot(),
    notes.nodePathOverflow(0),
    notes.nodePathSeparator("/"),
    notes.nodePathEmptyName(),
    notes.objectIdZero(),
    notes.emptyClass(),
    notes.emptyElementClass(),
    notes.duplicateKey(0),
    notes.duplicateProperty(0),
    notes.elementTypeNil(),
    notes.elementConverted("int", "float"),
    notes.elementDropped("int", "String"),
    notes.keyDropped("int", "String"),
    notes.valueKept("int", "String"),
    notes.elementClassReplaced("Node"),
    notes.elementClassNotChecked("Node"),
    notes.classNotChecked("Node", 4),
    notes.scriptNotChecked("res://x.gd"),
  ];
  assertEquals(all.filter(({ code }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(code)), []);
});
