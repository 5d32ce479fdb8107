import { assertEquals } from "@std/assert";
import { SecureContext } from "../../../src/dtls/context.ts";
import { connectTls } from "../../../src/dtls/stream_session.ts";
import { PeerError } from "../../../src/errors.ts";
import { ProbeRecord, unreached } from "../../../src/net/secure_probe.ts";
import { opensslTest } from "../../support/dtls_identities.ts";

Deno.test("unreached() is a result without anything but its error", () => {
  const error = new PeerError("ERR_TIMEOUT", "no answer");
  const result = unreached(error);
  assertEquals([result.outcome, result.error], ["no answer", error]);
  assertEquals([result.handshake, result.session, result.firstReplyMs], [null, null, null]);
});

opensslTest("ProbeRecord keeps the first reply and the first error", (openssl) => {
  using context = SecureContext.client(openssl, { protocol: "tls", isInsecure: true });
  using session = connectTls(context, { remote: "127.0.0.1:1", now: 100 });
  const record = new ProbeRecord(session, 100);
  assertEquals([record.isDecided, record.result().outcome], [false, "no answer"]);
  record.noteReply(107);
  record.noteReply(190);
  assertEquals([record.result().firstReplyMs, record.result().outcome], [7, "failed"]);
  const error = new PeerError("ERR_TIMEOUT", "first");
  record.noteError(error);
  record.noteError(new PeerError("ERR_TIMEOUT", "second"));
  assertEquals([record.isDecided, record.result().error], [true, error]);
});
