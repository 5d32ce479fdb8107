/**
 * The codec against the engine's: what `var_to_bytes` writes and packetpeer writes are the same
 * bytes, and either reads the other's notations. Commands run as `packetpeer`, values come from
 * `fixtures/godot4/values.gd` and `fixtures/godot3/values.gd`.
 */

import { assert, assertEquals } from "@std/assert";
import { decodeVariant } from "../../src/variant/decode.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { TYPE_OF_GODOT3_ID } from "../../src/variant/layout.ts";
import { variantToText } from "../../src/variant/text.ts";
import { type Variant, VARIANT_MAX, variantTypeOf } from "../../src/variant/types.ts";
import { runCli } from "../support/run_cli.ts";
import {
  compareInEngine,
  type Comparison,
  type EngineValue,
  loadEngineValues,
} from "./engine_scripts.ts";
import { findGodot, type Godot, godotTest } from "./godot.ts";

type Notation = Comparison["notation"];

/** What a notation does not carry, by the text that packetpeer has for the value. */
const LOST_IN = {
  // Forms that go beyond the engine's notation: `text.ts` lists them.
  text: {
    4: /nan\(0x|Signal\("|Object\(id |NodePath\(\[/,
    3: /nan\(0x|Object\(id |NodePath\(\[|RID|inf/,
  },
  // JSON has no NaN, and 53 bits for the numbers of a PackedInt64Array; the ids are not written.
  native: { 4: /.nan|Signal\("|Object\(id |RID\(-?\d|Int64Array\([^)]*\d{16}/, 3: /^/ },
} as const;

for (const generation of [4, 3] as const) {
  const found = await findGodot(generation);

  godotTest(found, `the codec keeps the bytes of Godot ${generation}`, keepsBytes);
  godotTest(
    found,
    `decode writes text that Godot ${generation} reads`,
    (godot) => assertEngineAgrees(godot, "text", writtenByDecode),
  );
  godotTest(
    found,
    `encode reads text as Godot ${generation} does`,
    (godot) => assertEngineAgrees(godot, "text", readByEncode),
  );

  if (generation === 3) continue; // it has no JSON form of its own
  godotTest(
    found,
    "decode -o native writes what JSON.to_native reads",
    (godot) => assertEngineAgrees(godot, "native", writtenByDecode),
  );
  godotTest(
    found,
    "encode --from native reads what JSON.from_native writes",
    (godot) => assertEngineAgrees(godot, "native", readByEncode),
  );
}

async function keepsBytes(godot: Godot): Promise<void> {
  const types = new Set<number>();
  for (const value of await loadEngineValues(godot)) {
    const decoded = decode(value);
    types.add(variantTypeOf(decoded));
    const encoded = encodeVariant(decoded, {
      godot: value.godot,
      fullObjects: value.hasFullObjects,
    });
    if (value.isSteady) assertEquals(encoded.toHex(), value.bytes.toHex());
    else assertEquals(encoded.length, value.bytes.length);
  }
  const expected = godot.generation === 3 ? TYPE_OF_GODOT3_ID.length : VARIANT_MAX;
  assertEquals(types.size, expected, "every type is among the values");
}

async function assertEngineAgrees(
  godot: Godot,
  notation: Notation,
  compare: (values: readonly EngineValue[], notation: Notation) => Promise<Comparison[]>,
): Promise<void> {
  const lost = LOST_IN[notation][godot.generation];
  const values = (await loadEngineValues(godot)).filter((value) =>
    value.isSteady && !lost.test(variantToText(decode(value), { godot: value.godot }))
  );
  assert(values.length > 400, `only ${values.length} values`);
  const differences = await compareInEngine(godot, await compare(values, notation));
  assertEquals(differences.slice(0, 5), []);
}

/** The engine's packets, and what `packetpeer decode` writes for them. */
async function writtenByDecode(
  values: readonly EngineValue[],
  notation: Notation,
): Promise<Comparison[]> {
  const lines = await runOverLines(
    ["decode", "-o", notation, "--allow-objects"],
    values.map(({ bytes }) => bytes.toHex()),
    values,
  );
  return values.map(({ bytes }, index) => {
    const line = lines[index] ?? "";
    return { notation, packet: bytes, written: notation === "text" ? line : nativeValueOf(line) };
  });
}

/** What `packetpeer encode` makes of what the engine writes, and what that was. */
async function readByEncode(
  values: readonly EngineValue[],
  notation: Notation,
): Promise<Comparison[]> {
  const lines = await runOverLines(
    ["encode", "--from", notation, "--full-objects"],
    values.map((value) => value[notation].trimEnd()), // the engine ends an Object with a line end
    values,
  );
  return values.map((value, index) => {
    const packet = Uint8Array.fromHex(lines[index] ?? "");
    return { notation, packet, written: value[notation] };
  });
}

/** Runs the program over lines, one for each value, and returns its lines. */
async function runOverLines(
  args: readonly string[],
  input: readonly string[],
  values: readonly EngineValue[],
): Promise<readonly string[]> {
  const godot = `${values[0]?.godot}`;
  const result = await runCli([...args, "--godot", godot], { stdin: input.join("\n") });
  assertEquals(result.code, 0, result.stderr);
  assertEquals(result.stdoutLines.length, values.length);
  return result.stdoutLines;
}

/** The member `value` as it is written: parsed, its numbers would lose digits. */
function nativeValueOf(line: string): string {
  return line.match(/"value":(.*),"text":"/s)?.[1] ?? line;
}

function decode({ bytes, godot, hasFullObjects }: EngineValue): Variant {
  return decodeVariant(bytes, { godot, allowObjects: hasFullObjects });
}
