import { administer } from './test-server.ts';

/** Deletes the counts of the overview, as the owner: the desk may not delete them. */
export const forgetSummary = (ownerUrl: string): Promise<void> =>
  administer(
    ownerUrl,
    `with forgotten as (delete from zone_summary) update zone_summary_until set until = '-infinity'`,
  );
