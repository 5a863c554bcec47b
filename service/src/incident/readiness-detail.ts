import { maybeOne, type Pool } from '../platform/database/database.ts';
import type { ReadinessDetail } from '../platform/readiness.ts';
import { selectOpenIncident } from './incident.sql.ts';

/**
 * The open incident in the answer of `/readyz`: the desk accepts requests, but a person must act.
 */
export const incidentDetail = (probe: Pool): ReadinessDetail => ({
  name: 'incident',
  async value() {
    const open = await maybeOne(probe, selectOpenIncident, []);
    return (
      open && { openedAt: open.opened_at.toISOString(), cause: open.cause, missing: open.missing }
    );
  },
});
