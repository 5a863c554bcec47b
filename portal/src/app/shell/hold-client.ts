import { type HoldRequest, holdSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** Whether all updates are held. */
export const loadHold = () => request(holdSchema, '/policy/hold');

/** Holds all updates, or lets them go on. */
export const setHold = (body: HoldRequest) =>
  request(holdSchema, '/policy/hold', { method: 'PUT', body });
