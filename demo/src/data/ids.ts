/** Six digits, so that ids sort as they count. */
const six = (number: number): string => `${number}`.padStart(6, '0');

export const ticketId = (number: number): string => `ctt-${six(number)}`;
export const ticketNo = (number: number): string => `CTT-2026-${six(number)}`;
export const lineId = (number: number): string => `SL-${six(number)}`;
export const cpeId = (number: number): string => `cpe-${six(number)}`;
export const ontId = (number: number): string => `ont-${six(number)}`;
export const oltId = (number: number): string => `olt-${`${number}`.padStart(3, '0')}`;
export const splitterId = (olt: number, number: number): string =>
  `spl-${`${olt}`.padStart(3, '0')}-${number}`;

/** The day on which the demo happens: nothing in it is later, and it is loaded the same on any other day. */
export const DEMO_DAY = new Date('2026-11-02T00:00:00Z');
