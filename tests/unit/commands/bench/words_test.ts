import { assertEquals, assertMatch } from "@std/assert";
import {
  busySeries,
  duration,
  figure,
  lossRunsText,
  missingPercentiles,
  modelSentence,
  percent,
  warnings,
} from "../../../../src/commands/bench/words.ts";
import { sampleView } from "../../../support/bench.ts";

Deno.test("figure() keeps three digits that matter, and whole numbers whole", () => {
  const shown = [0, 0.07123, 1.0549, 12.34, 99.96, 123.4, 45678.9].map(figure);
  assertEquals(shown, ["0", "0.0712", "1.05", "12.3", "100", "123", "45679"]);
});

Deno.test("duration() and percent() choose readable units", () => {
  assertEquals([0.0712, 1.05, 2500].map(duration), ["71.2 µs", "1.05 ms", "2.5 s"]);
  assertEquals([0, 0.00004, 0.05, 1].map(percent), ["0 %", "0.004 %", "5 %", "100 %"]);
});

Deno.test("modelSentence() says which load it was", () => {
  const sentence = (model: "open" | "closed" | "flood" | "connect"): string =>
    modelSentence(
      sampleView({ model, clients: 2, options: model === "open" ? {} : { rate: 0 } }).report,
    );
  assertMatch(sentence("open"), /^open loop: 2 clients, 100\/s each/);
  assertMatch(sentence("closed"), /^closed loop: 2 clients, 1 packet of each/);
  assertMatch(sentence("flood"), /^flood: 2 clients/);
  assertMatch(sentence("connect"), /^connecting: 2 clients, one after the other each$/);
  const { report } = sampleView({ model: "open", clients: 1 });
  assertMatch(modelSentence(report), /^open loop: 1 client, 100\/s, on schedule/);
  const { rate: _, ...options } = report.options;
  assertMatch(modelSentence({ ...report, options }), /1 client, each at the rate of its run/);
});

Deno.test("warnings() says when the machine is the limit, and nothing else then", () => {
  assertEquals(warnings(sampleView().report), []);
  const [late = "", ...more] = warnings(sampleView({ lateMs: 5 }).report);
  assertMatch(late, /^this machine sent 100 % of the packets late; that is its limit/);
  assertEquals(more, []);
  const { report } = sampleView();
  const slow = { ...report.sender, asked_rate: 100, achieved_rate: 50, is_limit: true };
  assertMatch(
    warnings({ ...report, sender: slow })[0] ?? "",
    /did not hold the rate: it sent 50\/s of 100\/s/,
  );
  const dropped = { ...report, errors: { dropped: 3 }, packets: { ...report.packets, untimed: 1 } };
  assertEquals(warnings(dropped).map((text) => text.slice(0, 9)), ["3 replies", "1 reply c"]);
});

Deno.test("warnings() says when fewer connections came about than were asked for", () => {
  const { report } = sampleView({ model: "connect", clients: 1 });
  assertMatch(warnings(report).join(), /^0\.5\/s of 100\/s connections came about/);
});

Deno.test("missingPercentiles() says how many samples are missing", () => {
  assertEquals(missingPercentiles(40), "p99 needs 100 samples, 60 are missing");
  assertEquals(missingPercentiles(1000), "p99.9 needs 10000 samples, 9000 are missing");
  assertEquals(missingPercentiles(10_000), null);
  assertEquals(missingPercentiles(0), null);
});

Deno.test("busySeries() leaves out the end in which nothing happened", () => {
  const { report } = sampleView();
  const idle = { time: 9, sent: 0, received: 0 };
  const series = [...report.series.slice(0, 3), idle, ...report.series.slice(3), idle, idle];
  assertEquals(busySeries({ ...report, series }).length, busySeries(report).length + 1);
});

Deno.test("lossRunsText() sorts the runs by their length", () => {
  const text = lossRunsText({ longest: 12, distribution: { "12": 1, "2": 3, "1": 10 } });
  assertEquals(text, "14 runs, the longest of 12 in a row (10 x 1, 3 x 2, 1 x 12)");
});
