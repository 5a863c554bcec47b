import { byPatterns, type PortGrammar } from './grammar.ts';

/** Zyxel: `ont-1-1`, PON port and ONT; a chassis writes the slot before them. */
export const zyxel: PortGrammar = {
  name: 'zyxel',
  manufacturer: /zyxel/i,
  read: byPatterns([
    /^(?:ont-)?(?:(?<slot>\d{1,3})-)?(?<port>\d{1,3})-(?<onuId>\d{1,4})$/i,
    /^pon-(?:(?<slot>\d{1,3})-)?(?<port>\d{1,3})$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ port, onuId }) => `ont-${port}-${onuId}`,
};
