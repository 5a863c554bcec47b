import type { BulkRow, Caller, CpePreview } from '@cpe-desk/contract';
import { payloadOf } from '../../cpe-update/4-send.ts';
import type { Nig } from '../../nig/nig.ts';

/** What the check found that the row's update does, and the request that NIG would get. */
export const previewOfRow = async (
  nig: Pick<Nig, 'preview'>,
  { serviceLineId, ticketNo, kind, changed, before, after, verdict }: BulkRow,
  actor: Pick<Caller, 'id' | 'name'>,
): Promise<CpePreview | null> => {
  if (!verdict?.ok || !kind || !before || !after || !serviceLineId || !ticketNo) return null;
  const payload = payloadOf({ serviceLineId, ticketNo, before, after }, actor, new Date());
  const nigRequest = await nig.preview({ updateId: '{updateId}', payload });
  const { warnings } = verdict;
  return { kind, changed, before, after, warnings, nigPayload: payload, nigRequest };
};
