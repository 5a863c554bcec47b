import { type Cpe, type CpeField, cpeFields, dualStackFields } from '@cpe-desk/contract';

/** The fields to show of these CPEs: a dual-stack field where one of them has a value. */
export const shownFields = (...cpes: readonly Cpe[]): CpeField[] =>
  cpeFields.filter(
    (field) => !dualStackFields.some((each) => each === field) || cpes.some((cpe) => cpe[field]),
  );
