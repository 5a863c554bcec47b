import { addModel } from '../core/add-named.ts';
import { addCandidate, type Draft, newDraft } from '../core/candidate.ts';
import type { Line } from '../core/decode.ts';
import { addPort } from '../core/port-candidate.ts';
import type { Source } from '../core/source.ts';
import { readMac, readSerial } from '../core/values.ts';

/** `GPON0/1:1 …`, a row of VSOL's, BDCOM's or C-Data's tables. */
const ROW = /^\s*(?<place>[egx]?pon ?0?\d?\/\d{1,2}:\d{1,3})\b(?<rest>.*)$/i;
/** BDCOM: vendor id, model, then the serial number or the MAC address. */
const VENDOR_MODEL =
  /^\s*(?<vendor>[A-Z]{4})\s+(?<model>[\w-]*\d[\w-]*)\s+(?:[A-Z]{4}:?[0-9A-F]{8}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})\b/i;
/** `unknow` is what the OLT prints for an ONU without authorisation: its id is not given yet. */
const UNREGISTERED = /\bunknown?\b/i;

/** The column of the model, by the table's headings. */
const MODEL_HEADING = /^(?:model(?: ?id)?|type)$/i;

const partsOf = (text: string): string[] => text.trim().split(/\s{2,}|\t/);

const modelColumn = (lines: readonly Line[]): number => {
  const heading = lines.find(({ text }) => partsOf(text).some((part) => MODEL_HEADING.test(part)));
  return heading ? partsOf(heading.text).findIndex((part) => MODEL_HEADING.test(part)) : -1;
};

export const vsol: Source = {
  name: 'vsol-onu-table',
  read(lines, { ports }) {
    const olt = { manufacturer: 'VSOL', ports };
    const byPlace = new Map<string, Draft>();
    const used = new Set<number>();
    const modelAt = modelColumn(lines);
    for (const line of lines) {
      const row = ROW.exec(line.text)?.groups;
      if (!row?.place || row.rest === undefined) continue;
      const draft = byPlace.get(row.place) ?? newDraft(row.place);
      byPlace.set(row.place, draft);
      const place = row.place.replace(' ', '');
      addPort(draft, UNREGISTERED.test(row.rest) ? place.replace(/:.*/, '') : place, line, olt);
      const words = row.rest.split(/[\s,]+/);
      for (const word of words) addCandidate(draft, 'serialNumber', readSerial(word), line);
      for (const word of words)
        if (/[:.-]/.test(word)) addCandidate(draft, 'macAddress', readMac(word), line);
      const inColumn = modelAt < 0 ? undefined : partsOf(line.text)[modelAt];
      addModel(draft, VENDOR_MODEL.exec(row.rest)?.groups?.model ?? inColumn, line);
      used.add(line.number);
    }
    return byPlace.size > 0 ? { drafts: [...byPlace.values()], used } : undefined;
  },
};
