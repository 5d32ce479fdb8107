import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { PacketMaker, type PacketRules } from "../../../../src/commands/session/value_packets.ts";
import { EncodeError, ParseError, UsageError } from "../../../../src/errors.ts";
import { type MemoryIo, memoryIo } from "../../../support/memory_io.ts";

const RULES: PacketRules = { godot: 4, fullObjects: false, scheme: "udp", maxPacketSize: 65507 };

function maker(rules: Partial<PacketRules> = {}): { maker: PacketMaker; io: MemoryIo } {
  const io = memoryIo();
  return { maker: new PacketMaker({ ...RULES, ...rules }, io.output), io };
}

Deno.test("PacketMaker encodes a written value and keeps it", () => {
  const { payload, name, value } = maker().maker.fromText("7", "value 1");
  assertEquals([payload.toHex(), name, value], ["0200000007000000", "value 1", 7n]);
  const godot3 = maker({ godot: 3 }).maker.fromText("PoolByteArray(5)", "value 1");
  assertEquals(godot3.payload[0], 20);
});

Deno.test("PacketMaker passes raw bytes on", () => {
  const { payload, value } = maker().maker.fromBytes(new Uint8Array([1, 2]), "--hex 1");
  assertEquals([payload.toHex(), value], ["0102", undefined]);
});

Deno.test("PacketMaker refuses what is no value, or cannot be sent in this way", () => {
  assertThrows(() => maker().maker.fromText("[1,", "value 1"), ParseError);
  assertThrows(() => maker().maker.fromText("Object(Node)", "value 1"), EncodeError);
  const full = maker({ fullObjects: true }).maker.fromText("Object(Node)", "value 1");
  assertEquals(full.payload[0], 0x18);
});

Deno.test("PacketMaker says what to do about a packet that is too large", () => {
  assertThrows(
    () => maker().maker.fromBytes(new Uint8Array(65508), "--file 1"),
    UsageError,
    "--file 1 is 65508 bytes, a datagram holds at most 65507; split it, or send it over tcp://",
  );
  assertThrows(
    () => maker({ scheme: "tcp", maxPacketSize: 10 }).maker.fromText('"long text"', "value 2"),
    UsageError,
    "value 2 is 20 bytes, the limit is 10; --max-packet raises it, on both sides",
  );
});

Deno.test("PacketMaker warns of a packet that stalls a Godot peer, and of an empty one", () => {
  const tcp = maker({ scheme: "tcp", maxPacketSize: 65532 });
  tcp.maker.fromBytes(new Uint8Array(65531), "a");
  assertEquals(tcp.io.stderrText(), "");
  tcp.maker.fromBytes(new Uint8Array(65532), "--file 1");
  assertMatch(
    tcp.io.stderrText(),
    /^--file 1 is 65532 bytes: a Godot peer stalls .* 65531, unless/,
  );
  const empty = maker();
  empty.maker.fromBytes(new Uint8Array(0), "--text 1");
  assertMatch(empty.io.stderrText(), /^--text 1 is an empty packet, which is not sent/);
});
