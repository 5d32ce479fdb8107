import { assert, assertEquals } from "@std/assert";
import { readMultiplayer } from "../../../src/explain/multiplayer_reading.ts";
import { join, variant } from "./cases.ts";
import { cluesFor, hex, insideReading } from "./clues.ts";

const MD5 = "d41d8cd98f00b204e9800998ecf8427e";
const POSITION = variant("Vector2(3, 4)");

Deno.test("readMultiplayer() reads every command", () => {
  const inside = (): ReturnType<typeof insideReading> => insideReading();
  const cases: [Uint8Array, string, string][] = [
    [
      join([1], MD5, [0], hex("01000000"), "World/Ada", [0]),
      "simplify path",
      `node path "World/Ada" gets id 1, RPC list md5 ${MD5}`,
    ],
    [hex("020101000000"), "confirm path", "path id 1, RPC lists match"],
    [join([3], variant("7")), "raw packet", "a Godot Variant (int): 7"],
    [
      join(hex("0400010000000200000001000000040000000300000041646100")),
      "spawn",
      'node "Ada" from scene 0, spawner 1, net id 2',
    ],
    [hex("0502000000"), "despawn", "net id 2"],
    [
      join(hex("060900040000000c000000"), POSITION),
      "sync",
      "time 9; synchronizer 4: Vector2(3, 4)",
    ],
    [
      join(hex("160400000001000000000000000c000000"), POSITION),
      "sync of changes",
      "changes; synchronizer 4: Vector2(3, 4)",
    ],
    [hex("0700"), "authentication", "authentication complete"],
    [hex("0701b3b30f37"), "add peer", "peer 923775923"],
    [hex("0702b3b30f37"), "remove peer", "peer 923775923"],
    [join(hex("070301000000"), [3, 65]), "relay", "peer 1, a Godot Variant (int)"],
  ];
  for (const [bytes, name, text] of cases) {
    const [reading] = readMultiplayer(cluesFor(bytes, { inside }));
    assertEquals([reading?.what, reading?.text()], [`a SceneMultiplayer packet (${name})`, text]);
  }
});

Deno.test("readMultiplayer() tells what to do with raw packets", () => {
  const clues = cluesFor(join([3], variant("7")), { inside: () => insideReading() });
  assert(readMultiplayer(clues)[0]?.verdict.includes("SceneMultiplayer.peer_packet"));
});

Deno.test("readMultiplayer() makes nothing of fields that do not come out even", () => {
  const wrong = [
    "01",
    "0201010000",
    "020201000000",
    "03",
    "04ff",
    "05020000",
    "0609000400",
    "1604",
    "07",
    "0704",
    "0701",
    "0600000000000000ffffffff00",
  ];
  for (const text of wrong) assertEquals(readMultiplayer(cluesFor(hex(text))), [], text);
});
