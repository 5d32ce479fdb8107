/**
 * What holds for any value and any bytes: the short ways of reading a capture (datagrams in place,
 * templates of shapes, JSON from the wire) say what the long ways say; filters answer to anything;
 * the dump prints every byte once. Seeds are fixed: a failure comes back until it is mended.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { AsciiWriter } from "../../src/bytes/ascii_writer.ts";
import { collectNotes, type Dissection, leavesOf } from "../../src/bytes/dissection.ts";
import { DecodeError, ParseError } from "../../src/errors.ts";
import { compileFilter, type FilterSubject } from "../../src/inspect/filter.ts";
import { parseFilter } from "../../src/inspect/filter_parser.ts";
import { MessageShapes } from "../../src/inspect/message_shapes.ts";
import { renderHexdump } from "../../src/inspect/render_hexdump.ts";
import { ShapeTemplate } from "../../src/inspect/shape_template.ts";
import { shapeText } from "../../src/inspect/shape_text.ts";
import { type CaptureEvent, CaptureReader } from "../../src/pcap/capture.ts";
import { decodeVariant } from "../../src/variant/decode.ts";
import { dissectVariant } from "../../src/variant/dissect.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantToJson } from "../../src/variant/json.ts";
import { formatReal32 } from "../../src/variant/numbers.ts";
import { variantToText } from "../../src/variant/text.ts";
import type { Variant } from "../../src/variant/types.ts";
import { WireJson } from "../../src/variant/wire_json.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import { mutateBytes } from "../support/mutate.ts";
import { readAll } from "../support/pcap_builder.ts";
import { loadMalformedVectors, loadVariantVectors } from "../support/vectors.ts";

const SEED = 20260131;
const ARBITRARY = arbitraryVariant({ godot: 4 });

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** All vectors of Godot 4, good and malformed, whole and damaged. */
function* packets(): Generator<Uint8Array> {
  const vectors = [...loadVariantVectors(4), ...loadMalformedVectors()];
  for (const [index, { bytes }] of vectors.entries()) {
    if (bytes.length > 4000) continue;
    yield bytes;
    for (let round = 0; round < 10; round++) yield mutateBytes(bytes, index * 1000 + round);
  }
}

function decoded(bytes: Uint8Array): Variant | DecodeError {
  try {
    return decodeVariant(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error;
  }
}

// --- JSON from the wire ---

const WIRE_LINES = new AsciiWriter();
const WIRE = new WireJson(WIRE_LINES);

/** True when the short way was taken: then it says what the long one does. */
function checkWireJson(bytes: Uint8Array): boolean {
  WIRE_LINES.length = 0;
  if (!WIRE.write(bytes, viewOf(bytes), 0, bytes.length)) return false;
  const value = decoded(bytes);
  assert(!(value instanceof DecodeError));
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(WIRE_LINES.written), variantToJson(value));
  const text = JSON.stringify(variantToText(value));
  assertEquals(`"${decoder.decode(WIRE.text.written)}"`, text);
  assertEquals(collectNotes(dissectVariant(bytes)), []);
  return true;
}

Deno.test("WireJson says what the way over values says, of all vectors", () => {
  let taken = 0;
  for (const bytes of packets()) if (checkWireJson(bytes)) taken++;
  assert(taken > 100, `${taken} packets took the short way`);
});

Deno.test("WireJson says what the way over values says, of any value", () => {
  let taken = 0;
  fc.assert(
    fc.property(ARBITRARY, (value) => {
      if (checkWireJson(encodeVariant(value))) taken++;
    }),
    { seed: SEED, numRuns: 3000 },
  );
  assert(taken > 100, `${taken} values took the short way`);
});

