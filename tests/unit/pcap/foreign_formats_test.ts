import { assert, assertEquals } from "@std/assert";
import { whyNoCapture } from "../../../src/pcap/foreign_formats.ts";

Deno.test("whyNoCapture() says what to do with other captures", () => {
  const heads: Readonly<Record<string, string>> = {
    "28b52ffd": "zstd -d",
    "04224d18": "lz4 -d",
    "fd377a585a00": "xz -d",
    "425a6839": "bzip2 -d",
    "34cdb2a1": "editcap -F pcapng IN OUT",
    "a1b2cd34": "editcap -F pcapng IN OUT",
    "736e6f6f70000000": "snoop",
  };
  for (const [head, what] of Object.entries(heads)) {
    const why = whyNoCapture(Uint8Array.fromHex(head));
    assert(why.includes(what), why);
  }
});

Deno.test("whyNoCapture() shows how other files begin", () => {
  const why = whyNoCapture(new TextEncoder().encode("text file"));
  assertEquals(why, "it begins with 74657874, as neither pcap nor pcapng does");
});
