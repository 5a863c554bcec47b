import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addCandidate, addPort, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { readRows, type Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

/** `ONT 1/1/5/1/1:`, `ont-idx : 1/1/3/16/2`, `interface 1/1/3/16/2`. */
const ONT = /(?:^\s*ONT|\bont-idx\s*:|\bont interface|^\s*interface)\s+(?<place>1(?:\/\d+){4})\b/i;
const AMS = /\bR1\.S\d+\.LT\d+\.PON\d+\.ONT\d+\b/i;
const SERIAL = /\bsernum\s+(?:"?)(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;
/** Rows of `show equipment ont status pon`: PON, ONT, serial number. */
const ROW = /^\s*1(?:\/\d+){3}\s+(?<place>1(?:\/\d+){4})\s+(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;

const withNokia = ({ ports }: OltFacts): OltFacts => ({ manufacturer: 'Nokia', ports });

const readLine = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  const place = ONT.exec(line.text)?.groups?.place ?? AMS.exec(line.text)?.[0];
  const serial = SERIAL.exec(line.text)?.groups?.serial;
  const isPort = place !== undefined && addPort(draft, place, line, olt);
  return addCandidate(draft, 'serialNumber', serial && readSerial(serial), line) || isPort;
};

/** ISAM's command-line output about one ONT, its configuration lines, and AMS object names. */
export const nokiaOnt: Source = {
  name: 'nokia-isam-ont',
  read(lines, facts) {
    if (!lines.some(({ text }) => ONT.test(text) || AMS.test(text))) return undefined;
    const olt = withNokia(facts);
    return readNamedLines(lines, {
      olt,
      names: { type: 'never', interface: 'never', port: 'never' },
      startsDevice: ({ text }, draft) =>
        (ONT.test(text) || AMS.test(text)) && draft.candidates.length > 0,
      read: (draft, { line }) => readLine(draft, line, olt) || undefined,
      readOther: (draft, line) => readLine(draft, line, olt),
    });
  },
};

/** Tables of the ONTs of a PON. */
export const nokiaTable: Source = {
  name: 'nokia-isam-table',
  read(lines, facts) {
    const olt = withNokia(facts);
    return readRows(lines, (line) => {
      const row = ROW.exec(line.text)?.groups;
      if (!row?.place || !row.serial) return undefined;
      const draft = newDraft();
      addPort(draft, row.place, line, olt);
      addCandidate(draft, 'serialNumber', readSerial(row.serial), line);
      return draft;
    });
  },
};
