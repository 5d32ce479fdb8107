/**
 * Agreement with Wireshark's `tshark` on the captures that packetpeer writes: every packet is well
 * formed, checksums are right, TCP analysis has nothing to remark, and addresses and payloads are
 * what was sent, by `send` and by a real engine; DTLS and TLS decrypt with the key log. Without tshark
 * and the engine the tests are ignored.
 */

import { assert, assertEquals } from "@std/assert";
import { captureSession } from "../support/captured_session.ts";
import { whyNoOpenSsl } from "../support/certificates.ts";
import { hasIpv6 } from "../support/loopback.ts";
import { packetsOf, readAll } from "../support/pcap_builder.ts";
import { runCli, startCli } from "../support/run_cli.ts";
import { findGodot, godotTest } from "./godot.ts";
import { hasTshark, tshark, tsharkTest } from "./tshark.ts";

const VALUES = [
  '{"cmd": "move", "at": Vector3(1, 2.5, -3)}',
  '"text"',
  `PackedByteArray(${Array.from({ length: 12_000 }, (_, i) => i & 255)})`,
];
/** The same, and one that takes several segments. */
const LARGE = `PackedInt32Array(${Array.from({ length: 40_000 }, (_, i) => i)})`;

const CHECKSUMS = ["ip", "udp", "tcp"].flatMap((name) => ["-o", `${name}.check_checksum:TRUE`]);

/** Fails when tshark has anything to say against a capture. */
async function assertImpeccable(file: Uint8Array, keylog: readonly string[] = []): Promise<void> {
  // Notes and chats ("connection established") are no faults; 6291456 is a warning.
  const faults = "tcp.analysis.flags || _ws.malformed || _ws.expert.severity >= 6291456";
  const options = [...CHECKSUMS, ...keylog];
  assertEquals(await tshark(file, ...options, "-Y", faults), "");
  const good = await fields(file, [
    "ip.checksum.status",
    "udp.checksum.status",
    "tcp.checksum.status",
  ], options);
  for (const line of good) assert(/^1?\t(?:1\t|\t1)$/.test(line), `checksums: ${line}`);
}

async function fields(
  file: Uint8Array,
  names: readonly string[],
  options: readonly string[] = [],
): Promise<string[]> {
  const text = await tshark(
    file,
    ...options,
    "-T",
    "fields",
    ...names.flatMap((name) => ["-e", name]),
  );
  return text.split("\n").filter((line) => line !== "");
}

/** The bytes of each value, as packetpeer encodes them. */
async function packetsFor(values: readonly string[]): Promise<string[]> {
  const { stdoutLines } = await runCli(["encode"], { stdin: values.join("\n") });
  return [...stdoutLines];
}

for (const host of ["127.0.0.1", "[::1]"]) {
  if (host === "[::1]" && !hasIpv6()) continue;
  const ip = host === "[::1]" ? "ipv6" : "ip";
  const address = host.replace(/[[\]]/g, "");

  tsharkTest(`a session of udp on ${host} is what was sent`, async () => {
    await using session = await captureSession("udp", VALUES, host);
    const port = /\d+$/.exec(session.address)?.[0] ?? "";
    const packets = await packetsFor(VALUES);
    for (const path of [session.server, session.client]) {
      const file = await Deno.readFile(path);
      await assertImpeccable(file);
      const names = [`${ip}.src`, `${ip}.dst`, "udp.srcport", "udp.dstport", "udp.payload"];
      const lines = await fields(file, names);
      for (const [from, key] of [["client", "udp.dstport"], ["server", "udp.srcport"]] as const) {
        const own = lines.map((line) => line.split("\t"))
          .filter((columns) => columns[names.indexOf(key)] === port);
        assertEquals(own.map((columns) => columns[4]), packets, `${from} in ${path}`);
        assert(own.every(([source, to]) => source === address && to === address));
      }
    }
  });

  tsharkTest(`a session of tcp on ${host} is what was sent`, async () => {
    const values = [...VALUES, LARGE];
    await using session = await captureSession("tcp", values, host);
    const packets = await packetsFor(values);
    for (const path of [session.server, session.client]) {
      const file = await Deno.readFile(path);
      await assertImpeccable(file);
      const flow = await tshark(file, "-q", "-z", "follow,tcp,raw,0");
      const stream = packets.map((hex) => lengthOf(hex) + hex).join("");
      const [sent, answered] = [/^[0-9a-f]+$/gm, /^\t[0-9a-f]+$/gm].map((lines) =>
        (flow.match(lines) ?? []).join("").replaceAll("\t", "")
      );
      assertEquals([sent === stream, answered === stream], [true, true], path);
      const ports = await fields(file, [`${ip}.src`, "tcp.flags.syn", "tcp.flags.fin"]);
      assertEquals(ports.filter((line) => line === `${address}\t1\t0`).length, 2);
      assertEquals(ports.filter((line) => line === `${address}\t0\t1`).length, 2);
    }
  });
}

