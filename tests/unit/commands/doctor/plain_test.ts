import { assert, assertEquals } from "@std/assert";
import type { Check } from "../../../../src/commands/doctor/check.ts";
import { examinePlain } from "../../../../src/commands/doctor/plain.ts";

const HERE = "127.0.0.1";

async function examine(
  scheme: "udp" | "tcp",
  port: number,
  addresses: readonly string[] = [HERE],
): Promise<Check[]> {
  return await Array.fromAsync(examinePlain(scheme, addresses, port, 5000));
}

Deno.test("examinePlain() connects to tcp", async () => {
  const listener = Deno.listen({ hostname: HERE, port: 0 });
  const { port } = listener.addr;
  const accepted = listener.accept();
  const examined = examine("tcp", port);
  (await accepted).close();
  const [check] = await examined;
  assertEquals([check?.id, check?.verdict], ["answer", "ok"]);
  listener.close();
  const [refused] = await examine("tcp", port);
  assertEquals(refused?.verdict, "fail");
  assert(refused?.text.includes("connection refused"), refused?.text);
});

Deno.test("examinePlain() tells whether a program of this machine has the udp port", async () => {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: HERE, port: 0 });
  const { port } = socket.addr as Deno.NetAddr; // it is a UDP socket
  const [bound] = await examine("udp", port);
  assertEquals([bound?.verdict, bound?.facts?.["bound_here"]], ["ok", true]);
  socket.close();
  const [free] = await examine("udp", port);
  assertEquals([free?.verdict, free?.facts?.["bound_here"]], ["fail", false]);
});

Deno.test({
  name: "examinePlain() makes a note of an address that is silent beside one that answers",
  ignore: Deno.build.os === "darwin", // it has no 127.0.0.2
  fn: async () => {
    const socket = Deno.listenDatagram({ transport: "udp", hostname: HERE, port: 0 });
    const { port } = socket.addr as Deno.NetAddr; // it is a UDP socket
    const checks = await examine("udp", port, ["127.0.0.2", HERE]);
    socket.close();
    assertEquals(checks.map(({ id, verdict }) => [id, verdict]), [
      ["other-address", "warn"],
      ["answer", "ok"],
    ]);
  },
});
