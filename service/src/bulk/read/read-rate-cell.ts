import { type DecimalMark, readRate } from '@cpe-desk/contract';
import { unitOfHeading } from './match-heading.ts';

/** A rate in kbit/s; `ambiguous` where only the decimal mark decides. */
export type ReadRateCell = { kbps: number } | 'ambiguous' | undefined;

/** Reads a rate in each usual spelling; without a unit it has that of its heading, else kbit/s. */
export const readRateCell = (
  heading: string,
  text: string,
  decimalMark: DecimalMark | null,
): ReadRateCell => {
  const unit = unitOfHeading(heading);
  const named = readRate(text, null);
  const rate = named ?? readRate(unit === 'g' ? `${text}g` : text, unit === 'g' ? null : unit);
  if (!rate || 'kbps' in rate) return rate;
  if (decimalMark === null) return 'ambiguous';
  const [asFraction, asGrouped] = rate.either;
  return { kbps: text.includes(decimalMark) ? asFraction : asGrouped };
};
