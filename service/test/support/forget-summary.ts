import { administer } from './test-server.ts';

/** Has all updates counted for the overview anew, as if none had been: as the owner, since the desk may not delete counts. */
export const forgetSummary = (ownerUrl: string): Promise<void> =>
  administer(
    ownerUrl,
    `with forgotten as (delete from zone_summary) update zone_summary_until set until = '-infinity'`,
  );
