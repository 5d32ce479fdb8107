import { assertEquals } from "@std/assert";
import { certificateObject, verdictObject } from "../../../../src/commands/cert/json.ts";
import { certificateInfo, DAY } from "../../../support/certificate_info.ts";

Deno.test("certificateObject() has stable keys", () => {
  assertEquals(certificateObject(certificateInfo(), 10 * DAY), {
    subject: "CN=localhost",
    issuer: "CN=localhost",
    common_name: "localhost",
    names: [{ type: "dns", value: "localhost" }],
    serial: "01",
    not_before: "1970-01-01T00:00:00.000Z",
    not_after: "1970-04-11T00:00:00.000Z",
    days_left: 90,
    key: { type: "RSA", bits: 2048 },
    signature: "sha256WithRSAEncryption",
    ca: true,
    self_signed: true,
    pin: `sha256:${"ab".repeat(32)}`,
    public_key_pin: `spki-sha256:${"cd".repeat(32)}`,
  });
});

Deno.test("certificateObject() names the curve of an elliptic key", () => {
  const key = { type: "EC", bits: 256, curve: "prime256v1" };
  assertEquals(certificateObject(certificateInfo({ key }), 0)["key"], key);
});

Deno.test("verdictObject() says who decides and for what host", () => {
  const verdict = { isAccepted: false, rule: "chain", reason: "a", problems: ["a"] } as const;
  assertEquals(verdictObject({ verdict, chain: [], isForHost: true, host: "h" }, "ca.crt"), {
    accepted: false,
    rule: "chain",
    reason: "a",
    problems: ["a"],
    trusted: "ca.crt",
    host: "h",
  });
});
