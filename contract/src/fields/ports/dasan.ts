import { byPatterns, type PortGrammar } from './grammar.ts';

/** Dasan and DZS: the number of the OLT port and that of the ONU, `1 / 1`. */
export const dasan: PortGrammar = {
  name: 'dasan',
  manufacturer: /dasan|dzs/i,
  read: byPatterns([
    /^(?:olt )?(?<port>\d{1,3})\s*(?:[/:|]\s*(?:onu )?|onu )(?<onuId>\d{1,4})$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ port, onuId }) => `OLT ${port} ONU ${onuId}`,
};
