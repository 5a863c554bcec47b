import { EVERY_UNSAFE, withoutHidden } from '@cpe-desk/contract';

/**
 * Text of a cell that leaves the desk: without control, bidirectional and invisible characters,
 * which older records may have. A line break or a tab becomes a space.
 */
export const cellText = (text: string): string =>
  withoutHidden(text.replaceAll(/[\t\r\n]+/g, ' ').replaceAll(EVERY_UNSAFE, ''));
