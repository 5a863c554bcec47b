import { byPatterns, type PortGrammar } from './grammar.ts';

/** C300 and C320 write `gpon-onu_1/2/3:4`, C600 and C650 `gpon_onu-1/2/3:4`. */
export const zte: PortGrammar = {
  name: 'zte',
  manufacturer: /\bzte\b|zxa/i,
  read: byPatterns([
    /^(?:(?:xg|xgs)?[egx]?pon[-_](?:onu|olt)[-_])?(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3})(?::(?<onuId>\d{1,4}))?$/i,
  ]),
  write: ({ frame, slot, port, onuId }) => `gpon-onu_${frame}/${slot}/${port}:${onuId}`,
};
