import { addCandidate, addPort, type Draft, newDraft } from '../core/candidate.ts';
import type { Source } from '../core/source.ts';
import { readMac, readSerial } from '../core/values.ts';

/** `GPON0/1:1 …`, a row of VSOL's, BDCOM's or C-Data's tables. */
const ROW = /^\s*(?<place>[egx]?pon ?0?\d?\/\d{1,2}:\d{1,3})\b(?<rest>.*)$/i;
/** BDCOM: vendor id, model, serial number. */
const VENDOR_MODEL =
  /^\s*(?<vendor>[A-Z]{4})\s+(?<model>[\w-]*\d[\w-]*)\s+(?<serial>[A-Z]{4}:?[0-9A-F]{8})\b/i;

export const vsol: Source = {
  name: 'vsol-onu-table',
  read(lines, { ports }) {
    const olt = { manufacturer: 'VSOL', ports };
    const byPlace = new Map<string, Draft>();
    const used = new Set<number>();
    for (const line of lines) {
      const row = ROW.exec(line.text)?.groups;
      if (!row?.place || row.rest === undefined) continue;
      const draft = byPlace.get(row.place) ?? newDraft(row.place);
      byPlace.set(row.place, draft);
      addPort(draft, row.place.replace(' ', ''), line, olt);
      const words = row.rest.split(/[\s,]+/);
      for (const word of words) addCandidate(draft, 'serialNumber', readSerial(word), line);
      for (const word of words)
        if (/[:.-]/.test(word)) addCandidate(draft, 'macAddress', readMac(word), line);
      addCandidate(draft, 'model', VENDOR_MODEL.exec(row.rest)?.groups?.model, line);
      used.add(line.number);
    }
    return byPlace.size > 0 ? { drafts: [...byPlace.values()], used } : undefined;
  },
};
