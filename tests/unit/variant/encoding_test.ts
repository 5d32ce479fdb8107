import { assertEquals } from "@std/assert";
import { Encoding } from "../../../src/variant/encoding.ts";
import { VariantType, variantTypeOf } from "../../../src/variant/types.ts";
import { encodeRefusalOf, SAMPLES } from "../../support/wire.ts";

function headerHex(godot: 3 | 4, type: VariantType, flags: number): string {
  const encoding = new Encoding({ godot });
  encoding.useSlab();
  encoding.header(type, flags);
  return encoding.takeCopy().toHex();
}

Deno.test("Encoding.header() writes the number of each type in its generation, and the flags", async (t) => {
  for (const { name, value, bytes, godot3 } of SAMPLES) {
    await t.step(name, () => {
      const type = variantTypeOf(value);
      const number = bytes.subarray(0, 1).toHex();
      assertEquals(headerHex(4, type, 0), `${number}000000`);
      assertEquals(headerHex(4, type, 0x50000), `${number}000500`);
      if (godot3 === null) {
        assertEquals(encodeRefusalOf(() => headerHex(3, type, 0)), {
          code: "ERR_INVALID_PARAMETER",
          path: [],
          message: `Cannot encode the value: Godot 3 has no ${name}`,
        });
      } else {
        assertEquals(headerHex(3, type, 0x10000), `${godot3.subarray(0, 1).toHex()}000100`);
      }
    });
  }
});

Deno.test("Encoding writes Godot 4 without full objects unless told otherwise", () => {
  const { isGodot3, fullObjects } = new Encoding({});
  assertEquals([isGodot3, fullObjects], [false, false]);
  const other = new Encoding({ godot: 3, fullObjects: true });
  assertEquals([other.isGodot3, other.fullObjects], [true, true]);
});

Deno.test("Encoding.takePath() gives the steps outermost first, once", () => {
  const encoding = new Encoding({});
  encoding.unwind({ entry: 2 });
  encoding.unwind(7n);
  encoding.unwind("outer");
  assertEquals(encoding.takePath(), ["outer", 7n, { entry: 2 }]);
  assertEquals(encoding.takePath(), []);
});
