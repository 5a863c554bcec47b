import { incidentViewSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** Whether the database lost updates. */
export const loadIncident = () => request(incidentViewSchema, '/ticket/ctt/cpe/incident');
