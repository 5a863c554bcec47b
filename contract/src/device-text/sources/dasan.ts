import { addCandidate, addPort, newDraft } from '../core/candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

const HEADING = /\bOLT\b\s*\|\s*ONU\b.*\|\s*Serial/i;
/** `   1 |   1 |   Active | DSNW276d9298 | …`; the profile is no model. */
const ROW = /^\s*(?<olt>\d+)\s*\|\s*(?<onu>\d+)\s*\|(?<rest>.*)$/;

/** `show onu info` of Dasan and DZS. */
export const dasan: Source = {
  name: 'dasan-onu-info',
  read(lines, { ports }) {
    if (!lines.some(({ text }) => HEADING.test(text))) return undefined;
    return readRows(lines, (line) => {
      const row = ROW.exec(line.text)?.groups;
      const serial = row?.rest
        ?.split(/[|\s]+/)
        .map(readSerial)
        .find((each) => each !== undefined);
      if (!row || !serial) return undefined;
      const draft = newDraft(`OLT ${row.olt} ONU ${row.onu}`);
      addCandidate(draft, 'serialNumber', serial, line);
      addPort(draft, `${row.olt}/${row.onu}`, line, { manufacturer: 'Dasan', ports });
      return draft;
    });
  },
};
