import { assertEquals } from "@std/assert";
import { printRecord } from "../../../../src/commands/decode/record_lines.ts";
import { type CaptureEvent, CaptureReader } from "../../../../src/pcap/capture.ts";
import { memoryIo } from "../../../support/memory_io.ts";
import { ethernet, FIN, pcap, TcpConversation, udp } from "../../../support/pcap_builder.ts";
import {
  clientHello,
  DTLS12,
  dtlsMessage,
  dtlsRecord,
  message,
  serverName,
  tls13ServerHello,
  tlsRecord,
  TYPE,
} from "../../../support/secure_records.ts";

function print(mode: "text" | "json", frames: readonly Uint8Array[]): [string[], string[]] {
  const io = memoryIo({ mode });
  const reader = new CaptureReader();
  reader.push(pcap(frames.map((bytes) => ({ bytes, seconds: 1_700_000_000, fraction: 5 }))));
  reader.finish();
  const next = (): CaptureEvent | null => reader.next();
  for (let event = next(); event !== null; event = next()) {
    if (event.type === "record") printRecord(io.output, event);
  }
  const lines = (text: string): string[] => text.trimEnd().split("\n").filter((one) => one !== "");
  return [lines(io.stdoutText()), lines(io.stderrText())];
}

const HELLO = clientHello({ version: DTLS12, cookie: "c", extensions: [serverName("a.example")] });
const DTLS = ethernet(
  udp("10.0.0.1:1", "10.0.0.2:2", dtlsRecord(TYPE.handshake, dtlsMessage(1, 1, HELLO), 0, 3)),
);

Deno.test("printRecord() tells people on stderr, and leaves stdout to the packets", () => {
  assertEquals(print("text", [DTLS]), [[], [
    "packetpeer: capture frame 1 (10.0.0.1:1 > 10.0.0.2:2): " +
    "DTLS 1.2 ClientHello (SNI a.example, 1 cipher suite, with cookie)",
  ]]);
});

Deno.test("printRecord() prints events with -o json", () => {
  const [[line = ""], errors] = print("json", [DTLS]);
  assertEquals(errors, []);
  assertEquals(JSON.parse(line), {
    event: "record",
    frame: 1,
    time: "2023-11-14T22:13:20.000005000Z",
    source: "10.0.0.1:1",
    destination: "10.0.0.2:2",
    protocol: "udp",
    path: "eth:ip:udp:dtls",
    ok: true,
    record: {
      layer: "dtls",
      type: "Handshake",
      version: "DTLS 1.2",
      epoch: 0,
      sequence: 3,
      length: HELLO.length + 12,
      encrypted: false,
      messages: [{
        type: "ClientHello",
        length: HELLO.length,
        sequence: 1,
        fragment_offset: 0,
        fragment_length: HELLO.length,
        version: "DTLS 1.2",
        server_name: "a.example",
        cipher_suites: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
      }],
    },
    message: "DTLS 1.2 ClientHello (SNI a.example, 1 cipher suite, with cookie)",
  });
});

Deno.test("printRecord() says what would decrypt a record, and what is known of its connection", () => {
  const connection = new TcpConversation();
  const { client, server } = connection;
  const frames = [
    ...connection.open(),
    client.segment(tlsRecord(TYPE.handshake, message(1, clientHello()))),
    server.segment(tlsRecord(TYPE.handshake, message(2, tls13ServerHello()))),
    server.segment(tlsRecord(TYPE.data, new Uint8Array(50))),
    client.segment(tlsRecord(TYPE.alert, [2, 48])),
    client.segment("", FIN),
  ];
  const [, texts] = print("text", frames);
  const hint = "TLS 1.3 ApplicationData, 50 bytes, encrypted; --keylog FILE decrypts it";
  assertEquals(texts.some((text) => text.endsWith(hint)), true, texts.join("\n"));
  const records = print("json", frames)[0].map((line) => JSON.parse(line).record);
  assertEquals(records[1].messages[0].cipher_suite, "TLS_AES_128_GCM_SHA256");
  assertEquals(records[2], {
    layer: "tls",
    type: "ApplicationData",
    version: "TLS 1.2",
    connection_version: "TLS 1.3",
    cipher_suite: "TLS_AES_128_GCM_SHA256",
    length: 50,
    encrypted: true,
    locked: "no-keys",
  });
  assertEquals(records[3].alert, {
    level: 2,
    description: 48,
    name: "unknown_ca",
    meaning: "the certificate's issuer is not trusted",
  });
});