/** The fewest digits by trying each number of them. */
function slowShortest32(value: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const rounded = Number(value.toPrecision(precision));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

Deno.test("formatReal32() has the fewest digits that lead back", () => {
  const check = (value: number): void => {
    assertEquals(formatReal32(value), slowShortest32(value));
    assertEquals(Math.fround(Number(formatReal32(value))), value);
  };
  for (let exponent = -3; exponent <= 6; exponent++) {
    const edge = new Float32Array([10 ** exponent]);
    const bits = new Int32Array(edge.buffer);
    const middle = bits[0] ?? 0;
    for (let near = -50; near <= 50; near++) {
      bits[0] = middle + near;
      const value = edge[0] ?? 0;
      if (value >= 1e-4) check(value);
    }
  }
  fc.assert(
    fc.property(fc.float({ min: Math.fround(1e-3), max: 1e6, noNaN: true }), (value) => {
      check(value);
      if (value !== 0) check(-value);
    }),
    { seed: SEED, numRuns: 20_000 },
  );
});

// --- Shapes ---

Deno.test("a template says yes only to packets that decode to its shape", () => {
  const known: { template: ShapeTemplate; shape: string }[] = [];
  let matches = 0;
  for (const bytes of packets()) {
    const value = decoded(bytes);
    const shape = value instanceof DecodeError ? null : shapeText(value);
    const view = viewOf(bytes);
    for (const { template, shape: expected } of known) {
      if (!template.matches(view, 0, bytes.length)) continue;
      matches++;
      assertEquals(shape, expected);
    }
    const template = shape === null ? null : ShapeTemplate.of(view, 0, bytes.length);
    if (template === null || shape === null) continue;
    assert(template.matches(view, 0, bytes.length), `${shape} matches itself`);
    if (known.length < 300) known.push({ template, shape });
  }
  assert(matches > 1000, `${matches} matches`);
});

Deno.test("MessageShapes counts what decoding each packet would count", () => {
  const shapes = new MessageShapes({});
  const expected = new Map<string, number>();
  const count = (bytes: Uint8Array): void => {
    const value = decoded(bytes);
    const shape = value instanceof DecodeError ? value.code : shapeText(value);
    expected.set(shape, (expected.get(shape) ?? 0) + 1);
    const isGood = shapes.count(bytes, viewOf(bytes), 0, bytes.length);
    assertEquals(isGood, !(value instanceof DecodeError));
  };
  for (let round = 0; round < 2; round++) for (const bytes of packets()) count(bytes);
  const counted = shapes.list().map(({ shape, packets }) => [shape, packets] as const);
  assertEquals(new Map(counted), expected);
});

// --- Datagrams in place ---

function readInPlace(file: Uint8Array, chunkSize: number): CaptureEvent[] {
  const reader = new CaptureReader();
  const events: CaptureEvent[] = [];
  const drain = (): void => {
    for (;;) {
      const frame = reader.nextDatagram();
      const event = frame === null ? reader.next() : null;
      if (frame !== null) {
        const [source, destination] = reader.endpointsOf(frame);
        const { number, time, payload, path, notes } = frame;
        events.push({
          type: "packet",
          frame: number,
          time,
          transport: "udp",
          source,
          destination,
          payload: payload.slice(),
          protocol: path.names,
          notes,
        });
      } else if (event !== null) events.push(event);
      else return;
    }
  };
  for (let at = 0; at < file.length; at += chunkSize) {
    reader.push(file.slice(at, at + chunkSize));
    drain();
  }
  reader.finish();
  drain();
  return events;
}

Deno.test("captures read the same with datagrams in place, whole and damaged", () => {
  const folder = new URL("../../fixtures/pcap/", import.meta.url);
  let files = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    if (!/\.pcap(?:ng)?$/.test(name)) continue;
    const file = Deno.readFileSync(new URL(name, folder));
    if (file.length > 100_000) continue;
    files++;
    for (let round = 0; round < 15; round++) {
      const damaged = round === 0 ? file : mutateBytes(file, round);
      const expected = outcome(() => readAll(damaged, {}, 1000));
      assertEquals(outcome(() => readInPlace(damaged, 1000)), expected, `${name} ${round}`);
    }
  }
  assert(files >= 4);
});

function outcome(read: () => CaptureEvent[]): CaptureEvent[] | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return error.message;
  }
}

// --- The dump ---

function checkDump(bytes: Uint8Array): void {
  const root: Dissection = dissectVariant(bytes);
  const lines = renderHexdump({ name: "packet", bytes, root });
  const rows = lines.flatMap((line) => {
    const match = /^([0-9a-f]{4,}) {2}((?:[0-9a-f]{2} ?)+) /.exec(line);
    return match === null ? [] : [{ at: parseInt(match[1] ?? "", 16), hex: match[2] ?? "", line }];
  });
  const printed = rows.map(({ hex }) => hex.replaceAll(" ", "")).join("");
  assertEquals(printed, bytes.toHex(), "every byte once, in order");
  const starts = new Map(
    leavesOf(root).filter(({ length }) => length > 0).map((leaf) => [leaf.offset, leaf] as const),
  );
  for (const { at, line } of rows) {
    const leaf = starts.get(at);
    if (leaf !== undefined) assert(line.includes(`  ${leaf.type}  `), line);
    starts.delete(at);
  }
  assertEquals([...starts.keys()], [], "every field has its row");
}

Deno.test("the dump prints every byte once, each with its field", () => {
  let index = 0;
  for (const bytes of packets()) if (index++ % 3 === 0 && bytes.length < 1000) checkDump(bytes);
  fc.assert(
    fc.property(ARBITRARY, (value) => checkDump(encodeVariant(value))),
    { seed: SEED, numRuns: 200 },
  );
});

// --- The filter language ---

const FIELDS = [
  "udp",
  "ok",
  "port",
  "src",
  "size",
  "value",
  "value.a",
  "value[0]",
  "type",
  "notes",
];
const OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "contains"];

/** What a filter sees of a value that came from nowhere. */
function subjectOf(value: Variant): FilterSubject {
  return {
    protocols: [],
    source: "10.0.0.1:1",
    destination: "[::1]:2",
    frame: 1,
    time: null,
    size: 10,
    conversation: null,
    direction: null,
    type: "int",
    error: null,
    notes: [],
    value,
  };
}

Deno.test("any text is a filter or a ParseError that points into it", () => {
  const token = fc.constantFrom(
    ...[...FIELDS, ...OPERATORS, "&&", "||", "!", "(", ")", "[", "]", "~", "/a/", "in", ",", "1"],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseFilter(text);
      } catch (error) {
        assert(error instanceof ParseError, String(error));
        assert(error.column <= [...text].length + 1);
        assert(error.excerpt.trimEnd().endsWith("^"));
      }
    }),
    { seed: SEED, numRuns: 5000 },
  );
});

Deno.test("a value equals what its own text says, and a comparison and its opposite exclude each other", () => {
  const plain = arbitraryVariant({ godot: 4, maxDepth: 1 }).filter((value) =>
    !/nan|inf/.test(variantToText(value))
  );
  fc.assert(
    fc.property(plain, plain, (value, other) => {
      const subject = subjectOf(value);
      const holds = (operator: string, operand: Variant): boolean =>
        compileFilter(`value ${operator} ${variantToText(operand)}`).matches(subject);
      assert(holds("==", value), variantToText(value));
      assertEquals(holds("!=", other), !holds("==", other));
      assert(!(holds("<", other) && holds(">=", other)));
      assert(!(holds(">", other) && holds("<=", other)));
    }),
    { seed: SEED, numRuns: 1000 },
  );
});
