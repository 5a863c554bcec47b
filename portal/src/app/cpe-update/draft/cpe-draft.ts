import {
  type Cpe,
  type CpeFacts,
  type CpeField,
  changedFields,
  cpeErrors,
  cpeWarnings,
  type Finding,
  type LineFacts,
  normaliseCpe,
  type OltFacts,
  oltOf,
  type ReadRate,
  readRate,
  readRates,
  UNKNOWN_OLT,
  type VendorIds,
} from '@cpe-desk/contract';
import { formatBandwidth, formatKbps } from '../../words/formats.ts';
import { findingWords } from '../../words/problem-words.ts';
import { words } from '../../words/words.ts';
import { settleText, typedAddresses } from './field-text.ts';

/** What is typed: the fields of the form, in their order. */
export const draftFields = [
  'manufacturer',
  'model',
  'serialNumber',
  'macAddress',
  'ipAddress',
  'ipv6Address',
  'ipv6Prefix',
  'downKbps',
  'upKbps',
  'port',
] as const;
export type DraftField = (typeof draftFields)[number];

/** The fields as the form shows them: of the device, of its access, and its rates. */
export const draftGroups = [
  { name: 'device', fields: ['manufacturer', 'model', 'serialNumber', 'macAddress'] },
  { name: 'access', fields: ['ipAddress', 'ipv6Address', 'ipv6Prefix', 'port'] },
  { name: 'rates', fields: ['downKbps', 'upKbps'] },
] as const satisfies readonly { name: string; fields: readonly DraftField[] }[];

/** A CPE as it is being typed: text that may not be a value yet. */
export type CpeDraft = Readonly<Record<DraftField, string>>;

export type DraftErrors = Partial<Record<DraftField, string>>;

const pointers: Readonly<Record<DraftField, string>> = {
  manufacturer: '/manufacturer',
  model: '/model',
  serialNumber: '/serialNumber',
  macAddress: '/macAddress',
  ipAddress: '/ipAddress',
  ipv6Address: '/ipv6Address',
  ipv6Prefix: '/ipv6Prefix',
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
  ipv6Address: cpe.ipv6Address ?? '',
  ipv6Prefix: cpe.ipv6Prefix ?? '',
  downKbps: String(cpe.bandwidth.downKbps),
  upKbps: String(cpe.bandwidth.upKbps),
  port: cpe.port,
});

/** A rate as people type it. Without a unit it is whole kbit/s: a comma separates thousands. */
const typedRate = (text: string): ReadRate | undefined => {
  const typed = text.trim().replaceAll(/(?<=\d)_(?=\d{3}(?!\d))/g, '');
  if (/^-\d+$/.test(typed)) return { kbps: Number(typed) };
  if (!/^\d[\d,]*$/.test(typed)) return readRate(typed, 'k');
  const isWhole = /^(?:\d+|\d{1,3}(?:,\d{3})+)$/.test(typed);
  return isWhole ? { kbps: Number(typed.replaceAll(',', '')) } : undefined;
};

/** A typed rate in kbit/s. NaN where the text is no rate, or may be two. */
export const readKbps = (text: string): number => {
  const rate = typedRate(text);
  return rate && 'kbps' in rate ? rate.kbps : Number.NaN;
};

/** Down and up, typed into one field. */
const typedPair = (text: string) => (typedRate(text) ? undefined : readRates(text));

/** The values that a typed text may mean, such as `1.000 Mbit/s`; none where it is clear. */
const rateMeanings = (text: string): string[] => {
  const [rate, pair] = [typedRate(text), typedPair(text)];
  if (rate && 'either' in rate) return rate.either.map(formatKbps);
  return pair && 'either' in pair ? pair.either.map(formatBandwidth) : [];
};

/** The CPE that was typed, spelled as it was typed. */
export const cpeOf = (draft: CpeDraft): Cpe => ({
  manufacturer: draft.manufacturer,
  model: draft.model,
  serialNumber: draft.serialNumber.trim() || null,
  macAddress: draft.macAddress.trim() || null,
  ipAddress: draft.ipAddress,
  bandwidth: { downKbps: readKbps(draft.downKbps), upKbps: readKbps(draft.upKbps) },
  port: draft.port,
  ...(draft.ipv6Address.trim() && { ipv6Address: draft.ipv6Address }),
  ...(draft.ipv6Prefix.trim() && { ipv6Prefix: draft.ipv6Prefix }),
});

/**
 * The values as a request has them: null says that the CPE has none, so that the service compares
 * it. A desk that does not know dual-stack values refuses the members, so they stay absent.
 */
export const saidValues = (cpe: Cpe, knowsDualStack: boolean): Cpe =>
  knowsDualStack
    ? { ...cpe, ipv6Address: cpe.ipv6Address ?? null, ipv6Prefix: cpe.ipv6Prefix ?? null }
    : cpe;

/**
 * The draft with one field in its canonical spelling; what has none stays as it was typed. A rate
 * of two parts fills both, and so do several addresses where the line may have them.
 */
export const settleField = (
  draft: CpeDraft,
  field: DraftField,
  olt: OltFacts = UNKNOWN_OLT,
  knowsDualStack = false,
): CpeDraft => {
  const pair = isRate(field) ? typedPair(draft[field]) : undefined;
  if (pair && 'bandwidth' in pair) {
    const { downKbps, upKbps } = pair.bandwidth;
    return { ...draft, downKbps: String(downKbps), upKbps: String(upKbps) };
  }
  const addresses = knowsDualStack ? typedAddresses(field, draft[field]) : undefined;
  if (addresses) return { ...draft, ...addresses };
  if (!isRate(field)) return { ...draft, [field]: settleText(field, draft[field], olt).text };
  const kbps = readKbps(draft[field]);
  return { ...draft, [field]: Number.isNaN(kbps) ? draft[field] : String(kbps) };
};

/** What an operator should check again in what was typed, by field. */
export const draftWarnings = (
  draft: CpeDraft,
  facts: CpeFacts & Pick<LineFacts, 'plan' | 'neighbours'>,
  vendorIds: VendorIds,
): DraftErrors => {
  const cpe = normaliseCpe(cpeOf(draft), oltOf(facts));
  const recorded = facts.recorded ? normaliseCpe(facts.recorded) : null;
  return byField(cpeWarnings(cpe, facts.plan, vendorIds, { ...facts, recorded }));
};

/** The first broken rule of each field. */
export const draftErrors = (draft: CpeDraft, facts: CpeFacts): DraftErrors => {
  const errors = byField(cpeErrors(cpeOf(draft), facts));
  for (const field of draftFields.filter(isRate)) {
    const meanings = rateMeanings(draft[field]);
    if (meanings.length > 0) errors[field] = words().cpeUpdate.ambiguousRate(meanings);
  }
  return errors;
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

/**
 * After others changed the CPE: the fields that they or the operator changed. A field on which both
 * sides agree by now is none.
 */
export const conflictRows = (draft: CpeDraft, opened: Cpe, now: Cpe): ConflictRow[] => {
  const [was, is, mine] = [draftOf(opened), draftOf(now), changedDraftFields(draft, opened)];
  const open = changedDraftFields(draft, now);
  return open
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
