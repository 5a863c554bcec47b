import type { Read } from './read-device-value.ts';

/** RFC 3339, and what programs write of it: a space, no seconds, an offset without a colon. */
const TIME =
  /^(?<day>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(?<offset>Z|[+-]\d\d(?::?\d\d)?)?$/i;

const EXAMPLE = '2026-10-30T08:12:00+08:00';

/** Years that a ticket may have; PostgreSQL would refuse others only while it writes. */
const isYear = (year: number): boolean => year >= 1900 && year <= 9999;

const offsetOf = (text: string): string => {
  const [, hours = '', minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(text) ?? [];
  return hours === '' ? 'Z' : `${hours}:${minutes}`;
};

/** A time as an instant in UTC (ISO 8601). A local time is refused: it may be two instants. */
export const readTime = (text: string): Read => {
  const { day = '', time = '', offset } = TIME.exec(text.trim())?.groups ?? {};
  const refuse = (code: string, detail: string): Read => ({ ok: false, code, detail });
  if (day === '') return refuse('not-a-time', `Give a time with its offset such as ${EXAMPLE}`);
  if (offset === undefined)
    return refuse(
      'time-without-offset',
      `Give the offset from UTC too, as in ${day}T${time}+08:00`,
    );
  const instant = new Date(`${day}T${time}${offsetOf(offset)}`);
  const isDay = new Date(`${day}T00:00Z`).getUTCDate() === Number(day.slice(8));
  if (Number.isNaN(instant.getTime()) || !isDay || !isYear(instant.getUTCFullYear()))
    return refuse('not-a-time', `Give a time that exists, such as ${EXAMPLE}`);
  return { ok: true, value: instant.toISOString() };
};
