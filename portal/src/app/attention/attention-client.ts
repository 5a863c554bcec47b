import {
  attentionListSchema,
  cpeUpdateSchema,
  nigViewSchema,
  type SettlementRequest,
} from '@cpe-desk/contract';
import { updatePath } from '../cpe-update/outcome/cpe-update-client.ts';
import { request } from '../shell/request.ts';

/** Updates that need a person. */
export const listAttention = () => request(attentionListSchema, '/ticket/ctt/cpe/attention');

/** What NIG says of an update and holds for its line, asked now. */
export const askNig = (updateId: string) => request(nigViewSchema, `${updatePath(updateId)}/nig`);

/** Settles an update by hand. */
export const settleUpdate = (updateId: string, body: SettlementRequest) =>
  request(cpeUpdateSchema, `${updatePath(updateId)}/settle`, { method: 'POST', body });
