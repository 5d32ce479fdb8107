import { assertEquals } from "@std/assert";
import { PLAIN } from "../../../../src/cli/paint.ts";
import {
  checkEvent,
  checkLines,
  explanationEvent,
  explanationLines,
  summaryEvent,
  summaryLine,
} from "../../../../src/commands/doctor/lines.ts";

Deno.test("checkLines() gives sign and word, then what was found", () => {
  const of = (verdict: "ok" | "warn" | "fail"): string[] =>
    checkLines({ id: "cipher", verdict, text: "AES" }, PLAIN);
  assertEquals(of("ok"), ["✓ ok    cipher          AES"]);
  assertEquals(of("warn"), ["! note  cipher          AES"]);
  assertEquals(of("fail"), ["✗ fail  cipher          AES"]);
});

Deno.test("checkLines() puts what to do below what was found", () => {
  const [first = "", second = ""] = checkLines(
    { id: "names", verdict: "fail", text: "other", advice: "rename" },
    PLAIN,
  );
  assertEquals(second.trimStart(), "-> rename");
  assertEquals(second.indexOf("->"), first.indexOf("other"));
});

Deno.test("checkEvent() is one object with its figures", () => {
  const event = checkEvent({ id: "t", verdict: "ok", text: "x", facts: { full_ms: 1.5 } });
  assertEquals(JSON.parse(event), {
    event: "check",
    check: "t",
    verdict: "ok",
    text: "x",
    advice: null,
    full_ms: 1.5,
  });
});

Deno.test("summaryLine() and summaryEvent() count the verdicts", () => {
  const checks = [{ id: "a", verdict: "ok", text: "" }, {
    id: "b",
    verdict: "fail",
    text: "",
  }] as const;
  assertEquals(summaryLine(checks, PLAIN), "1 ok, 0 to note, 1 failed");
  assertEquals(JSON.parse(summaryEvent(checks, "tls://h:1", 1)), {
    event: "summary",
    endpoint: "tls://h:1",
    checks: { ok: 1, warn: 0, fail: 1 },
    exit: 1,
  });
});

Deno.test("explanationLines() and explanationEvent() have name, meaning and cure", () => {
  const found = {
    library: "mbedTLS",
    number: "-0x6800",
    name: "MBEDTLS_ERR_SSL_TIMEOUT",
    meaning: "no answer",
    cure: "poll",
  } as const;
  assertEquals(explanationLines(found, PLAIN), [
    "mbedTLS -0x6800 MBEDTLS_ERR_SSL_TIMEOUT",
    "  no answer",
    "  -> poll",
  ]);
  assertEquals(explanationLines({ ...found, name: null, cure: null }, PLAIN), [
    "mbedTLS -0x6800",
    "  no answer",
  ]);
  assertEquals(JSON.parse(explanationEvent(found)), { event: "error_number", ...found });
});
