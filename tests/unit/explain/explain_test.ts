/**
 * `explain()` as a whole: the complaints of users and what the engine writes, the ranking over all
 * golden vectors, and the sentences of the verdicts, which `fixtures/explain/verdicts.json` keeps.
 */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { explainSeries } from "../../../src/commands/explain/series.ts";
import { explain, EXPLAINED_SIZE } from "../../../src/explain/explain.ts";
import { EXPLAINS } from "../../../src/explain/reading.ts";
import { loadVariantVectors, type VariantVector } from "../../support/vectors.ts";
import { CASES, framed, join, noise, variant } from "./cases.ts";

const FIXTURES = new URL("../../../fixtures/explain/", import.meta.url);
const VERDICTS = new URL("verdicts.json", FIXTURES);
/** Set to write the verdicts anew; read the difference before you keep it. */
const IS_UPDATE = Deno.env.has("UPDATE_VERDICTS");

const verdicts: Record<string, string> = IS_UPDATE
  ? {}
  : JSON.parse(Deno.readTextFileSync(VERDICTS));

for (const { name, bytes, what, receiver = 4 } of CASES) {
  Deno.test(`explain: ${name}`, async () => {
    const { parts, verdict } = await explainSeries([bytes], { receiver });
    assertEquals(parts[0]?.explanation.best?.what ?? null, what);
    if (IS_UPDATE) verdicts[name] = verdict;
    else assertEquals(verdict, verdicts[name]);
  });
}

Deno.test("explain: every case has another name, and every verdict kept is of a case", () => {
  const names = CASES.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
  assertEquals(Object.keys(verdicts).toSorted(), names.toSorted());
  if (IS_UPDATE) Deno.writeTextFileSync(VERDICTS, JSON.stringify(verdicts, null, 2) + "\n");
});

/** What the engine itself wrote, by the call that wrote it. */
const ENGINE: Readonly<Record<string, string>> = {
  "put-var-le": "a Godot 4 Variant (Dictionary) behind a 4-byte little-endian length",
  "put-var-be": "a Godot 4 Variant (Dictionary) behind a 4-byte big-endian length",
  "put-string-le": "lines of a text protocol like IRC behind a 4-byte little-endian length",
  "put-string-be": "lines of a text protocol like IRC behind a 4-byte big-endian length",
  "put-utf8-string-le": "a plain text behind a 4-byte little-endian length",
  "put-utf8-string-be": "a plain text behind a 4-byte big-endian length",
  "put-string-latin1": "a plain text behind a 4-byte little-endian length",
  "put-floats-le": "3 32-bit floats",
  "put-floats-be": "3 32-bit floats, big-endian",
  "put-double-le": "2 64-bit floats",
  "put-double-be": "2 64-bit floats, big-endian",
  "put-u8-float-le": "a header of 1 byte and 2 32-bit floats",
  "put-u8-float-be": "a header of 1 byte and 2 32-bit floats, big-endian",
  "put-data-line": "lines of a text protocol like IRC",
  "put-var-twice": "3 Godot 4 Variants, each behind a 4-byte little-endian length",
  "packet-peer-stream-text": "a JSON text behind a 4-byte little-endian length",
  "utf8-buffer": "a plain text",
  "ascii-buffer": "a plain text",
  "utf16-buffer": "a UTF-16 text",
  "utf32-buffer": "a UTF-32 text",
  "json": "a JSON text",
  "json-native": "a JSON text of JSON.from_native",
  "var-to-str": "a text in Godot's notation",
  "variant-to-base64": "base64 text of a Godot 4 Variant (Dictionary)",
  "utf8-to-base64": "base64 text of a plain text",
  "hex-encode": "hexadecimal text of a Godot 4 Variant (Dictionary)",
  "var-to-bytes": "a Godot 4 Variant (Dictionary)",
  "var-to-bytes-objects": "a Godot 4 Variant (Array)",
  "var-to-bytes-node": "a Godot 4 Variant (Dictionary)",
  "own-message-id": "a Godot 4 Variant (Dictionary) from byte 1 on",
  "two-values": "2 Godot 4 Variants one behind the other",
  "enet-connect": "an ENet datagram (connect)",
  "enet-send-none":
    "an ENet datagram (acknowledge, send reliable) that carries a Godot 4 Variant (Dictionary)",
  "enet-send-zlib":
    "an ENet datagram compressed with ZLIB (acknowledge, send reliable) that carries a Godot 4 Variant (Dictionary)",
  "enet-send-zstd":
    "an ENet datagram compressed with ZSTD (acknowledge, send reliable) that carries a Godot 4 Variant (Dictionary)",
  "enet-send-fastlz":
    "an ENet datagram compressed with FASTLZ (acknowledge, send reliable) that carries a Godot 4 Variant (Dictionary)",
  "enet-send-range-coder": "an ENet datagram compressed with the range coder",
  "multiplayer-add-peer": "a SceneMultiplayer packet (add peer)",
  "multiplayer-add-first-peer": "a SceneMultiplayer packet (add peer)",
  "multiplayer-simplify-path": "a SceneMultiplayer packet (simplify path)",
  "multiplayer-rpc": "a remote call of SceneMultiplayer (@rpc) with 0 arguments",
  "multiplayer-rpc-arguments": "a remote call of SceneMultiplayer (@rpc) with 2 arguments",
  "multiplayer-send-bytes": "a SceneMultiplayer packet (raw packet)",
  "web-socket-upgrade": "a WebSocket upgrade request",
  "typed-array": "a Godot 4 Variant (Array)",
  "string-with-json": "a Godot Variant (String)",
};
const MODES: Readonly<Record<string, string>> = {
  fastlz: "FASTLZ (mode 0)",
  deflate: "DEFLATE (mode 1, zlib)",
  zstd: "ZSTD (mode 2)",
  gzip: "GZIP (mode 3)",
};

