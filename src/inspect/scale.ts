/**
 * Axes of plots: from values to places from 0 to 1, with ticks at round numbers. Numbers only; how
 * an axis is drawn is not known here.
 */

/** A mark on an axis. */
export interface Tick {
  /** From 0, the axis's beginning, to 1. */
  readonly at: number;
  readonly label: string;
}

/** From values to places on an axis. */
export interface Scale {
  readonly ticks: readonly Tick[];
  /** Where a value is; what the axis does not reach is at its end. */
  place(value: number): number;
}

/** An axis from 0 to a round number that is not below `most`. */
export function linearScale(most: number, label: (value: number) => string, wanted = 5): Scale {
  const step = roundStep(most / wanted);
  const count = Math.max(1, Math.ceil(most / step - ROUNDING_ERROR));
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => ({
      at: i / count,
      label: label(withoutNoise(i * step)),
    })),
    place: (value) => clamp(value / (step * count)),
  };
}

/** An axis from 0 to exactly `most`, where the end is the end of what was measured. */
export function timeScale(most: number, label: (value: number) => string, wanted = 8): Scale {
  const end = most > 0 ? most : 1;
  const step = roundStep(end / wanted);
  const count = Math.floor(end / step + ROUNDING_ERROR);
  return {
    ticks: Array.from({ length: count + 1 }, (_, i) => ({
      at: i * step / end,
      label: label(withoutNoise(i * step)),
    })),
    place: (value) => clamp(value / end),
  };
}

/**
 * An axis with a tick at each power of ten, and at its doubles and halves where there is room, from
 * `least` to `most`, both above 0.
 */
export function logScale(least: number, most: number, label: (value: number) => string): Scale {
  const marks = logMarks(least, Math.max(most, least * 1.01));
  const [low, high] = [Math.log10(marks[0] ?? least), Math.log10(marks.at(-1) ?? most)];
  const place = (value: number): number => clamp((Math.log10(value) - low) / (high - low));
  return { ticks: marks.map((value) => ({ at: place(value), label: label(value) })), place };
}

/**
 * The axis of percentile curves, as the field draws it: each nine takes the same room, so that 90 %,
 * 99 % and 99.9 % are equally far apart. It ends where the largest of so many samples is. Values are
 * fractions from 0 to 1.
 */
export function percentileScale(samples: number): Scale {
  const nines = Math.log10(Math.max(samples, 10));
  const place = (fraction: number): number =>
    fraction >= 1 ? 1 : clamp(-Math.log10(1 - fraction) / nines);
  const count = Math.floor(nines + ROUNDING_ERROR);
  const fractions = [0, 0.5, ...Array.from({ length: count }, (_, i) => 1 - 10 ** -(i + 1))];
  return {
    ticks: fractions.map((fraction) => ({
      at: place(fraction),
      label: `${Number((fraction * 100).toPrecision(12))} %`,
    })),
    place,
  };
}

const ROUNDING_ERROR = 1e-9;

/** The round number 1, 2 or 5 times a power of ten that is not below the wanted step. */
function roundStep(wanted: number): number {
  if (!(wanted > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= wanted * (1 - ROUNDING_ERROR));
  return withoutNoise((factor ?? 10) * power);
}

/** Powers of ten around the range; with 2 and 5 in between when there would be few. */
function logMarks(least: number, most: number): number[] {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const factors = last - first <= 2 ? [1, 2, 5] : [1];
  const marks: number[] = [];
  for (let power = first; power <= last; power++) {
    marks.push(...factors.map((factor) => withoutNoise(factor * 10 ** power)));
  }
  const from = marks.findLastIndex((mark) => mark <= least * (1 + ROUNDING_ERROR));
  const to = marks.findIndex((mark) => mark >= most * (1 - ROUNDING_ERROR));
  return marks.slice(Math.max(from, 0), to < 0 ? marks.length : to + 1);
}

/** 3 times 0.1 is not quite 0.3 in binary floating point. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

function clamp(place: number): number {
  return Number.isFinite(place) ? Math.min(Math.max(place, 0), 1) : 0;
}
