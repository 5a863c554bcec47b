import { type HoldRequest, holdSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** Holds all updates, or lets them go on. */
export const setHold = (body: HoldRequest) =>
  request(holdSchema, '/policy/hold', { method: 'PUT', body });
