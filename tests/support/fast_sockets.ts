/** Tests of the quick sockets, which only Linux has. */

import { Libc } from "../../src/net/libc.ts";

/** Registers a test that needs them; where there are none it is ignored. */
export function fastTest(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, ignore: !hasFastSockets(), fn });
}

function hasFastSockets(): boolean {
  const libc = Libc.open();
  libc?.close();
  return libc !== null;
}
