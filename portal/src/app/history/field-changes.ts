import type { Cpe, CpeField } from '@cpe-desk/contract';
import { valueText } from '../words/formats.ts';
import { words } from '../words/words.ts';

/** One changed field in words. */
export type FieldChange = { label: string; before: string; after: string };

/** The changed fields of an update, as people read them. */
export const fieldChanges = ({
  changed,
  before,
  after,
}: {
  changed: readonly CpeField[];
  before: Cpe;
  after: Cpe;
}): FieldChange[] =>
  changed.map((field) => ({
    label: words().fields[field],
    before: valueText(field, before),
    after: valueText(field, after),
  }));
