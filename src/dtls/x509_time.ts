/**
 * The dates of certificates: seconds since 1970-01-01 UTC, from calendar fields and to text, in the
 * Gregorian calendar. No clock is read here.
 */

const SECONDS_A_DAY = 86_400;
const DAYS_TO_1970 = 719_468;
const DAYS_IN_400_YEARS = 146_097;

/** Fields of a UTC time; month and day count from 1. */
export interface CalendarTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Seconds since 1970-01-01 UTC. */
export function secondsOf({ year, month, day, hour, minute, second }: CalendarTime): number {
  // Years begin with March, so that the leap day is their last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  const days = era * DAYS_IN_400_YEARS + dayOfEra - DAYS_TO_1970;
  return days * SECONDS_A_DAY + hour * 3600 + minute * 60 + second;
}

/** The calendar fields of so many seconds since 1970-01-01 UTC. */
export function calendarTimeOf(seconds: number): CalendarTime {
  const days = Math.floor(seconds / SECONDS_A_DAY) + DAYS_TO_1970;
  const rest = seconds - (days - DAYS_TO_1970) * SECONDS_A_DAY;
  const era = Math.floor(days / DAYS_IN_400_YEARS);
  const dayOfEra = days - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: Math.floor(rest) % 60,
  };
}

/** As `2034-01-01 00:00:00 UTC`; NaN is a date that could not be read. */
export function formatUtc(seconds: number): string {
  if (Number.isNaN(seconds)) return "an unreadable date";
  const { year, month, day, hour, minute, second } = calendarTimeOf(seconds);
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  return `${date} ${pad(hour)}:${pad(minute)}:${pad(second)} UTC`;
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, "0");
}
