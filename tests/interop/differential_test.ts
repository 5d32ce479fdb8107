/**
 * Thousands of packets, sound and broken, decoded by packetpeer and by the engine: same verdict, same
 * error, same size, and what the engine writes for the value differs from the packet exactly where
 * packetpeer has a note on it. Seeded: the same packets every time.
 */

import { assertEquals } from "@std/assert";
import { equals } from "@std/bytes/equals";
import fc from "fast-check";
import { collectNotes } from "../../src/bytes/dissection.ts";
import { DecodeError } from "../../src/errors.ts";
import { type DecodeOptions, decodeVariant, VariantDecoder } from "../../src/variant/decode.ts";
import { dissectVariant } from "../../src/variant/dissect.ts";
import { encodeVariant } from "../../src/variant/encode.ts";
import { variantEquals } from "../../src/variant/equals.ts";
import {
  EncodedObject,
  ObjectId,
  type Variant,
  VariantArray,
  VariantDictionary,
} from "../../src/variant/types.ts";
import { arbitraryVariant } from "../support/arbitrary_variant.ts";
import { mutateBytes } from "../support/mutate.ts";
import { loadMalformedVectors, loadVariantVectors } from "../support/vectors.ts";
import { askEngine, type EngineVerdict } from "./engine_scripts.ts";
import { findGodot, type Godot, godotTest } from "./godot.ts";

const SEED = 20240601;
/** Longer ones, nested to the limit, are in the golden vectors: here they would be most of the time. */
const MAX_SIZE = 4000;

const godot4 = await findGodot(4);
const godot3 = await findGodot(3);

godotTest(
  godot4,
  "decoding agrees with Godot 4 on sound and broken packets",
  (godot) => assertAgreement(godot, false, 16_000),
);
godotTest(
  godot4,
  "decoding agrees with Godot 4 on packets with full objects",
  (godot) => assertAgreement(godot, true, 8_000),
);
// Not with full objects: a Curve with broken data brings the engine down.
godotTest(
  godot3,
  "decoding agrees with Godot 3 on sound and broken packets",
  (godot) => assertAgreement(godot, false, 8_000),
);

async function assertAgreement(godot: Godot, allowObjects: boolean, count: number): Promise<void> {
  const options = { godot: godot.generation, allowObjects };
  const packets = makePackets(options, count);
  const verdicts = await askEngine(godot, packets, allowObjects);
  const comparer = new VerdictComparer(options);
  const disagreements = packets.flatMap((bytes, index) => {
    const problem = comparer.compare(bytes, verdicts[index] ?? { ok: false });
    return problem === null ? [] : [`${bytes.toHex()}: ${problem}`];
  });
  assertEquals(disagreements.sort((a, b) => a.length - b.length).slice(0, 10), []);
}

/** Arbitrary values and golden vectors as they are, then damaged copies of them. */
function makePackets(options: Required<DecodeOptions>, count: number): Uint8Array[] {
  const { godot, allowObjects } = options;
  const values = fc.sample(arbitraryVariant({ godot, objects: allowObjects }), {
    seed: SEED,
    numRuns: count / 8,
  });
  const sound = [
    ...values.map((value) => encodeVariant(value, { godot, fullObjects: allowObjects })),
    ...loadVariantVectors(godot).filter((vector) => vector.hasFullObjects === allowObjects)
      .map(({ bytes }) => bytes),
    ...loadMalformedVectors().filter((vector) => vector.allowObjects === allowObjects)
      .map(({ bytes }) => bytes),
  ].filter((bytes) => bytes.length <= MAX_SIZE);
  const damaged = Array.from(
    { length: count - sound.length },
    (_, index) => mutateBytes(sound[index % sound.length] ?? new Uint8Array(), SEED + index),
  );
  return [...sound, ...damaged];
}

