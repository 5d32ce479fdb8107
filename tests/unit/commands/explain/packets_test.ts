import { assertEquals } from "@std/assert";
import { parsePackets } from "../../../../src/commands/explain/packets.ts";

Deno.test("parsePackets() reads a packet a line, or nothing", () => {
  assertEquals(parsePackets(["0102", "", "[3, 4]"])?.map((packet) => packet.toHex()), [
    "0102",
    "0304",
  ]);
  assertEquals(parsePackets(["0102", "hello"]), null);
  assertEquals(parsePackets(["", " "]), null);
});

Deno.test("parsePackets() reads hex dumps of every kind", () => {
  const dumps: Readonly<Record<string, string[]>> = {
    xxd: [
      "00000000: 1400 0000 0400 0000 0b00 0000 6865 6c6c  ............hell",
      "00000010: 6f20 776f                                o wo",
    ],
    hexdump: [
      "00000000  14 00 00 00 04 00 00 00  0b 00 00 00 68 65 6c 6c  |............hell|",
      "00000010  6f 20 77 6f                                       |o wo|",
      "00000014",
    ],
    wireshark: [
      "0000   14 00 00 00 04 00 00 00 0b 00 00 00 68 65 6c 6c   ............hell",
      "0010   6f 20 77 6f                                       o wo",
    ],
    bare: ["0000  14 00 00 00 04 00 00 00 0b 00 00 00 68 65 6c 6c", "0010  6f 20 77 6f"],
  };
  for (const [name, lines] of Object.entries(dumps)) {
    const packets = parsePackets(lines)?.map((packet) => packet.toHex());
    assertEquals([name, packets], [name, ["14000000040000000b00000068656c6c6f20776f"]]);
  }
});

Deno.test("parsePackets() begins a packet at each offset 0 of a dump", () => {
  const packets = parsePackets(["0000  01 02", "0000  03 04"]);
  assertEquals(packets?.map((packet) => packet.toHex()), ["0102", "0304"]);
});

Deno.test("parsePackets() takes no dump whose offsets are wrong", () => {
  assertEquals(parsePackets(["0000  01 02 |..|", "0010  03 04 |..|"]), null);
});
