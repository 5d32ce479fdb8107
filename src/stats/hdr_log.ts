/**
 * The interval log of HdrHistogram, format version 1.3, as its public tools read it (the plotter,
 * HistogramLogProcessor): durations in nanoseconds, the column of maxima in milliseconds.
 */

import type { BenchData } from "./bench_data.ts";

/**
 * The log of a run's round trips: a line for each interval that had some. `comments` go on top.
 */
export function hdrLog(data: BenchData, comments: readonly string[] = []): string {
  const start = (data.startMicros / 1e6).toFixed(3);
  const head = [
    ...comments.map((comment) => `#${comment.replaceAll(/[\r\n]+/g, " ")}`),
    "#[Histogram log format version 1.3]",
    `#[StartTime: ${start} (seconds since epoch)]`,
    // Times of lines count from here.
    `#[BaseTime: ${start} (seconds since epoch)]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
  const seconds = data.intervalMs / 1000;
  const lines = data.series.flatMap(({ roundTrips }, index) =>
    roundTrips === null
      ? []
      : [`${fixed(index * seconds)},${fixed(seconds)},${fixed(roundTrips.maxMs)},${roundTrips.hdr}`]
  );
  return [...head, ...lines].join("\n") + "\n";
}

function fixed(value: number): string {
  return value.toFixed(3);
}
