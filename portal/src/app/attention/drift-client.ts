import { driftListSchema, type RepairRequest, repairSchema } from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

/** Lines whose recorded CPE is not what the corp-data record or NIG holds. */
export const listDrift = () => request(driftListSchema, '/ticket/ctt/cpe/drift');

/** Asks for a repair of lines on which NIG differs. */
export const requestRepair = (body: RepairRequest) =>
  request(repairSchema, '/ticket/ctt/cpe/drift/repair', { method: 'POST', body });

/** A repair, with the verdict of each line that is done. */
export const readRepair = (repairId: string) =>
  request(repairSchema, `/ticket/ctt/cpe/drift/repair/${encodeURIComponent(repairId)}`);
