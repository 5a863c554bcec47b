/** Bits per second of the SI prefixes that bandwidth is sold in, in kbit/s. */
const UNITS: Readonly<Record<string, number>> = { k: 1, m: 1000, g: 1_000_000 };

/**
 * Digits, with thousands set apart or not: `100000`, `100,000`, `2 488 320`; and a decimal point.
 */
const NUMBER = String.raw`(?<number>\d{1,3}(?:[ ,_']\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)`;
/** `k`, `M`, `G`, with or without `bit/s`, `bps`, `b/s`. */
const UNIT = String.raw`(?<unit>[kmg])?(?:b(?:it)?(?:\/s|ps)?)?`;
const RATE = new RegExp(String.raw`^${NUMBER}\s*${UNIT}$`, 'i');

/** Of floating point what is not meant: 0.1 G is 100,000 kbit/s. */
const exact = (kbps: number): number => Number(kbps.toFixed(6));

const rateOf = (text: string, unitless: string): number => {
  const groups = RATE.exec(text.trim())?.groups;
  if (!groups?.number) return Number.NaN;
  const digits = Number(groups.number.replaceAll(/[ ,_']/g, ''));
  return exact(digits * (UNITS[(groups.unit ?? unitless).toLowerCase()] ?? Number.NaN));
};

/** A rate as people type it, in kbit/s: `100000`, `100M`, `1 Gbps`. NaN where it is none. */
export const readKbps = (text: string): number => {
  const typed = text.trim();
  return /^-\d+$/.test(typed) ? Number(typed) : rateOf(typed, 'k');
};

const unitIn = (text: string): string | undefined => RATE.exec(text.trim())?.groups?.unit;

/**
 * Down and up as one text, in kbit/s: `100/50` (a plan's name: Mbit/s), `1G/500M`, `100/50 Mbps`.
 * Null where it is none.
 */
export const readRatePair = (text: string): { downKbps: number; upKbps: number } | null => {
  // The slash of `Mbit/s` parts nothing.
  const [down, up, ...more] = text.replaceAll(/(bit|b)\/s/gi, '$1ps').split('/');
  if (down === undefined || up === undefined || more.length > 0) return null;
  const unit = unitIn(up) ?? 'm';
  const pair = {
    downKbps: rateOf(down, unit),
    upKbps: rateOf(up, unitIn(up) ?? unitIn(down) ?? 'm'),
  };
  return Number.isNaN(pair.downKbps) || Number.isNaN(pair.upKbps) ? null : pair;
};
