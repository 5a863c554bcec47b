import type { DatabaseWatch } from '../../src/incident/database-watch.ts';

/** A watch of a database that never loses anything. */
export const noWatch: DatabaseWatch = {
  database: () => '',
  recordSeen() {},
  examine: async () => false,
  onIncident() {},
  stop: async () => {},
};
