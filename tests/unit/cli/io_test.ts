import { assert, assertEquals, assertFalse, assertRejects } from "@std/assert";
import { createIo, denoSystem } from "../../../src/cli/io.ts";
import { Output } from "../../../src/cli/output.ts";
import { MemorySystem } from "../../support/memory_io.ts";

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let whole = "";
  for await (const chunk of chunks) whole += decoder.decode(chunk, { stream: true });
  return whole + decoder.decode();
}

function outputOf(system: MemorySystem): Output {
  return new Output(system.stdout, system.stderr);
}

Deno.test("createIo() passes Ctrl-C on as an abort, once a command looks at the signal", () => {
  const system = new MemorySystem();
  const interruption = new AbortController();
  const io = createIo(system, outputOf(system), interruption);
  system.interrupt();
  assertFalse(interruption.signal.aborted);
  assertFalse(io.interrupted.aborted);
  assertEquals(io.interrupted, interruption.signal);
  system.interrupt();
  assert(io.interrupted.aborted);
});

Deno.test("createIo() reads files and stdin of its system", async () => {
  const system = new MemorySystem({
    stdin: "in",
    files: { "a.bin": "file" },
    isStdinTerminal: true,
  });
  const io = createIo(system, outputOf(system), new AbortController());
  assertEquals(await text(io.stdin), "in");
  assertEquals(new TextDecoder().decode(await io.readFile("a.bin")), "file");
  assertEquals(await text(await io.openFile("a.bin")), "file");
  await assertRejects(() => io.readFile("missing"), Deno.errors.NotFound);
  assert(io.isStdinTerminal);
});

Deno.test("denoSystem() reads files, and variables it may read", async () => {
  const system = denoSystem();
  const path = new URL("../../../LICENSE", import.meta.url).pathname;
  const bytes = await system.readFile(path);
  assertEquals(await text(await system.openFile(path)), new TextDecoder().decode(bytes));
  assertEquals(system.environment("PACKETPEER_NO_SUCH_VARIABLE"), undefined);
  assertEquals(system.environment("PATH"), Deno.env.get("PATH"));
  assertEquals(system.runtime["deno"], Deno.version.deno);
});

Deno.test("createIo() writes files of its system", async () => {
  const system = new MemorySystem();
  const io = createIo(system, outputOf(system), new AbortController());
  await io.writeFile("a", new TextEncoder().encode("text"), { isSecret: true });
  assertEquals(system.written.get("a"), { text: "text", isSecret: true });
});

Deno.test("denoSystem() writes files, over older ones when told so, and keeps secrets", async () => {
  const { writeFile } = denoSystem();
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/key.pem`;
    const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
    const mode = async (): Promise<number> => ((await Deno.stat(path)).mode ?? 0) & 0o777;
    const isWindows = Deno.build.os === "windows";
    await writeFile(path, bytes("a longer one"));
    await assertRejects(() => writeFile(path, bytes("b")), Deno.errors.AlreadyExists);
    assertEquals(await Deno.readTextFile(path), "a longer one");
    if (!isWindows) await Deno.chmod(path, 0o644);
    await writeFile(path, bytes("secret"), { overwrites: true, isSecret: true });
    assertEquals(await Deno.readTextFile(path), "secret");
    if (!isWindows) assertEquals(await mode(), 0o600);
    await Deno.remove(path);
    await writeFile(path, bytes("new"), { isSecret: true });
    if (!isWindows) assertEquals(await mode(), 0o600);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("denoSystem() tells what cannot be written, and changes nothing", async () => {
  const { checkWritable } = denoSystem();
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/old`, "text");
    await checkWritable(`${folder}/old`);
    await checkWritable(`${folder}/new`);
    assertEquals(await Deno.readTextFile(`${folder}/old`), "text");
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["old"]);
    await assertRejects(() => checkWritable(`${folder}/none/new`), Deno.errors.NotFound);
    await assertRejects(() => checkWritable(folder), Error);
    if (Deno.build.os === "windows") return;
    await checkWritable("/dev/null");
    await Deno.symlink(`${folder}/to be made`, `${folder}/link`);
    await checkWritable(`${folder}/link`);
    assertEquals((await Deno.lstat(`${folder}/link`)).isSymlink, true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("denoSystem() hears a signal once, then leaves signals to the system", async () => {
  const system = denoSystem();
  const keepAlive = setInterval(() => {}, 60_000); // waiting for a signal alone keeps nobody alive
  const heard = new Promise<void>((resolve) => system.onInterrupt(resolve));
  Deno.kill(Deno.pid, Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM");
  await heard;
  clearInterval(keepAlive);
});

Deno.test("denoSystem() adds to files and loads modules", async () => {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
  try {
    const system = denoSystem();
    system.appendFile(`${folder}/keys`, "one\n");
    system.appendFile(`${folder}/keys`, "two\n");
    assertEquals(await Deno.readTextFile(`${folder}/keys`), "one\ntwo\n");
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(`${folder}/keys`)).mode ?? 0) & 0o777, 0o600);
    }
    await Deno.writeTextFile(`${folder}/a module.ts`, "export default 7;\n");
    const loaded = await system.loadModule(`${folder}/a module.ts`);
    assertEquals(loaded, { ...loaded as object, default: 7 });
    await assertRejects(() => system.loadModule(`${folder}/none.ts`), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("denoSystem() makes files that are written bit by bit, and keeps secrets", async () => {
  const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
  try {
    const { createFile } = denoSystem();
    const path = `${folder}/capture`;
    await Deno.writeTextFile(path, "an older and longer file");
    const file = createFile(path);
    assertEquals(file.writeSync(new TextEncoder().encode("one and two")), 11);
    assertEquals(await Deno.readTextFile(path), "one and two");
    file.truncateSync(3);
    file.close();
    assertEquals(await Deno.readTextFile(path), "one");
    createFile(path, { isSecret: true }).close();
    assertEquals(await Deno.readTextFile(path), "");
    if (Deno.build.os !== "windows") {
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
    await assertRejects(
      () => Promise.try(() => createFile(`${folder}/none/capture`)),
      Deno.errors.NotFound,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("denoSystem() reads into the same memory when each chunk is used up at once", async () => {
  const path = new URL("../../../src/variant/types.ts", import.meta.url).pathname;
  const source = await denoSystem().openFile(path);
  source.reuse?.();
  const memory = new Set<ArrayBufferLike>();
  let whole = "";
  for await (const chunk of source) {
    memory.add(chunk.buffer);
    whole += new TextDecoder().decode(chunk, { stream: true });
  }
  assertEquals(whole.length, (await Deno.readTextFile(path)).length);
  assertEquals(memory.size, 1);
});
