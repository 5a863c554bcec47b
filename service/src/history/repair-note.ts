import { type RepairNote, repairNoteSchema } from '@cpe-desk/contract';

/** The member `repair`, which only what a repair made has. */
export const repairOf = (repair: unknown): { repair?: RepairNote } =>
  repair === null ? {} : { repair: repairNoteSchema.parse(repair) };
