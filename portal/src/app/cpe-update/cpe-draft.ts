import {
  type Cpe,
  type CpeFacts,
  type CpeField,
  changedFields,
  cpeErrors,
  type Finding,
  normaliseCpe,
  type OltFacts,
} from '@cpe-desk/contract';
import { findingWords } from '../words/problem-words.ts';
import { readKbps, readRatePair } from './rate.ts';

/** What is typed: the fields of the form, in their order. */
export const draftFields = [
  'manufacturer',
  'model',
  'serialNumber',
  'macAddress',
  'ipAddress',
  'downKbps',
  'upKbps',
  'port',
] as const;
export type DraftField = (typeof draftFields)[number];

/** A CPE as it is being typed: text that may not be a value yet. */
export type CpeDraft = Readonly<Record<DraftField, string>>;

export type DraftErrors = Partial<Record<DraftField, string>>;

const pointers: Readonly<Record<DraftField, string>> = {
  manufacturer: '/manufacturer',
  model: '/model',
  serialNumber: '/serialNumber',
  macAddress: '/macAddress',
  ipAddress: '/ipAddress',
  downKbps: '/bandwidth/downKbps',
  upKbps: '/bandwidth/upKbps',
  port: '/port',
};

export const isRate = (field: DraftField): field is 'downKbps' | 'upKbps' =>
  field === 'downKbps' || field === 'upKbps';

/** Of which field of the CPE a field of the form is a part. */
export const cpeFieldOf = (field: DraftField): CpeField => (isRate(field) ? 'bandwidth' : field);

export const draftOf = (cpe: Cpe): CpeDraft => ({
  manufacturer: cpe.manufacturer,
  model: cpe.model,
  serialNumber: cpe.serialNumber ?? '',
  macAddress: cpe.macAddress ?? '',
  ipAddress: cpe.ipAddress,
  downKbps: String(cpe.bandwidth.downKbps),
  upKbps: String(cpe.bandwidth.upKbps),
  port: cpe.port,
});

/** The CPE that was typed, spelled as it was typed. */
export const cpeOf = (draft: CpeDraft): Cpe => ({
  manufacturer: draft.manufacturer,
  model: draft.model,
  serialNumber: draft.serialNumber.trim() || null,
  macAddress: draft.macAddress.trim() || null,
  ipAddress: draft.ipAddress,
  bandwidth: { downKbps: readKbps(draft.downKbps), upKbps: readKbps(draft.upKbps) },
  port: draft.port,
});

/**
 * The draft with one field in its canonical spelling; what has none stays as it was typed. A rate
 * of two parts fills both.
 */
export const settleField = (draft: CpeDraft, field: DraftField, olt?: OltFacts): CpeDraft => {
  const pair = isRate(field) ? readRatePair(draft[field]) : null;
  if (pair) return { ...draft, downKbps: String(pair.downKbps), upKbps: String(pair.upKbps) };
  const normal = draftOf(normaliseCpe(cpeOf(draft), olt))[field];
  return { ...draft, [field]: normal === 'NaN' ? draft[field] : normal };
};

/** The first broken rule of each field. */
export const draftErrors = (draft: CpeDraft, facts: CpeFacts): DraftErrors => {
  return byField(cpeErrors(cpeOf(draft), facts));
};

/** Findings of a problem answer (`/new/…`) or of the rules, by field of the form. */
export const byField = (findings: readonly Finding[]): DraftErrors => {
  const found: DraftErrors = {};
  for (const field of draftFields) {
    const pointer = pointers[field];
    const finding = findings.find(
      (each) => each.pointer === pointer || each.pointer === `/new${pointer}`,
    );
    if (finding) found[field] = findingWords(finding);
  }
  return found;
};

/** The fields of the form whose value differs from the recorded one. */
export const changedDraftFields = (draft: CpeDraft, recorded: Cpe): DraftField[] => {
  const typed = cpeOf(draft);
  const changed = changedFields(recorded, typed);
  return draftFields.filter((field) => {
    if (!changed.includes(cpeFieldOf(field))) return false;
    return !isRate(field) || typed.bandwidth[field] !== recorded.bandwidth[field];
  });
};

/** Whose value of a field to go on with. */
export type Choice = 'mine' | 'theirs';

/**
 * A field on its three sides. `usual`: the choice that keeps the change of the side that made one.
 */
export type ConflictRow = {
  field: DraftField;
  opened: string;
  now: string;
  wanted: string;
  usual: Choice;
};

/** After others changed the CPE: the fields that they or the operator changed. */
export const conflictRows = (draft: CpeDraft, opened: Cpe, now: Cpe): ConflictRow[] => {
  const [was, is, mine] = [draftOf(opened), draftOf(now), changedDraftFields(draft, opened)];
  return draftFields
    .filter((field) => mine.includes(field) || was[field] !== is[field])
    .map((field) => ({
      field,
      opened: was[field],
      now: is[field],
      wanted: draft[field],
      usual: mine.includes(field) ? 'mine' : 'theirs',
    }));
};

/** The draft to go on with: the others' values, and the operator's own where that is chosen. */
export const resolveConflict = (
  draft: CpeDraft,
  opened: Cpe,
  now: Cpe,
  choices: Partial<Record<DraftField, Choice>>,
): CpeDraft => {
  const resolved: Record<DraftField, string> = { ...draftOf(now) };
  for (const { field, usual } of conflictRows(draft, opened, now))
    if ((choices[field] ?? usual) === 'mine') resolved[field] = draft[field];
  return resolved;
};