/** Notes on what is unusual, but neither refused nor written in another way by the engine. */
const KEPT_BY_ENGINE = new Set(["value-kept", "node-path-empty-name", "node-path-separator"]);
/** Notes that leave open what the engine does: it depends on its classes and files. */
const UP_TO_PROJECT = new Set(["class-not-checked", "script-not-checked"]);
/** Notes on what packetpeer keeps apart and the engine reads as one: null, a text without NUL. */
const ONE_TO_ENGINE = new Set(["object-id-zero", "empty-class", "packed-string-terminator"]);

/** Finds where packetpeer and the engine see a packet differently. */
class VerdictComparer {
  readonly #options: Required<DecodeOptions>;
  readonly #decoder: VariantDecoder;

  constructor(options: Required<DecodeOptions>) {
    this.#options = options;
    this.#decoder = new VariantDecoder(options);
  }

  /** What differs; null where nothing does. */
  compare(bytes: Uint8Array, verdict: EngineVerdict): string | null {
    let value: Variant;
    try {
      value = this.#decoder.decode(bytes);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return this.#compareErrors(error, verdict);
    }
    if (!verdict.ok) {
      const isExpected = verdict.project &&
        this.#notesOn(bytes).some((note) => UP_TO_PROJECT.has(note.code));
      return isExpected ? null : `decoded, but the engine says ${verdict.error || "no"}`;
    }
    return this.#compareSizes(bytes, verdict) ?? this.#compareValues(bytes, value, verdict);
  }

  #compareErrors(error: DecodeError, verdict: EngineVerdict): string | null {
    if (verdict.ok) return `the engine decodes it: ${error.message}`;
    if (verdict.project || verdict.error === undefined) return null;
    // The engine logs an index error here, without the code that it returns.
    if (verdict.error === "" && error.reason === "bad-container-type") return null;
    return verdict.error === error.code ? null : `${verdict.error} in the engine: ${error.message}`;
  }

  #compareSizes(bytes: Uint8Array, { size }: EngineVerdict): string | null {
    // The engine counts the padding of a last PackedByteArray even when it is not there.
    if (size === undefined || Math.min(size, bytes.length) === this.#decoder.end) return null;
    return `takes ${this.#decoder.end} bytes, but ${size} in the engine`;
  }

  #compareValues(bytes: Uint8Array, value: Variant, verdict: EngineVerdict): string | null {
    if (!variantEquals(decodeVariant(bytes, this.#options), value)) {
      return "a decoder that has decoded other packets reads another value";
    }
    const notes = this.#notesOn(bytes).filter(({ code }) => !KEPT_BY_ENGINE.has(code));
    const codes = notes.map((note) => note.code).join();
    const isUpToProject = notes.some(({ code }) => UP_TO_PROJECT.has(code));
    if (isUpToProject || isRewrittenAnyway(value)) return null;
    const rewritten = Uint8Array.fromHex(verdict.reencoded ?? "");
    if (this.#options.godot === 4) {
      const isSame = equals(rewritten, bytes);
      if (isSame && codes !== "") return `${codes}, but the engine writes the same`;
      if (!isSame && codes === "") return `no note, but the engine writes ${rewritten.toHex()}`;
    }
    const isSameValue = notes.every((note) =>
      note.code === "trailing-bytes" || note.severity === "info" && !ONE_TO_ENGINE.has(note.code)
    );
    if (!isSameValue || variantEquals(this.#decoder.decode(rewritten), value)) return null;
    return `only ${codes || "no note"}, but another value in the engine: ${rewritten.toHex()}`;
  }

  #notesOn(bytes: Uint8Array): ReturnType<typeof collectNotes> {
    return collectNotes(dissectVariant(bytes, this.#options));
  }
}

/**
 * True when the engine never writes again what it read: an object's id becomes the id of its wrapper,
 * and an object has all the properties of its class.
 */
function isRewrittenAnyway(value: Variant): boolean {
  if (value instanceof VariantArray) {
    return value.items.some((item) => isRewrittenAnyway(item));
  }
  if (value instanceof VariantDictionary) {
    return [...value.keys, ...value.values].some((item) => isRewrittenAnyway(item));
  }
  return value instanceof ObjectId || value instanceof EncodedObject;
}
