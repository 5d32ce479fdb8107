import { assert, assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import {
  certificateLines,
  certLine,
  chainLines,
  daysLeft,
  namesText,
  validityText,
  validityWords,
  verdictLines,
} from "../../../../src/commands/cert/lines.ts";
import { certificateInfo, DAY } from "../../../support/certificate_info.ts";

const STYLE = { paint: PLAIN, now: 10 * DAY };

Deno.test("certificateLines() has a line for each thing that a certificate says", () => {
  const lines = certificateLines(certificateInfo(), STYLE);
  assertEquals(lines.map((line) => line.slice(0, 12).trim()), [
    "subject",
    "issuer",
    "names",
    "valid",
    "key",
    "signature",
    "CA",
    "serial",
    "pin",
    "public key",
  ]);
  assert(lines.includes(certLine("pin", `sha256:${"ab".repeat(32)}`, STYLE)));
  assert(lines.includes(certLine("key", "RSA, 2048 bits", STYLE)));
  const ec = certificateInfo({ key: { type: "EC", bits: 256, curve: "prime256v1" }, isCa: false });
  const ecLines = certificateLines(ec, STYLE);
  assert(ecLines.includes(certLine("key", "EC, 256 bits (prime256v1)", STYLE)));
  assert(ecLines.includes(certLine("CA", "no", STYLE)));
});

Deno.test("chainLines() lists what came with a certificate", () => {
  assertEquals(chainLines([certificateInfo()], STYLE), []);
  const [line = ""] = chainLines([certificateInfo(), certificateInfo({ subject: "CN=CA" })], STYLE);
  assert(line.startsWith("came with") && line.includes("CN=CA"), line);
});

Deno.test("validityWords() and daysLeft() count whole days", () => {
  const cert = certificateInfo();
  assertEquals(validityWords(cert, 10 * DAY), "90 days left");
  assertEquals(validityWords(cert, 98.5 * DAY), "1 day left");
  assertEquals(validityWords(cert, 102 * DAY), "expired 2 days ago");
  assertEquals(validityWords(cert, -1), "not valid yet");
  assertEquals([daysLeft(cert, 10 * DAY), daysLeft(cert, 101 * DAY)], [90, -1]);
  assertEquals(
    validityText(cert, 10 * DAY),
    "1970-01-01 00:00:00 UTC to 1970-04-11 00:00:00 UTC, 90 days left",
  );
});

Deno.test("namesText() says where the names are from", () => {
  assertEquals(namesText(certificateInfo()), "localhost");
  assertEquals(namesText(certificateInfo({ names: [] })), "localhost (the common name)");
  assertEquals(
    namesText(certificateInfo({ names: [], commonName: null })),
    "none: it is for no host",
  );
});

Deno.test("verdictLines() says who decides, for whom, and all that is wrong", () => {
  const examination = { chain: [], isForHost: false, host: "game" };
  const refused = {
    isAccepted: false,
    rule: "chain",
    reason: "expired",
    problems: ["expired", "b"],
  } as const;
  assertEquals(verdictLines({ ...examination, verdict: refused }, "ca.crt", STYLE), [
    certLine("verdict", "✗ refused by ca.crt for game (rule: chain): expired", STYLE),
    certLine("", "also: b", STYLE),
  ]);
  const accepted = { isAccepted: true, rule: "chain", reason: "good", problems: [] } as const;
  assertEquals(
    verdictLines({ ...examination, host: null, verdict: accepted }, "ca.crt", STYLE),
    [certLine("verdict", "✓ accepted by ca.crt (rule: chain): good", STYLE)],
  );
});
