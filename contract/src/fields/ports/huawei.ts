import { byPatterns, type PortGrammar } from './grammar.ts';

/** MA5600 and MA5800: frame/slot/port and ONT id; the columns are padded, `0/ 1/6`. */
export const huawei: PortGrammar = {
  name: 'huawei',
  manufacturer: /huawei/i,
  read: byPatterns([
    /^(?:gpon[ -]?)?(?<frame>\d{1,3})\/ ?(?<slot>\d{1,3})\/ ?(?<port>\d{1,3})(?:[:/. ]\s*(?:ont )?(?<onuId>\d{1,4}))?$/i,
  ]),
  write: ({ frame, slot, port, onuId }) => `${frame}/${slot}/${port} ONT ${onuId}`,
};
