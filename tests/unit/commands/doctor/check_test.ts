import { assertEquals } from "@std/assert";
import {
  ANSWER,
  type Check,
  type CheckVerdict,
  countVerdicts,
  exitOf,
} from "../../../../src/commands/doctor/check.ts";

const check = (verdict: CheckVerdict, id = "x"): Check => ({ id, verdict, text: "" });

Deno.test("countVerdicts() counts each verdict", () => {
  const checks = [check("ok"), check("warn"), check("ok"), check("fail")];
  assertEquals(countVerdicts(checks), { ok: 2, warn: 1, fail: 1 });
  assertEquals(countVerdicts([]), { ok: 0, warn: 0, fail: 0 });
});

Deno.test("exitOf() is 0 with notes, 1 with a failure, 3 without an answer", () => {
  assertEquals(exitOf([]), 0);
  assertEquals(exitOf([check("ok"), check("warn"), check("warn", ANSWER)]), 0);
  assertEquals(exitOf([check("ok", ANSWER), check("fail")]), 1);
  assertEquals(exitOf([check("fail"), check("fail", ANSWER)]), 3);
});
