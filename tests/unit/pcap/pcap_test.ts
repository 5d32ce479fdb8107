import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isPcapMagic } from "../../../src/pcap/pcap.ts";
import {
  codeOf,
  codesOf,
  concat,
  ethernet,
  LINK,
  packetsOf,
  pcap,
  pcapHeader,
  pcapRecord,
  problemsOf,
  readAll,
  textOf,
  u32,
  udp,
} from "../../support/pcap_builder.ts";

function datagram(text: string): Uint8Array {
  return ethernet(udp("10.0.0.1:1", "10.0.0.2:2", text));
}

const TEXTS = ["one", "two", "three", "four"];

function textsOf(file: Uint8Array): string[] {
  return packetsOf(readAll(file)).map(textOf);
}

Deno.test("isPcapMagic() knows both byte orders and resolutions", () => {
  const magics = [0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1];
  assert(magics.every(isPcapMagic));
  assertEquals(isPcapMagic(0x0a0d0d0a), false);
});

for (const isBigEndian of [false, true]) {
  for (const isNano of [false, true]) {
    const name = `${isBigEndian ? "big" : "little"}-endian, ${isNano ? "nano" : "micro"}seconds`;
    Deno.test(`PcapSource reads frames and times: ${name}`, () => {
      const seconds = 0xfedcba98;
      const frames = TEXTS.map((text, i) => ({
        bytes: datagram(text),
        seconds,
        fraction: 999_000 + i,
      }));
      const packets = packetsOf(readAll(pcap(frames, { isBigEndian, isNano })));
      assertEquals(packets.map(textOf), TEXTS);
      assertEquals(packets.map((packet) => packet.frame), [1, 2, 3, 4]);
      const unit = isNano ? 1n : 1000n;
      const start = BigInt(seconds) * 1_000_000_000n;
      assertEquals(
        packets.map((packet) => packet.time),
        [0n, 1n, 2n, 3n].map((i) => start + (999_000n + i) * unit),
      );
    });
  }
}

Deno.test("PcapSource reads the link type from the low bits of its field", () => {
  const header = pcapHeader();
  header.set(u32(0xf4000000 | LINK.ethernet, true), 20);
  assertEquals(textsOf(concat(header, pcapRecord(datagram("x")))), ["x"]);
});

Deno.test("PcapSource reads a file without frames, and empty frames", () => {
  assertEquals(readAll(pcap([])), []);
  assertEquals(codesOf(readAll(pcap([new Uint8Array(0)]))), ["1 bad-header"]);
});

Deno.test("PcapSource says that the capture has cut a frame", () => {
  const whole = datagram("0123456789");
  const file = pcap([{ bytes: whole.subarray(0, -4), original: whole.length }, datagram("next")]);
  const events = readAll(file);
  assertEquals(codesOf(events), ["1 cut-frame"]);
  assertStringIncludes(problemsOf(events)[0]?.message ?? "", "lacks its last 4 bytes");
  assertEquals(packetsOf(events).map(textOf), ["next"]);
});

Deno.test("PcapSource reports where a file is cut off, at every length", () => {
  const seconds = 1_700_000_000;
  const file = pcap(["one", "two"].map((text) => ({ bytes: datagram(text), seconds })));
  const starts = [24, 24 + 16 + 45, file.length];
  for (let size = 4; size < file.length; size++) {
    const events = readAll(file.subarray(0, size));
    const frames = starts.filter((start) => start > 24 && start <= size).length;
    assertEquals(packetsOf(events).length, frames, `${size} bytes`);
    const expected = starts.includes(size) ? [] : [`${frames + 1} truncated-file`];
    assertEquals(codesOf(events), expected, `${size} bytes`);
  }
});

Deno.test("PcapSource finds the next record behind a length that cannot be", () => {
  const records = TEXTS.map((text, i) =>
    pcapRecord({ bytes: datagram(text), seconds: 1_700_000_000 + i })
  );
  records[1]?.set(u32(0x7fffffff, true), 8);
  const events = readAll(concat(pcapHeader(), ...records));
  assertEquals(events.map((event) => event.type === "packet" ? textOf(event) : codeOf(event)), [
    "one",
    "bad-block",
    "three",
    "four",
  ]);
  assertEquals(codesOf(events), ["2 bad-block"]);
  assertEquals(
    problemsOf(events)[0]?.message,
    "Frame 2: its record says that 2147483647 bytes were captured, at byte 85 of the file; " +
      "skipped 61 bytes",
  );
});

Deno.test("PcapSource finds the last record, whose successor is the end of the file", () => {
  const records = TEXTS.map((text) =>
    pcapRecord({ bytes: datagram(text), seconds: 1_700_000_000 })
  );
  records[2]?.set(u32(0xffffffff, true), 8);
  const events = readAll(concat(pcapHeader({}), ...records));
  assertEquals(packetsOf(events).map(textOf), ["one", "two", "four"]);
});

Deno.test("PcapSource finds the next record behind a length that is a little wrong", () => {
  const records = TEXTS.map((text) =>
    pcapRecord({ bytes: datagram(text), seconds: 1_700_000_000 })
  );
  records[0]?.set(u32(50, true), 8);
  const texts = packetsOf(readAll(concat(pcapHeader(), ...records))).map(textOf);
  assertEquals(texts, ["one", "three", "four"]);
});

Deno.test("PcapSource finds the next record behind a length that reaches beyond the file", () => {
  const records = TEXTS.map((text) =>
    pcapRecord({ bytes: datagram(text), seconds: 1_700_000_000 })
  );
  records[1]?.set(u32(100_000, true), 8);
  const events = readAll(concat(pcapHeader(), ...records));
  assertEquals(packetsOf(events).map(textOf), ["one", "three", "four"]);
  assertEquals(codesOf(events), ["2 bad-block"]);
});

Deno.test("PcapSource reports damage that nothing follows", () => {
  const bad = pcapRecord(datagram("bad"));
  bad.set(u32(0x10000000, true), 8);
  const events = readAll(concat(pcap([datagram("one")]), bad));
  assertEquals(packetsOf(events).map(textOf), ["one"]);
  assertEquals(codesOf(events), ["2 truncated-file"]);
});

Deno.test("PcapSource reads on where another file was appended", () => {
  const second = pcap(TEXTS.map((text) => ({ bytes: datagram(text), seconds: 1_700_000_000 })));
  const first = pcap([{ bytes: datagram("zero"), seconds: 1_700_000_000 }]);
  const events = readAll(concat(first, second));
  assertEquals(packetsOf(events).map(textOf), ["zero", ...TEXTS]);
});

for (
  const name of ["godot_fragments.pcap", "godot_packet_stream.pcap", "godot_udp_ipv6_any.pcap"]
) {
  Deno.test(`a file that is cut off anywhere says just that: ${name}`, () => {
    const file = Deno.readFileSync(new URL(`../../../fixtures/pcap/${name}`, import.meta.url));
    const codes = new Set<string>();
    // Around whatever a frame holds: all the places where the search for a record could go wrong.
    for (let size = pcapHeader().length; size < Math.min(file.length, 4096); size += 3) {
      for (const problem of problemsOf(readAll(file.subarray(0, size)))) codes.add(problem.code);
    }
    const damage = ["bad-block", "bad-header", "cut-frame"].filter((code) => codes.has(code));
    assertEquals(damage, []);
    assert(codes.has("truncated-file"));
  });
}
