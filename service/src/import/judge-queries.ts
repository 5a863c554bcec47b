import { statement } from '../platform/database/database.ts';

export const selectKnownLines = statement<{ id: string }, [ids: string[]]>(
  'import-known-lines',
  'select id from service_line where id = any($1)',
);

export const selectKnownTickets = statement<{ id: string }, [ids: string[]]>(
  'import-known-tickets',
  'select id from ctt where id = any($1)',
);

export const selectElementKinds = statement<{ id: string; kind: string }, [ids: string[]]>(
  'import-element-kinds',
  'select id, kind from network_element where id = any($1)',
);

/** Ids of CPEs that other lines have. */
export const selectCpesOfOthers = statement<{ id: string }, [lineIds: string[], cpeIds: string[]]>(
  'import-cpes-of-others',
  `select c.network_element_id as id
     from unnest($1::text[], $2::text[]) r(line, cpe) join cpe c on c.network_element_id = r.cpe
    where c.service_line_id <> r.line`,
);

/** Ticket numbers that other tickets have. */
export const selectTicketNumbersOfOthers = statement<{ id: string }, [ids: string[], ticketNos: string[]]>(
  'import-ticket-numbers-of-others',
  `select t.ticket_no as id
     from unnest($1::text[], $2::text[]) r(id, ticket_no) join ctt t on t.ticket_no = r.ticket_no
    where t.id <> r.id`,
);

/** Claims that other lines hold. */
export const selectTakenClaims = statement<
  { kind: string; value: string },
  [kinds: string[], values: string[], lineIds: string[]]
>(
  'import-taken-claims',
  `select h.kind, h.value
     from unnest($1::text[], $2::text[], $3::text[]) r(kind, value, line)
     join cpe_claim h on h.kind = r.kind and h.value = r.value
    where h.service_line_id <> r.line`,
);
