import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  addressOf,
  copyBytes,
  cString,
  nativeCallback,
  openLazily,
  readCString,
  storedPointer,
} from "../../../src/dtls/native.ts";
import { PeerError } from "../../../src/errors.ts";

Deno.test("cString() ends a text with NUL and refuses one inside", () => {
  assertEquals([...cString("é")], [0xc3, 0xa9, 0]);
  const error = assertThrows(() => cString("good.example\0.evil.example"), PeerError);
  assertEquals(error.code, "ERR_INVALID_PARAMETER");
});

Deno.test("readCString() and copyBytes() read memory and give nothing for null", () => {
  const pointer = Deno.UnsafePointer.of(cString("héllo"));
  assertEquals(readCString(pointer), "héllo");
  assertEquals([...copyBytes(pointer, 2)], [0x68, 0xc3]);
  assertEquals([readCString(null), copyBytes(null, 5).length], ["", 0]);
});

Deno.test("storedPointer() gives the pointer in a slot", () => {
  const pointer = Deno.UnsafePointer.of(cString("x"));
  const address = pointer === null ? 0n : addressOf(pointer);
  const stored = storedPointer(new BigUint64Array([address]));
  assertEquals(stored === null ? 0n : addressOf(stored), address);
  assertEquals(storedPointer(new BigUint64Array(1)), null);
});

Deno.test("nativeCallback() is called by native code", () => {
  const calls: number[] = [];
  const callback = nativeCallback({ parameters: ["i32", "u32"], result: "i32" }, (a, b) => {
    calls.push(a, b);
    return 7;
  });
  try {
    const call = new Deno.UnsafeFnPointer(
      callback.pointer as Deno.PointerObject<{ parameters: ["i32", "u32"]; result: "i32" }>,
      { parameters: ["i32", "u32"], result: "i32" },
    );
    assertEquals(call.call(-1, 0xffff_ffff), 7);
    assertEquals(calls, [-1, 0xffff_ffff]);
  } finally {
    callback.close();
  }
});

Deno.test({
  name: "openLazily() binds a function when it is first used, and once",
  ignore: Deno.build.os !== "linux",
  fn: () => {
    const symbols = {
      getpid: { parameters: [], result: "i32" },
      no_such_function: { parameters: [], result: "i32" },
    } as const;
    type Functions = Deno.DynamicLibrary<typeof symbols>["symbols"];
    const { functions, close } = openLazily<Functions>("libc.so.6", symbols);
    assertEquals(functions.getpid(), Deno.pid);
    assert(functions.getpid === functions.getpid);
    assertThrows(() => functions.no_such_function(), Error, "no_such_function");
    close();
  },
});
