/** Texts of rates, in each spelling of the field. */
import type { Bandwidth } from '../../fields/bandwidth.ts';

export type ReadRate = { kbps: number } | { either: [number, number] };

const FACTORS: Readonly<Record<string, number>> = { k: 1, m: 1000, g: 1_000_000, t: 1_000_000_000 };
const RATE =
  /^(?<number>\d+(?:[.,' ]\d+)*)\s*(?<unit>[kmgt])?(?:i?b(?:it)?s?(?:\/s(?:ec)?|ps)?)?$/i;

const exact = (kbps: number): number => Number(kbps.toFixed(6));

/** The numbers that digits with separators may mean: `1.000` is one, or a thousand. */
const numbersOf = (text: string): number[] => {
  const marks = text.replaceAll(/\d/g, '');
  if (marks === '') return [Number(text)];
  const isGrouped = /^\d{1,3}(?:[.,' ]\d{3})+$/.test(text) && new Set(marks).size === 1;
  const whole = Number(text.replaceAll(/[^\d]/g, ''));
  if (isGrouped && (marks.length > 1 || /['\s]/.test(marks))) return [whole];
  if (marks.length > 1) {
    const decimal = /^\d{1,3}(?:([.,' ])\d{3})+(?!\1)[.,]\d+$/.exec(text);
    if (!decimal) return [];
    const at = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
    return [Number(`${text.slice(0, at).replaceAll(/[^\d]/g, '')}.${text.slice(at + 1)}`)];
  }
  const fraction = Number(text.replace(',', '.'));
  return isGrouped ? [fraction, whole] : Number.isNaN(fraction) ? [] : [fraction];
};

/**
 * A rate in kbit/s; `unitless` is the unit where none is given. Two rates where it may be either.
 */
export const readRate = (text: string, unitless: 'k' | 'm' | null): ReadRate | undefined => {
  const groups = RATE.exec(text.trim())?.groups;
  if (!groups?.number) return undefined;
  const unit = groups.unit?.toLowerCase() ?? unitless;
  if (unit === null) return undefined;
  const [first, second] = numbersOf(groups.number).map((each) =>
    exact(each * (FACTORS[unit] ?? 1)),
  );
  if (first === undefined) return undefined;
  return second === undefined ? { kbps: first } : { either: [first, second] };
};

export type ReadRates = { bandwidth: Bandwidth } | { either: Bandwidth[] };

const unitIn = (text: string): 'k' | 'm' | 'g' | undefined => {
  const unit = RATE.exec(text.trim())?.groups?.unit?.toLowerCase();
  return unit === 'k' || unit === 'm' || unit === 'g' ? unit : undefined;
};

const choices = (rate: ReadRate): number[] => ('kbps' in rate ? [rate.kbps] : rate.either);

/**
 * Down and up as one text: `100/50` (a plan's name: Mbit/s), `1G/500M`, `100M_20M`, `1 Gbit/s
 * symmetrical`.
 */
export const readRates = (text: string): ReadRates | undefined => {
  // The slash of `Mbit/s` separates nothing.
  const plain = text.trim().replaceAll(/(bit|b)\/s(?:ec)?/gi, '$1ps');
  const symmetrical = /^(.*\S)\s+(?:symmetric(?:al)?|sym|synchron|symmetrisch)$/i.exec(plain)?.[1];
  const [down, up, ...more] = symmetrical ? [symmetrical, symmetrical] : plain.split(/\s*[/_|]\s*/);
  if (down === undefined || up === undefined || more.length > 0) return undefined;
  const withUnit = (part: string): ReadRate | undefined =>
    unitIn(part)
      ? readRate(part, null)
      : readRate(`${part.trim()}${unitIn(up) ?? unitIn(down) ?? 'm'}`, null);
  const [downRate, upRate] = [withUnit(down), withUnit(up)];
  if (!downRate || !upRate) return undefined;
  const all = choices(downRate).flatMap((downKbps) =>
    choices(upRate).map((upKbps) => ({ downKbps, upKbps })),
  );
  const [only, ...others] = all;
  return only && others.length === 0 ? { bandwidth: only } : { either: all };
};
