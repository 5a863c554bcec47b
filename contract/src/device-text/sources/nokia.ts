import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { addPort } from '../core/port-candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readMac, readSerial } from '../core/values.ts';

/** `ONT 1/1/5/1/1:`, `ont-idx : 1/1/3/16/2`, `interface 1/1/3/16/2`. */
const ONT =
  /(?:^\s*ONT|\bont-idx\s*:|\bont interface|^\s*interface)\s+(?<place>1(?:\/\d+){4})\b(?!\/)/i;
const AMS = /\bR1\.S\d+\.LT\d+\.PON\d+\.ONT\d+\b/i;
const SERIAL = /\bsernum\s+(?:"?)(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;
/** Rows of `show equipment ont status pon`: PON, ONT, serial number. */
const ROW = /^\s*1(?:\/\d+){3}\s+(?<place>1(?:\/\d+){4})\s+(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;

/** A bridge port, `1/1/5/1/7/14/1`: ONT, card and port of the card; then the MAC address. */
const BRIDGE_ROW =
  /^\s*(?<place>1(?:\/\d+){4})\/\d+\/\d+\s+.*?(?<mac>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/i;
/** An ONT that has no place yet: the PON port, then the serial number. */
const UNPROVISIONED_ROW = /^\s*\d+\s+(?<place>1(?:\/\d+){3})\s+(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;

const withNokia = ({ ports }: OltFacts): OltFacts => ({ manufacturer: 'Nokia', ports });

const placeIn = (text: string): string | undefined =>
  ONT.exec(text)?.groups?.place ?? AMS.exec(text)?.[0];

const readLine = (draft: Draft, line: Line, olt: OltFacts): boolean => {
  const place = placeIn(line.text);
  const serial = SERIAL.exec(line.text)?.groups?.serial;
  const isPort = place !== undefined && addPort(draft, place, line, olt);
  return addCandidate(draft, 'serialNumber', serial && readSerial(serial), line) || isPort;
};

/** A row of an export of AMS is read as a row of any table. */
const isAmsLine = (text: string): boolean => AMS.test(text) && !/[,;\t]\S/.test(text);

/** ISAM's command-line output about one ONT, its configuration lines, and AMS object names. */
export const nokiaOnt: Source = {
  name: 'nokia-isam-ont',
  read(lines, facts) {
    if (!lines.some(({ text }) => ONT.test(text) || isAmsLine(text))) return undefined;
    const olt = withNokia(facts);
    return readNamedLines(lines, {
      olt,
      names: { type: 'never', interface: 'never', port: 'never' },
      startsDevice: ({ text }, draft) => {
        const place = placeIn(text);
        const known = draft.candidates.find(({ field }) => field === 'port')?.lines[0];
        return place !== undefined && known !== undefined && placeIn(known.text) !== place;
      },
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
      const row = (
        ROW.exec(line.text) ??
        UNPROVISIONED_ROW.exec(line.text) ??
        BRIDGE_ROW.exec(line.text)
      )?.groups;
      if (!row?.place) return undefined;
      const draft = newDraft();
      addPort(draft, row.place, line, olt);
      addCandidate(draft, 'serialNumber', row.serial && readSerial(row.serial), line);
      addCandidate(draft, 'macAddress', row.mac && readMac(row.mac), line, {
        meaning: 'learnt behind the ONT',
      });
      return draft;
    });
  },
};