/** The length in front of a packet, as hex. */
function lengthOf(hex: string): string {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, hex.length / 2, true);
  return bytes.toHex();
}

const noOpenSsl = whyNoOpenSsl();

for (const scheme of ["dtls", "tls"] as const) {
  tsharkTest(`a session of ${scheme} decrypts to what was sent`, async () => {
    await using session = await captureSession(scheme, VALUES);
    const packets = (await packetsFor(VALUES)).map((hex) =>
      scheme === "tls" ? lengthOf(hex) + hex : hex
    );
    // `listen` had no key log: Wireshark is told of that of `send`. That one has the keys inside.
    const cases = [
      { path: session.server, keylog: ["-o", `tls.keylog_file:${session.keylog}`] },
      { path: session.client, keylog: [] },
    ];
    for (const { path, keylog } of cases) {
      const file = await Deno.readFile(path);
      await assertImpeccable(file, keylog);
      const plain = scheme === "dtls"
        ? (await fields(file, ["data.data"], [...keylog, "-Y", "data"]))
        : await streamsOf(file, keylog);
      const expected = scheme === "dtls"
        ? [...packets, ...packets]
        : [packets.join(""), packets.join("")];
      assertEquals(plain.toSorted(), expected.toSorted(), path);
    }
    const encrypted = await Deno.readFile(session.server);
    assertEquals(await fields(encrypted, ["data.data"], ["-Y", "data"]), []);
  }, noOpenSsl);
}

/** What both directions of the one TLS connection said, from tshark. */
async function streamsOf(file: Uint8Array, keylog: readonly string[]): Promise<string[]> {
  const flow = await tshark(file, ...keylog, "-q", "-z", "follow,tls,raw,0");
  return [/^[0-9a-f]+$/gm, /^\t[0-9a-f]+$/gm].map((lines) =>
    (flow.match(lines) ?? []).join("").replaceAll("\t", "")
  );
}

for (const name of ["godot_udp.pcapng", "godot_packet_stream.pcap", "godot_fragments.pcap"]) {
  tsharkTest(`decode -o pcapng of ${name} is impeccable`, async () => {
    const path = new URL(`../../fixtures/pcap/${name}`, import.meta.url).pathname;
    const { stdoutBytes, code } = await runCli(["decode", "-o", "pcapng", `@${path}`]);
    assertEquals(code, 0);
    await assertImpeccable(stdoutBytes);
    const packets = packetsOf(readAll(await Deno.readFile(path)));
    const lines = await fields(stdoutBytes, ["frame.time_epoch", "udp.payload"], ["-Y", "udp"]);
    const wanted = packets.filter(({ transport }) => transport === "udp").map(({ time, payload }) =>
      `${time / 1_000_000_000n}.${`${time % 1_000_000_000n}`.padStart(9, "0")}\t${payload.toHex()}`
    );
    assertEquals(lines, wanted);
  });
}

const found = await findGodot(4);

for (const transport of ["udp", "tcp"] as const) {
  godotTest(
    found,
    `listen --capture has every packet of Godot over ${transport}`,
    async (godot) => {
      const folder = await Deno.makeTempDir({ prefix: "packetpeer-" });
      try {
        const path = `${folder}/godot.pcapng`;
        const args = ["listen", `${transport}://127.0.0.1:0`, "--echo", "--capture", path];
        await using listener = startCli(args);
        const endpoint = (await listener.stderrLine("listening on ")).replace("listening on ", "");
        const { lines } = await godot.run("packet_client.gd", [endpoint]);
        listener.kill("SIGTERM");
        assertEquals((await listener.result()).code, 0);
        const sent = lines.filter((line) => line.startsWith("sent ")).map((line) => line.slice(5));
        assert(sent.length > 500, `only ${sent.length} packets`);
        const file = await Deno.readFile(path);
        const server = endpoint.replace(/^.*\/\//, "");
        const packets = packetsOf(readAll(file, { framing: "packet-stream" }));
        const [heard, answered] = [true, false].map((isHeard) =>
          packets.filter(({ destination }) => (destination === server) === isHeard)
            .map(({ payload }) => payload.toHex())
        );
        assertEquals(heard, sent);
        assertEquals(answered, sent);
        if (hasTshark) await assertImpeccable(file);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
