import pg from 'pg';

/** A row that the database does not take. The message gives the reason. */
export class BadRow extends Error {}

const reasons: Readonly<Record<string, (value: string) => string>> = {
  line_path_network_element_id_fkey: (id) => `network element ${id} of its path does not exist`,
  ctt_service_line_id_fkey: (id) => `service line ${id} does not exist`,
  ctt_ticket_no_key: (ticketNo) => `ticket number ${ticketNo} belongs to another ticket`,
  network_claim_no_overlap: (key) =>
    `${key.split(', ')[0]} is in use by another line, in whole or in part`,
  cpe_network_element_id_key: (id) => `network element ${id} is the CPE of another line`,
};

/**
 * SQLSTATE classes of bad data: cardinality (a row twice in one statement), data, integrity
 * constraint.
 */
const BAD_DATA = /^2[123]/;

/** Why the row is bad; undefined where the error has another cause. */
export const badRowReason = (error: unknown): string | undefined => {
  if (error instanceof BadRow) return error.message;
  if (!(error instanceof pg.DatabaseError) || !BAD_DATA.test(error.code ?? '')) return undefined;
  const value = /\)=\((.*)\)/.exec(error.detail ?? '')?.[1] ?? '';
  return reasons[error.constraint ?? '']?.(value) ?? error.message;
};
