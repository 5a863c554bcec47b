import type { OltFacts } from '../../fields/ports/read-port-text.ts';
import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { readNamedLines } from '../core/named-lines.ts';
import { addPort } from '../core/port-candidate.ts';
import { readRows, type Source } from '../core/source.ts';
import { readSerial } from '../core/values.ts';

const HEADING = /\bOLT\b\s*\|\s*ONU\b.*\|\s*Serial/i;
/** `   1 |   1 |   Active | DSNW276d9298 | …`; the profile is no model. */
const ROW = /^\s*(?<olt>\d+)\s*\|\s*(?<onu>\d+)\s*\|(?<rest>.*)$/;

/** `OLT : 1, ONU : 3`, above the lines about one ONU. */
const PLACE = /\bOLT\s*:\s*(?<olt>\d+)\s*,\s*ONU\s*:\s*(?<onu>\d+)\b/i;

const readPlace = (draft: Draft, line: Line, ports: OltFacts['ports']): boolean => {
  const place = PLACE.exec(line.text)?.groups;
  return (
    place !== undefined &&
    addPort(draft, `${place.olt}/${place.onu}`, line, { manufacturer: 'Dasan', ports })
  );
};

/** Lines about one ONU, of Dasan and DZS. */
export const dasanDetail: Source = {
  name: 'dasan-onu-detail',
  read(lines, olt) {
    if (!lines.some(({ text }) => PLACE.test(text))) return undefined;
    return readNamedLines(lines, {
      olt,
      names: { onu: 'never' },
      startsDevice: ({ text }, draft) => PLACE.test(text) && draft.candidates.length > 0,
      read: (draft, { plain, line }) =>
        plain === 'olt' ? readPlace(draft, line, olt.ports) : undefined,
    });
  },
};

/** `show onu info` of Dasan and DZS. */
export const dasan: Source = {
  name: 'dasan-onu-info',
  read(lines, { ports }) {
    if (!lines.some(({ text }) => HEADING.test(text))) return undefined;
    const heading = lines.find(({ text }) => HEADING.test(text))?.text.split('|') ?? [];
    const column = heading.findIndex((cell) => /\bmodel\b/i.test(cell));
    const modelAt = column < 0 ? undefined : column;
    return readRows(lines, (line) => {
      const row = ROW.exec(line.text)?.groups;
      const serial = row?.rest
        ?.split(/[|\s]+/)
        .map(readSerial)
        .find((each) => each !== undefined);
      if (!row || !serial) return undefined;
      const draft = newDraft(`OLT ${row.olt} ONU ${row.onu}`);
      addCandidate(draft, 'serialNumber', serial, line);
      addModel(
        draft,
        modelAt === undefined ? undefined : line.text.split('|')[modelAt]?.trim(),
        line,
      );
      addPort(draft, `${row.olt}/${row.onu}`, line, { manufacturer: 'Dasan', ports });
      return draft;
    });
  },
};
