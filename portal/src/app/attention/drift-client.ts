import { driftListSchema } from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

/** Lines whose recorded CPE is not what the corp-data record or NIG holds. */
export const listDrift = () => request(driftListSchema, '/ticket/ctt/cpe/drift');