function expectedOf(name: string): string | undefined {
  const [, kind, mode = ""] =
    /^(compress|compress-text|compress-short|compressed-file)-(\w+)$/.exec(name) ?? [];
  const suffix = `compressed with ${MODES[mode]}`;
  switch (kind) {
    case "compress":
      return `a Godot 4 Variant (Dictionary) ${suffix}`;
    case "compress-text":
      return `a plain text ${suffix}`;
    case "compress-short":
      return `a Godot Variant (int) ${suffix}`;
    case "compressed-file":
      return "a compressed file of FileAccess that holds a Godot 4 Variant (Dictionary) behind a " +
        "4-byte little-endian length";
    default:
      return ENGINE[name];
  }
}

Deno.test("explain: what the engine writes is explained by the call that wrote it", async (t) => {
  const lines = Deno.readTextFileSync(new URL("engine.jsonl", FIXTURES)).trim().split("\n");
  assertGreater(lines.length, 60);
  for (const line of lines) {
    const { name, hex } = JSON.parse(line);
    await t.step(name, async () => {
      const { parts } = await explainSeries([Uint8Array.fromHex(hex)], { receiver: 4 });
      assertEquals(parts[0]?.explanation.best?.what, expectedOf(name) ?? "a name in ENGINE");
    });
  }
});

/** Bytes that the other version could as well have written; this list may only get shorter. */
const AMBIGUOUS: readonly string[] = [
  "aabb-basic", // six numbers, also a Transform2D of Godot 4
  "pool-int-empty", // also an empty StringName of Godot 4
];

function isFirst({ bytes, godot, type, hex }: VariantVector, receiver: 3 | 4): boolean {
  const name = hex === "00000000" ? "Nil" : type; // null objects are written as Nil
  const what = explain(bytes, { receiver }).best?.what;
  return what === `a Godot ${godot} Variant (${name})` || what === `a Godot Variant (${name})`;
}

Deno.test("explain: golden vectors are Variants of the version that wrote them", () => {
  for (const godot of [4, 3] as const) {
    const wrong = loadVariantVectors(godot).filter((vector) => !isFirst(vector, godot));
    assertEquals(wrong.map(({ name }) => name), []);
  }
});

Deno.test("explain: golden vectors of Godot 3 are recognised by a Godot 4", () => {
  const wrong = loadVariantVectors(3).filter((vector) => !isFirst(vector, 4));
  assertEquals(wrong.map(({ name }) => name), AMBIGUOUS);
});

Deno.test("explain: golden vectors behind a length are Variants behind a length", () => {
  const wrong = loadVariantVectors(4).filter(({ bytes, hex }) => {
    const what = explain(framed(bytes)).best?.what ?? "";
    return hex !== "00000000" &&
      !/Variant \(\w+\) behind a 4-byte little-endian length$/.test(what);
  });
  assertEquals(wrong.map(({ name }) => name), []);
});

Deno.test("explain() ranks by score, best first, and leaves out the unlikely", () => {
  for (const { bytes } of CASES) {
    const { readings, best } = explain(bytes);
    const scores = readings.map(({ score }) => score);
    assertEquals(scores, scores.toSorted((a, b) => b - a));
    assert(scores.every((score) => score >= 0.1 && score <= 1));
    assertEquals(best, (scores[0] ?? 0) >= EXPLAINS ? readings[0] ?? null : null);
  }
});

Deno.test("explain() says one sentence on one line about the best reading", () => {
  for (const { name, bytes } of CASES) {
    const { verdict } = explain(bytes);
    assert(!/[\n\r]|\.$/.test(verdict), `${name}: ${verdict}`);
    assert(verdict.length > 40 && verdict.length < 700, `${name}: ${verdict.length} characters`);
  }
});

Deno.test("explain() looks at a bounded head, and says how much it left out", () => {
  const large = join(variant('"abc"'), new Uint8Array(EXPLAINED_SIZE));
  assertEquals(explain(large).skipped, large.length - EXPLAINED_SIZE);
  assertEquals(explain(variant('"abc"')).skipped, 0);
});

Deno.test("explain() takes little time for much noise, zeros, brackets and nested lengths", () => {
  const size = 2 * 1024 * 1024;
  const inputs = [
    noise(size),
    new Uint8Array(size),
    new Uint8Array(size).fill(0x5b),
    new Uint8Array(size).fill(0x41),
    new Uint8Array(new Uint32Array(size / 4).map((_, i) => size - 4 - 4 * i).buffer),
    new Uint8Array(new Uint32Array(size / 4).fill(1).buffer),
    framed(framed(framed(framed(framed(framed(noise(1000))))))),
  ];
  for (const bytes of inputs) assert(explain(bytes).verdict !== "");
});
