/**
 * Native code: libraries whose functions are bound when they are used, and memory shared with them:
 * C strings, copies out of native memory, callbacks. It knows nothing of OpenSSL.
 */

import { PeerError } from "../errors.ts";

/** The address of something in native memory; never null. */
export type Pointer = Deno.PointerObject;

/** A function of ours that native code can call, until it is closed. */
export interface NativeCallback {
  readonly pointer: Pointer;
  close(): void;
}

/** The C types of a callback. */
export interface CallbackDefinition {
  readonly parameters: readonly ("pointer" | "i32" | "u32")[];
  readonly result: "i32" | "u32" | "void";
}

/** A loaded library. */
export interface LazyLibrary<Functions> {
  readonly functions: Functions;
  close(): void;
}

const encoder = new TextEncoder();

/**
 * Loads a library whose functions are bound when they are first used: Deno compiles a stub for each,
 * which takes a few tenths of a millisecond, and few uses need them all. Throws what `Deno.dlopen`
 * throws, for a function that is missing when it is used.
 */
export function openLazily<Functions>(
  path: string,
  symbols: Deno.ForeignLibraryInterface,
): LazyLibrary<Functions> {
  const opened = [Deno.dlopen(path, {})];
  const functions = {};
  for (const [name, symbol] of Object.entries(symbols)) {
    Object.defineProperty(functions, name, {
      configurable: true,
      get: () => {
        const library = Deno.dlopen(path, { [name]: symbol });
        opened.push(library);
        const value = library.symbols[name];
        Object.defineProperty(functions, name, { value });
        return value;
      },
    });
  }
  // Every property is a getter that gives what the table says.
  return { functions: functions as Functions, close: () => opened.forEach((one) => one.close()) };
}

/**
 * The text in UTF-8 with a NUL at its end. Throws `PeerError` for a text that has a NUL inside: C
 * would see only what is before it, and names are compared with such texts.
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  if (text.includes("\0")) {
    const why = `${JSON.stringify(text)} has a NUL character in it`;
    throw new PeerError("ERR_INVALID_PARAMETER", `cannot use this text: ${why}`);
  }
  return encoder.encode(`${text}\0`);
}

/** The text at an address up to its NUL; empty for null. */
export function readCString(pointer: Pointer | null): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}

/** A copy of so many bytes at an address; none for null. */
export function copyBytes(pointer: Pointer | null, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pointer === null ? 0 : length);
  if (pointer !== null && length > 0) Deno.UnsafePointerView.copyInto(pointer, bytes);
  return bytes;
}

/** The address as a number: two pointers to the same place have the same. */
export function addressOf(pointer: Pointer): bigint {
  return Deno.UnsafePointer.value(pointer);
}

/** The pointer that native code has stored at the start of `slot`, 8 bytes; null for a null one. */
export function storedPointer(slot: BigUint64Array<ArrayBuffer>): Pointer | null {
  return Deno.UnsafePointer.create(slot[0] ?? 0n);
}

/**
 * Makes a function callable by native code. It is called only from inside calls of ours, and it
 * does not keep the program alive. It must not throw: C cannot pass an exception on. `close` it
 * when nothing can call it any more.
 */
export function nativeCallback(
  { parameters, result }: CallbackDefinition,
  // Deno passes the arguments as the definition says: numbers for i32 and u32, else a pointer.
  call: (...args: never[]) => number | void,
): NativeCallback {
  // The cast says what the definition says; the types of Deno cannot express it for a variable.
  const callback = new Deno.UnsafeCallback({ parameters, result }, call as () => number);
  return { pointer: callback.pointer, close: () => callback.close() };
}
