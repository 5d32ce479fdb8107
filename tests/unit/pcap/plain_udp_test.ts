import { assert, assertEquals } from "@std/assert";
import { type CaptureEvent, CaptureReader } from "../../../src/pcap/capture.ts";
import {
  concat,
  enhancedPacket,
  ethernet,
  fragments,
  interfaceBlock,
  intVariant,
  LINK,
  linuxCooked,
  linuxCookedV2,
  pcap,
  pcapng,
  readAll,
  sectionHeader,
  TcpConversation,
  udp,
} from "../../support/pcap_builder.ts";

const A = "10.0.0.1:5000", B = "10.0.0.2:4242";
const PLAIN = udp(A, B, intVariant(7));

/** All events, with datagrams in place where the reader offers them; and how many those were. */
function readPlain(file: Uint8Array, chunkSize = file.length): [CaptureEvent[], number] {
  const reader = new CaptureReader();
  const events: CaptureEvent[] = [];
  let count = 0;
  const drain = (): void => {
    for (;;) {
      const frame = reader.nextDatagram();
      if (frame !== null) {
        count++;
        const [source, destination] = reader.endpointsOf(frame);
        const { number, time, payload, path, notes, transport } = frame;
        assert(transport === "udp");
        events.push({
          type: "packet",
          frame: number,
          time,
          transport,
          source,
          destination,
          payload: payload.slice(),
          protocol: path.names,
          notes,
        });
        continue;
      }
      const event = reader.next();
      if (event === null) return;
      events.push(event);
    }
  };
  for (let at = 0; at < file.length; at += chunkSize) {
    reader.push(file.slice(at, at + chunkSize));
    drain();
  }
  reader.finish();
  drain();
  return [events, count];
}

/** The events are those of the layers, and so many of them took the short way. */
function assertSame(file: Uint8Array, plainCount: number, what: string): void {
  for (const chunkSize of [file.length, 61, 7]) {
    const [events, count] = readPlain(file, chunkSize);
    assertEquals(events, readAll(file), what);
    assertEquals(count, plainCount, what);
  }
}

Deno.test("CaptureReader.nextDatagram() takes plain datagrams of every link with a fixed header", () => {
  assertSame(pcap([ethernet(PLAIN), ethernet(PLAIN)]), 2, "Ethernet");
  assertSame(pcap([linuxCooked(PLAIN)], { linkType: LINK.sll }), 1, "cooked");
  assertSame(pcap([linuxCookedV2(PLAIN)], { linkType: LINK.sll2, isBigEndian: true }), 1, "v2");
  assertSame(pcapng([ethernet(PLAIN), ethernet(PLAIN)]), 2, "pcapng");
});

Deno.test("CaptureReader.nextDatagram() leaves everything else to the layers", () => {
  const cut = { bytes: ethernet(PLAIN).slice(0, 45), original: ethernet(PLAIN).length };
  const frames: readonly [string, Uint8Array | typeof cut][] = [
    ["IPv6", ethernet(udp("[::1]:1", "[::1]:2", "data"))],
    ["IP options", ethernet(udp(A, B, "data", { options: [1, 1, 1, 0] }))],
    ["a wrong UDP checksum", ethernet(udp(A, B, "data", { checksum: 0x1234 }))],
    ["a wrong IP checksum", ethernet(udp(A, B, "data", { headerChecksum: 0x1234 }))],
    ["a UDP length that lies", ethernet(udp(A, B, "data", { udpLength: 100 }))],
    ["a short UDP length", ethernet(udp(A, B, "data", { udpLength: 7 }))],
    ["an IP length that lies", ethernet(udp(A, B, "data", { length: 999 }))],
    ["a VLAN", ethernet(PLAIN, [0x8100])],
    ["ARP", ethernet(PLAIN, [], 0x0806)],
    ["a fragment", ethernet(fragments(udp(A, B, "x".repeat(64)), 32)[0]!)],
    ["DTLS", ethernet(udp(A, B, [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))],
    ["a cut frame", cut],
    ["too short a frame", ethernet(PLAIN).slice(0, 30)],
  ];
  for (const [what, frame] of frames) assertSame(pcap([frame]), 0, what);
});

Deno.test("CaptureReader.nextDatagram() keeps the order among other events", () => {
  const tcp = new TcpConversation();
  const packet = [8, 0, 0, 0, ...intVariant(1)];
  const frames = [
    ethernet(PLAIN),
    ...tcp.open(),
    ethernet(PLAIN),
    tcp.client.segment([...packet, ...packet]),
    ethernet(PLAIN),
    ethernet(udp(A, B, "data", { checksum: 1 })),
    ...fragments(udp(A, B, "x".repeat(64)), 32).map((part) => ethernet(part)),
    ethernet(PLAIN),
    ethernet(udp(A, B, "x", { length: 999 })),
    ethernet(PLAIN),
  ];
  const file = pcap(frames);
  assertEquals(readPlain(file)[0], readAll(file));
  assertEquals(readPlain(file.slice(0, -20))[0], readAll(file.slice(0, -20)));
});

Deno.test("CaptureReader.nextDatagram() takes checksums that were left to the network card", () => {
  const pseudoOnly = (10 * 256 + 10 * 256 + 1 + 2 + 17 + 16) % 65535;
  assertSame(pcap([ethernet(udp(A, B, intVariant(7), { checksum: pseudoOnly }))]), 1, "partial");
  assertSame(pcap([ethernet(udp(A, B, intVariant(7), { checksum: 0 }))]), 1, "none");
  assertSame(pcap([ethernet(udp(A, B, "odd", {}))]), 1, "odd length");
});

Deno.test("Frame.seconds is Frame.time in seconds, by the clock of every format", () => {
  const bytes = ethernet(PLAIN);
  const ng = (resolution: number, time: bigint): Uint8Array =>
    concat(
      sectionHeader(),
      interfaceBlock({ resolution, offset: 3600n }),
      enhancedPacket(bytes, { time }),
    );
  const files = [
    pcap([{ bytes, seconds: 1_767_225_600, fraction: 123_456 }]),
    pcap([{ bytes, seconds: 1_767_225_600, fraction: 123_456_789 }], { isNano: true }),
    ng(6, 1_767_225_600_123_456n),
    ng(9, 1_767_225_600_123_456_789n),
    ng(0x8a, 1_767_225_600n << 10n),
  ];
  for (const file of files) {
    const reader = new CaptureReader();
    reader.push(file);
    const frame = reader.nextDatagram();
    assert(frame !== null);
    assert(Math.abs(frame.seconds - Number(frame.time) / 1e9) < 1e-6, `${frame.seconds}`);
    assert(frame.seconds > 1_767_000_000);
  }
});
