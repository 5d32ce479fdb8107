import { assertEquals, assertGreater } from "@std/assert";
import { MAX_CACHED_BYTES, StringCache } from "../../../src/bytes/string_cache.ts";

/** A text with its padding, behind `before` other bytes; the view, offset and length of it. */
function placed(text: string, before = 0, padding = 0): [DataView, number, number] {
  const length = text.length;
  const bytes = new Uint8Array(before + ((length + 3) & ~3)).fill(padding);
  bytes.set(new TextEncoder().encode(text), before);
  return [new DataView(bytes.buffer), before, length];
}

/** What a cache has for a text. */
function cached(cache: StringCache, at: [DataView, number, number]): string | null {
  return cache.get(cache.slotOf(...at), ...at);
}

function learn(cache: StringCache, at: [DataView, number, number], text: string): void {
  cache.set(cache.slotOf(...at), ...at, text);
}

Deno.test("StringCache knows a text of any length again, wherever it is", async (t) => {
  const letters = "abcdefghijklmnopqrstuvwxyz012345";
  for (let length = 1; length <= MAX_CACHED_BYTES; length++) {
    await t.step(`${length} bytes`, () => {
      const cache = new StringCache();
      const text = letters.slice(0, length);
      assertEquals(cached(cache, placed(text)), null);
      learn(cache, placed(text), text);
      assertEquals(cached(cache, placed(text)), text);
      assertEquals(cached(cache, placed(text, 5)), text);
    });
  }
});

Deno.test("StringCache tells texts apart that share a slot, and keeps the last one", () => {
  const cache = new StringCache();
  const [first, second] = ["headMIDDtail", "headmiddtail"] as const; // hashed: head, tail, length
  assertEquals(cache.slotOf(...placed(first)), cache.slotOf(...placed(second)));
  learn(cache, placed(first), first);
  assertEquals(cached(cache, placed(second)), null);
  learn(cache, placed(second), second);
  assertEquals(cached(cache, placed(first)), null);
  assertEquals(cached(cache, placed(second)), second);
});

Deno.test("StringCache tells a NUL at the end from padding", () => {
  const cache = new StringCache();
  const [short, long] = [placed("abc"), placed("abc\0")];
  const slot = 7; // whatever their own slots are
  cache.set(slot, ...short, "abc");
  assertEquals(cache.get(slot, ...long), null);
  cache.set(slot, ...long, "abc\0");
  assertEquals(cache.get(slot, ...short), null);
});

Deno.test("StringCache keeps dirty padding apart from clean padding", () => {
  const cache = new StringCache();
  const slot = 511;
  cache.set(slot, ...placed("abcde"), "abcde");
  assertEquals(cache.get(slot, ...placed("abcde", 0, 0xff)), null);
  cache.set(slot, ...placed("abcde", 0, 0xff), "abcde");
  assertEquals(cache.get(slot, ...placed("abcde")), null);
  assertEquals(cache.get(slot, ...placed("abcde", 9, 0xff)), "abcde");
});

Deno.test("StringCache never gives the wrong text, however many there are", () => {
  const cache = new StringCache();
  const texts = Array.from({ length: 5000 }, (_, i) => `${i * 7919}key${i}`);
  for (const text of texts) {
    learn(cache, placed(text), text);
    assertEquals(cached(cache, placed(text)), text);
  }
  let keptCount = 0;
  for (const text of texts) {
    const found = cached(cache, placed(text));
    if (found === null) continue;
    assertEquals(found, text);
    keptCount++;
  }
  assertGreater(keptCount, 256); // of 512 slots
});
