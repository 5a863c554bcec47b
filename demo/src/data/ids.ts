/** Six digits, so that ids sort as they count. */
const six = (number: number): string => `${number}`.padStart(6, '0');
const three = (number: number): string => `${number}`.padStart(3, '0');

export const ticketId = (number: number): string => `ctt-${six(number)}`;
export const ticketNo = (number: number): string => `CTT-2026-${six(number)}`;
export const lineId = (number: number): string => `SL-${six(number)}`;
export const cpeId = (number: number): string => `cpe-${six(number)}`;
export const oltId = (number: number): string => `olt-${three(number)}`;
export const splitterId = (olt: number, number: number): string => `spl-${three(olt)}-${number}`;

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The demo's today: nothing in it is later, and on any other day the same rows are loaded. */
export const DEMO_DAY = new Date('2026-11-02T00:00:00Z');
