/** Times of packets as text. */

const MICROS_PER_MS = 1000;

/** Microseconds since 1970 as RFC 3339 in UTC: `2026-01-31T12:00:00.123456Z`. */
export function isoTime(micros: number): string {
  const ms = Math.floor(micros / MICROS_PER_MS);
  const rest = String(micros - ms * MICROS_PER_MS).padStart(3, "0");
  return new Date(ms).toISOString().replace("Z", `${rest}Z`);
}

/** Microseconds since 1970 as the time of day here: `12:00:00.123`. */
export function clockTime(micros: number): string {
  const time = new Date(Math.floor(micros / MICROS_PER_MS));
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()];
  const ms = String(time.getMilliseconds()).padStart(3, "0");
  return `${[hours, minutes, seconds].map((n) => String(n).padStart(2, "0")).join(":")}.${ms}`;
}
