import { byPatterns, type PortGrammar } from './grammar.ts';

/** Calix E7: shelf/slot/gp3/ont, `1/2/gp3/4`; AXOS `1/2/xp3/4`. */
export const calix: PortGrammar = {
  name: 'calix',
  manufacturer: /calix/i,
  read: byPatterns([
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?:gp|xp|ng)(?<port>\d{1,3})(?:[/:](?<onuId>\d{1,4}))?$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ frame, slot, port, onuId }) => `${frame}/${slot}/gp${port}/${onuId}`,
};
