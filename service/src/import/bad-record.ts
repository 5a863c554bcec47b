import pg from 'pg';

/** A record that can not be written for what it says; the message tells why. */
export class BadRecord extends Error {}

const reasons: Readonly<Record<string, (value: string) => string>> = {
  line_path_network_element_id_fkey: (id) => `network element ${id} of its path is not known`,
  ctt_service_line_id_fkey: (id) => `service line ${id} is not known`,
  ctt_ticket_no_key: (ticketNo) => `ticket number ${ticketNo} is another ticket's`,
  cpe_network_element_id_key: (id) => `network element ${id} is another line's CPE`,
};

/** SQLSTATE classes that blame the data: cardinality (a row twice in one statement), data, integrity constraint. */
const BAD_DATA = /^2[123]/;

/** Why the record that was being written is bad; undefined when the error has nothing to do with it. */
export const badRecordReason = (error: unknown): string | undefined => {
  if (error instanceof BadRecord) return error.message;
  if (!(error instanceof pg.DatabaseError) || !BAD_DATA.test(error.code ?? '')) return undefined;
  const value = /\)=\((.*)\)/.exec(error.detail ?? '')?.[1] ?? '';
  return reasons[error.constraint ?? '']?.(value) ?? error.message;
};
