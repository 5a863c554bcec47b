import { byPatterns, type PortGrammar } from './grammar.ts';

/** AN5516 and AN6000: slot/PON/ONU; there is no frame in their names. */
export const fiberhome: PortGrammar = {
  name: 'fiberhome',
  manufacturer: /fiber ?home/i,
  read: byPatterns([
    /^(?<slot>\d{1,3})\/(?<port>\d{1,3})(?:[/:](?<onuId>\d{1,4}))?$/,
    /^slot\W*(?<slot>\d{1,3})\W+pon\W*(?<port>\d{1,3})(?:\W+onu\W*(?<onuId>\d{1,4}))?$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ slot, port, onuId }) => `${slot}/${port}/${onuId}`,
};
