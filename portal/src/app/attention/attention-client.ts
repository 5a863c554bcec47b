import {
  attentionListSchema,
  cpeUpdateSchema,
  nigViewSchema,
  type SettlementRequest,
} from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

const pathOf = (updateId: string): string => `/ticket/ctt/cpe/updates/${encodeURIComponent(updateId)}`;

/** Updates that need a person. */
export const listAttention = () => request(attentionListSchema, '/ticket/ctt/cpe/attention');

/** What NIG says of an update and holds for its line, asked now. */
export const askNig = (updateId: string) => request(nigViewSchema, `${pathOf(updateId)}/nig`);

/** Settles an update by hand. */
export const settleUpdate = (updateId: string, body: SettlementRequest) =>
  request(cpeUpdateSchema, `${pathOf(updateId)}/settle`, { method: 'POST', body });
