import { assertEquals, assertRejects } from "@std/assert";
import { DecodeError, EncodeError } from "../../../src/errors.ts";
import { createMemoryPair } from "../../../src/net/memory.ts";
import type { PacketPeer } from "../../../src/packet/peer.ts";
import {
  DEFAULT_ENCODE_BUFFER_MAX_SIZE,
  receiveVariant,
  sendVariant,
} from "../../../src/packet/variant_io.ts";
import { EncodedObject, Vector2 } from "../../../src/variant/types.ts";

async function withPair(run: (a: PacketPeer, b: PacketPeer) => Promise<void>): Promise<void> {
  const [a, b] = createMemoryPair();
  await run(a, b);
  await a.close();
  await b.close();
}

Deno.test("sendVariant() sends exactly the encoded value", () =>
  withPair(async (a, b) => {
    assertEquals(await sendVariant(a, 7n), 8);
    assertEquals(b.takePacket()?.payload.toHex(), "0200000007000000");
  }));

Deno.test("receiveVariant() gives the value and its packet", () =>
  withPair(async (a, b) => {
    await sendVariant(a, new Vector2(1, 2));
    const received = await receiveVariant(b);
    assertEquals(received?.value, new Vector2(1, 2));
    assertEquals(received?.packet.payload.length, 12);
  }));

Deno.test("receiveVariant() tells a null value from the end", () =>
  withPair(async (a, b) => {
    await sendVariant(a, null);
    assertEquals((await receiveVariant(b))?.value, null);
    await a.close();
    assertEquals(await receiveVariant(b), null);
  }));

Deno.test("receiveVariant() ignores bytes behind the value, as the engine does", () =>
  withPair(async (a, b) => {
    await a.send(Uint8Array.fromHex("0200000007000000ff"));
    assertEquals((await receiveVariant(b))?.value, 7n);
  }));

Deno.test("receiveVariant() throws on a packet that does not decode, and consumes it", () =>
  withPair(async (a, b) => {
    await a.send(Uint8Array.fromHex("63000000"));
    await sendVariant(a, true);
    const error = await assertRejects(() => receiveVariant(b), DecodeError);
    assertEquals(error.code, "ERR_INVALID_DATA");
    assertEquals((await receiveVariant(b))?.value, true);
  }));

Deno.test("sendVariant() and receiveVariant() speak Godot 3 when asked", () =>
  withPair(async (a, b) => {
    await sendVariant(a, "x", { godot: 3 });
    assertEquals((await receiveVariant(b, { godot: 3 }))?.value, "x");
    await sendVariant(a, new Uint8Array([1]), { godot: 3 });
    assertEquals(b.takePacket()?.payload[0], 20);
  }));

Deno.test("objects in full need the word of both sides", () =>
  withPair(async (a, b) => {
    const object = new EncodedObject("Node", []);
    await assertRejects(() => sendVariant(a, object), EncodeError);
    await sendVariant(a, object, { fullObjects: true });
    await sendVariant(a, object, { fullObjects: true });
    const error = await assertRejects(() => receiveVariant(b), DecodeError);
    assertEquals(error.code, "ERR_UNAUTHORIZED");
    assertEquals((await receiveVariant(b, { allowObjects: true }))?.value, object);
  }));

Deno.test("sendVariant() sends nothing above encode_buffer_max_size", () =>
  withPair(async (a, b) => {
    assertEquals(DEFAULT_ENCODE_BUFFER_MAX_SIZE, 8 * 1024 * 1024);
    const error = await assertRejects(
      () => sendVariant(a, "x".repeat(100), { encodeBufferMaxSize: 64 }),
      EncodeError,
    );
    assertEquals(error.code, "ERR_OUT_OF_MEMORY");
    assertEquals(error.message.includes("108 bytes"), true);
    assertEquals(b.availablePackets, 0);
  }));
