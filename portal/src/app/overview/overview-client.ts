import { overviewSchema } from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

/** How updates and NIG have been doing over the last days. */
export const loadOverview = (days: number, signal: AbortSignal) =>
  request(
    overviewSchema,
    `/ticket/ctt/cpe/overview?${new URLSearchParams({ days: String(days) })}`,
    {
      signal,
    },
  );
