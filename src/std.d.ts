// Types of the parts of @std that packetpeer uses. The npm build of @std that deno.json maps these
// names to ships without declarations; with JSR's own packages this file is not needed.

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    readonly boolean?: readonly string[];
    readonly string?: readonly string[];
    readonly collect?: readonly string[];
    readonly alias?: Readonly<Record<string, string | readonly string[]>>;
    readonly unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  }
  export type ParsedArguments = Record<string, unknown> & { _: (string | number)[] };
  export function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArguments;
}

declare module "@std/fmt/colors" {
  export function stripAnsiCode(text: string): string;
}

declare module "@std/fmt/bytes" {
  export interface FormatOptions {
    readonly bits?: boolean;
    readonly binary?: boolean;
    readonly signed?: boolean;
    readonly minimumFractionDigits?: number;
    readonly maximumFractionDigits?: number;
  }
  export function format(sizeBytes: number, options?: FormatOptions): string;
}

declare module "@std/bytes/concat" {
  export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer>;
}

declare module "@std/bytes/equals" {
  export function equals(a: Uint8Array, b: Uint8Array): boolean;
}

declare module "@std/assert" {
  // deno-lint-ignore no-explicit-any -- the constructors of arbitrary error classes
  type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;
  export function assert(condition: unknown, message?: string): asserts condition;
  export function assertFalse(condition: unknown, message?: string): void;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    message?: string,
  ): asserts actual is T;
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    message?: string,
  ): void;
  export function assertGreater<T>(actual: T, expected: T, message?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
  export function assertLess<T>(actual: T, expected: T, message?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertInstanceOf<E>(
    actual: unknown,
    // deno-lint-ignore no-explicit-any -- the constructors of arbitrary classes
    expected: abstract new (...args: any[]) => E,
    message?: string,
  ): asserts actual is E;
  export function assertThrows<E extends Error = Error>(
    run: () => unknown,
    errorClass?: ErrorClass<E>,
    messageIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    run: () => PromiseLike<unknown>,
    errorClass?: ErrorClass<E>,
    messageIncludes?: string,
  ): Promise<E>;
  export function fail(message?: string): never;
}
