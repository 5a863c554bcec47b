import { type RepairNote, repairNoteSchema } from '@cpe-desk/contract';

/** The member `repair`, which only entries and updates of a repair have. */
export const repairOf = (repair: unknown): { repair?: RepairNote } =>
  repair === null ? {} : { repair: repairNoteSchema.parse(repair) };
