import { byPatterns, type PortGrammar } from './grammar.ts';

/**
 * 7360 ISAM: rack/shelf/slot/pon/ont, and `R1.S1.LT8.PON15.ONT44` in AMS. Stored as
 * shelf/slot/pon:ont; the rack is 1. Four levels are a PON port, never a port with one level less.
 */
export const nokia: PortGrammar = {
  name: 'nokia',
  manufacturer: /nokia|alcatel/i,
  read: byPatterns([
    /^1\/(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3})(?:\/(?<onuId>\d{1,4})(?:\/\d{1,3}\/\d{1,3})?)?$/,
    /^(?:[\w.-]+:)?R1\.S(?<frame>\d{1,3})\.LT(?<slot>\d{1,3})\.PON(?<port>\d{1,3})(?:\.ONT(?<onuId>\d{1,4})(?:\.C\d{1,3}(?:\.P\d{1,3})?)?)?$/i,
    /^(?<frame>\d{1,3})\/(?<slot>\d{1,3})\/(?<port>\d{1,3}):(?<onuId>\d{1,4})$/,
  ]),
  write: ({ frame, slot, port, onuId }) => `1/${frame}/${slot}/${port}/${onuId}`,
};
