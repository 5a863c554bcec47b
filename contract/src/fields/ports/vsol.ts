import { byPatterns, type PortGrammar } from './grammar.ts';

/** VSOL and BDCOM: `GPON0/1:1`, slot, port and ONU; there is no frame in their names. */
export const vsol: PortGrammar = {
  name: 'vsol',
  manufacturer: /v-?sol|bdcom|c-data|cdata/i,
  read: byPatterns([
    /^(?:[egx]?pon)?(?<slot>\d{1,3})\/(?<port>\d{1,3})(?::(?<onuId>\d{1,4}))?$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ slot, port, onuId }) => `GPON${slot}/${port}:${onuId}`,
};
