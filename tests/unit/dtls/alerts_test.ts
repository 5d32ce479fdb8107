import { assertEquals } from "@std/assert";
import { alertWords, formatAlert } from "../../../src/dtls/alerts.ts";

Deno.test("alertWords() names the alerts of the standards", () => {
  assertEquals(alertWords(0).name, "close_notify");
  assertEquals(alertWords(40).name, "handshake_failure");
  assertEquals(alertWords(116).name, "certificate_required");
});

Deno.test("alertWords() names an unknown alert by its number", () => {
  assertEquals(alertWords(200), {
    name: "alert_200",
    meaning: "an alert that no standard names",
  });
});

Deno.test("formatAlert() gives name, number and meaning", () => {
  assertEquals(formatAlert(48), "unknown_ca (48): the certificate's issuer is not trusted");
});
