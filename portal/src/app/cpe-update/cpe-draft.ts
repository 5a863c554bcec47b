import {
  type Cpe,
  type CpeFacts,
  type CpeField,
  changedFields,
  cpeErrors,
  type Finding,
  normaliseCpe,
} from '@cpe-desk/contract';

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

/** Of which field of the CPE a field of the form is a part. */
export const cpeFieldOf = (field: DraftField): CpeField =>
  field === 'downKbps' || field === 'upKbps' ? 'bandwidth' : field;

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

/** A number as people type it, thousands set apart or not; NaN for what is none. */
const numberOf = (text: string): number => {
  const digits = text.replaceAll(/[\s,_']/g, '');
  return /^-?\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : Number.NaN;
};

/** The CPE that was typed, spelled as it was typed. */
export const cpeOf = (draft: CpeDraft): Cpe => ({
  manufacturer: draft.manufacturer,
  model: draft.model,
  serialNumber: draft.serialNumber.trim() || null,
  macAddress: draft.macAddress.trim() || null,
  ipAddress: draft.ipAddress,
  bandwidth: { downKbps: numberOf(draft.downKbps), upKbps: numberOf(draft.upKbps) },
  port: draft.port,
});

/** The draft with one field in its canonical spelling; what has none stays as it was typed. */
export const normaliseField = (draft: CpeDraft, field: DraftField): CpeDraft => {
  const normal = draftOf(normaliseCpe(cpeOf(draft)))[field];
  return { ...draft, [field]: normal === 'NaN' ? draft[field] : normal };
};

/** The first broken rule of each field. */
export const draftErrors = (draft: CpeDraft, facts: CpeFacts): DraftErrors => {
  const errors = cpeErrors(cpeOf(draft), facts);
  return byField(errors);
};

/** Findings of a problem answer (`/new/…`) or of the rules, by field of the form. */
export const byField = (findings: readonly Pick<Finding, 'pointer' | 'detail'>[]): DraftErrors => {
  const found: DraftErrors = {};
  for (const field of draftFields) {
    const pointer = pointers[field];
    const finding = findings.find((each) => each.pointer === pointer || each.pointer === `/new${pointer}`);
    if (finding) found[field] = finding.detail;
  }
  return found;
};

/** The fields of the form whose value differs from the recorded one. */
export const changedDraftFields = (draft: CpeDraft, recorded: Cpe): DraftField[] => {
  const typed = cpeOf(draft);
  const changed = changedFields(recorded, typed);
  return draftFields.filter((field) => {
    if (!changed.includes(cpeFieldOf(field))) return false;
    if (field !== 'downKbps' && field !== 'upKbps') return true;
    return typed.bandwidth[field] !== recorded.bandwidth[field];
  });
};

/** After others changed the CPE: their values, and the operator's own where he had changed something. */
export const mergeDraft = (draft: CpeDraft, opened: Cpe, now: Cpe): CpeDraft => {
  const merged: Record<DraftField, string> = { ...draftOf(now) };
  for (const field of changedDraftFields(draft, opened)) merged[field] = draft[field];
  return merged;
};
