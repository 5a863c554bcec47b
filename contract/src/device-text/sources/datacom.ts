import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addCandidate, newDraft } from '../core/candidate.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { addPort } from '../core/port-candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

const HEADING = /^\s*Itf\s+ONU ID\s+Serial Number\b/i;
/** `1/1/3     12       DACM1A2B3C4D    Down …`: chassis/slot/port, ONU, serial number. */
const ROW = /^\s*(?<pon>\d+\/\d+\/\d+)\s+(?<onu>\d+)\s+(?<serial>[A-Z0-9]{4}[0-9A-F]{8})\b/i;
/** The command of the lines about one ONU. */
const COMMAND = /\bshow interface x?g?s?gpon (?<pon>\d+\/\d+\/\d+) onu (?<onu>\d+)\b/i;
/** Lines that only DmOS prints about an ONU. */
const DETAIL = /^\s*(?:Anti Rogue ONU isolate|RG One Shot Provision|TR069 ACS Profile)\s*:/i;

/** DmOS writes the port in the stored form, without the ONU. */
const dmOs = ({ ports }: OltFacts): OltFacts => ({ manufacturer: null, ports });

/** `show interface gpon onu` of Datacom's DmOS. */
export const datacomTable: Source = {
  name: 'datacom-onu-table',
  read(lines, olt) {
    if (!lines.some(({ text }) => HEADING.test(text))) return undefined;
    return readRows(lines, (line) => {
      const { pon, onu, serial } = ROW.exec(line.text)?.groups ?? {};
      if (!pon || !serial) return undefined;
      const draft = newDraft();
      addPort(draft, `${pon}:${onu}`, line, dmOs(olt));
      addCandidate(draft, 'serialNumber', readSerial(serial), line);
      return draft;
    });
  },
};

/** `show interface gpon 1/1/3 onu 12` of Datacom's DmOS. Its IPv4 address is for management. */
export const datacomDetail: Source = {
  name: 'datacom-onu-detail',
  read(lines, olt) {
    if (!lines.some(({ text }) => DETAIL.test(text))) return undefined;
    return readNamedLines(lines, {
      olt,
      names: { ipv4address: 'never', id: 'never' },
      startsDevice: ({ text }, draft) => COMMAND.test(text) && draft.candidates.length > 0,
      readOther: (draft, line) => {
        const { pon, onu } = COMMAND.exec(line.text)?.groups ?? {};
        return pon !== undefined && addPort(draft, `${pon}:${onu}`, line, dmOs(olt));
      },
    });
  },
};
