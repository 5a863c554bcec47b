import type { Cpe, CpeField, Role, SegmentGroup } from '@cpe-desk/contract';
import { words } from './words.ts';

/** One formatter a language: making them is what costs. */
const perLocale = <Format>(make: (locale: string) => Format) => {
  const made = new Map<string, Format>();
  return (): Format => {
    const { locale } = words();
    const format = made.get(locale) ?? make(locale);
    made.set(locale, format);
    return format;
  };
};

const megabits = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }));
const shares = perLocale(
  (locale) => new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 2 }),
);
const whole = perLocale((locale) => new Intl.NumberFormat(locale));
const minutes = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }),
);
const seconds = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }),
);
const clocks = perLocale((locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
const days = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
);
const relative = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));

/** A speed given in kbit/s, exactly: `100 Mbit/s`, below 1,000 `64 kbit/s`. */
export const formatKbps = (kbps: number): string =>
  kbps < 1000 ? `${megabits().format(kbps)} kbit/s` : `${megabits().format(kbps / 1000)} Mbit/s`;

/** The same in Mbit/s, without the unit: `0.3`. */
export const formatMbps = (kbps: number): string => megabits().format(kbps / 1000);

/** A part of a whole: `0.1%`, `67%`. Parts above 100 % are said exactly. */
export const formatShare = (share: number): string =>
  share > 1 ? `${whole().format(Math.round(share * 100))}%` : shares().format(share);

export const formatBandwidth = ({ downKbps, upKbps }: Cpe['bandwidth']): string =>
  `${formatKbps(downKbps)} ${words().down}, ${formatKbps(upKbps)} ${words().up}`;

/** A number of things: `12,345`. */
export const formatCount = (count: number): string => whole().format(count);

/** An RFC 3339 time in the reader's own time zone, to the minute. */
export const formatTime = (text: string): string => minutes().format(new Date(text));

/** The same to the second and with the time zone, for evidence. */
export const formatExactTime = (text: string): string => seconds().format(new Date(text));

/** A time of today, ms since 1970, to the second: `09:12:05`. */
export const formatClock = (at: number): string => clocks().format(at);

/** A calendar day, `2026-11-24`: `24 Nov`. */
export const formatDay = (day: string): string => days().format(new Date(`${day}T00:00:00Z`));

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago an RFC 3339 time was: `3 hours ago`. */
export const formatAgo = (text: string, now = Date.now()): string => {
  const past = Math.max(0, (now - Date.parse(text)) / 1000);
  const [unit, size] = steps.find(([, each]) => past >= each) ?? ['minute', 60];
  return relative().format(-Math.floor(past / size), unit);
};

/** What is said of a field without a value. */
export const emptyText = (field: string): string =>
  field === 'ipv6Address' || field === 'ipv6Prefix' ? words().none : words().notKnown;

/** A CPE's value of one field, as people read it. */
export const valueText = (field: CpeField, cpe: Cpe): string =>
  field === 'bandwidth' ? formatBandwidth(cpe.bandwidth) : cpe[field] || emptyText(field);

export const yesNo = (yes: boolean): string => (yes ? words().yes : words().no);

/** The title of a browser tab. */
export const pageTitle = (page: string): string => `${page} - ${words().shell.product}`;

/** Roles by their names: `Operator, Reviewer`. */
export const formatRoles = (roles: readonly Role[]): string =>
  roles.map((role) => words().role[role]).join(', ');

/** Segment groups by their names. */
export const formatSegmentGroups = (groups: readonly SegmentGroup[]): string =>
  groups.map((group) => words().segmentGroup[group]).join(', ');
