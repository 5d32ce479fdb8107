/**
 * Sleeps shorter than timers can: a timer of Deno is up to two milliseconds late, the system's own
 * sleep in a thread of its own some 100 microseconds. The event loop rests meanwhile, so that what
 * arrives is read at once. Needs the permission for native code; there is none on Windows.
 */

const SYMBOLS = {
  usleep: { parameters: ["u32"], result: "i32", nonblocking: true },
} as const;

/** The files of the C library, by how the system is made. */
const LIBRARIES: Readonly<Partial<Record<typeof Deno.build.os, readonly string[]>>> = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["libSystem.B.dylib"],
};

/** Longer sleeps are for timers: one that is under way cannot be ended. */
export const MAX_SHORT_SLEEP_MS = 50;

/** Sleeps for parts of milliseconds. */
export class ShortSleep implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
  }

  /** Null where it does not work, or is not permitted; nobody is asked for the permission. */
  static open(): ShortSleep | null {
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
    for (const file of LIBRARIES[Deno.build.os] ?? []) {
      try {
        return new ShortSleep(Deno.dlopen(file, SYMBOLS));
      } catch (error) {
        if (!(error instanceof Error)) throw error; // not there: the next may be
      }
    }
    return null;
  }

  /** Sleeps for so long, and a little longer. */
  async sleep(durationMs: number): Promise<void> {
    const limitedMs = Math.min(Math.max(durationMs, 0), MAX_SHORT_SLEEP_MS);
    await this.#library.symbols.usleep(Math.round(limitedMs * 1000));
  }

  /** To be called when nobody sleeps. */
  close(): void {
    this.#library.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
