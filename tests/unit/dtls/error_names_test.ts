import { assertEquals, assertStringIncludes } from "@std/assert";
import { explainError } from "../../../src/dtls/error_names.ts";

Deno.test("explainError() reads what Godot prints, in hexadecimal and decimal", () => {
  for (const text of ["-0x2700", "0x2700", "-9984", "9984", " -0x2700 ", "−0x2700"]) {
    const found = explainError(text);
    assertEquals(found?.library, "mbedTLS", text);
    assertEquals(found?.number, "-0x2700");
    assertEquals(found?.name, "MBEDTLS_ERR_X509_CERT_VERIFY_FAILED");
    assertStringIncludes(found?.cure ?? "", "TLSOptions.client()");
  }
});

Deno.test("explainError() takes combined mbedTLS numbers apart", () => {
  assertEquals(
    explainError("-0x21E2")?.name,
    "MBEDTLS_ERR_X509_INVALID_FORMAT + MBEDTLS_ERR_ASN1_UNEXPECTED_TAG",
  );
  assertEquals(explainError("-0x0050")?.name, "MBEDTLS_ERR_NET_CONN_RESET");
});

Deno.test("explainError() says when mbedTLS has no such number", () => {
  const found = explainError("-0x5000");
  assertEquals([found?.library, found?.name, found?.cure], ["mbedTLS", null, null]);
});

Deno.test("explainError() knows the errors that Godot's users report", () => {
  for (const number of [0x2700, 0x6800, 0x7200, 0x7280, 0x7680, 0x7700, 0x7780, 0x7880]) {
    const found = explainError(`-0x${number.toString(16)}`);
    assertStringIncludes(found?.name ?? "", "MBEDTLS_ERR_");
  }
});

Deno.test("explainError() reads OpenSSL's numbers, alerts among them", () => {
  const alert = explainError("error:0A000418:SSL routines::tlsv1 alert unknown ca");
  assertEquals(alert?.library, "OpenSSL");
  assertEquals(alert?.number, "0A000418");
  assertStringIncludes(alert?.meaning ?? "", "the peer sent the alert unknown_ca (48)");
  assertEquals(explainError("0A000086")?.meaning, "the certificate is not accepted");
  assertStringIncludes(explainError("02000077")?.cure ?? "", '"openssl errstr 02000077"');
});

Deno.test("explainError() reads TLS alerts", () => {
  for (const text of ["alert 48", "TLS alert 48", "SSL alert number 48", "alert: 48"]) {
    const found = explainError(text);
    assertEquals([found?.library, found?.name], ["TLS alert", "unknown_ca"], text);
  }
});

Deno.test("explainError() gives null for other texts", () => {
  const texts = ["", "x", "-0x0000", "-0x8000", "123456", "0", "ERR_TIMEOUT", "alert 300"];
  for (const text of texts) assertEquals(explainError(text), null, text);
});
