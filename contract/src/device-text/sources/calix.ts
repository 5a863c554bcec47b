import { addCandidate, type Draft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import type { Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

/** `serial-number 96EBFC` in the configuration of AXOS: the last digits, without vendor id. */
const SHORT_SERIAL = /^\s*serial-number\s+"?(?<digits>[0-9A-F]{6,8})"?\s*$/i;
const VENDOR = /^\s*vendor-id\s+"?(?<id>[A-Z]{4})"?\s*$/i;
const ONT = /^\s*ont\s+"?[\w.-]+"?\s*$/i;

/** ONTs of `show running-config ont` of Calix AXOS. The profile is no model. */
export const calixConfig: Source = {
  name: 'calix-axos-config',
  read(lines, olt) {
    if (
      !lines.some(({ text }) => SHORT_SERIAL.test(text)) ||
      !lines.some(({ text }) => VENDOR.test(text))
    )
      return undefined;
    let vendor = '';
    const readLine = (draft: Draft, line: Line): boolean | undefined => {
      vendor = VENDOR.exec(line.text)?.groups?.id ?? vendor;
      const digits = SHORT_SERIAL.exec(line.text)?.groups?.digits;
      if (!digits) return undefined;
      return addCandidate(
        draft,
        'serialNumber',
        readSerial(`${vendor}${digits.padStart(8, '0')}`),
        line,
      );
    };
    return readNamedLines(lines, {
      olt,
      names: { profileid: 'never' },
      startsDevice: ({ text }, draft) => ONT.test(text) && draft.candidates.length > 0,
      read: (draft, { line }) => readLine(draft, line),
      readOther: (draft, line) => readLine(draft, line) ?? false,
    });
  },
};
