import type { AccessEvent } from '@cpe-desk/contract';
import { statement } from '../../platform/database/database.ts';

export const insertAccess = statement<
  never,
  [
    event: AccessEvent,
    subject: string | null,
    name: string | null,
    address: string | null,
    requestId: string | null,
    detail: string,
  ]
>(
  'insert-access',
  `insert into access_log (event, subject, name, address, request_id, detail) values ($1, $2, $3, $4, $5, $6)`,
);

/**
 * Like `insertAccess`, unless the same refusal was recorded a moment ago. A caller who repeats a
 * refused request cannot fill the log.
 */
export const insertRefusal = statement<
  never,
  [subject: string, name: string, address: string, requestId: string, detail: string, withinMs: number]
>(
  'insert-refusal',
  `insert into access_log (event, subject, name, address, request_id, detail)
   select 'action-refused', $1, $2, $3, $4, $5::jsonb
    where not exists (select from access_log where subject = $1 and event = 'action-refused' and detail = $5::jsonb
                         and at > now() - $6 * interval '1 ms')`,
);

export type AccessRow = {
  id: number;
  at: Date;
  event: AccessEvent;
  subject: string | null;
  name: string | null;
  address: string | null;
  request_id: string | null;
  detail: unknown;
};

export const selectAccess = statement<
  AccessRow,
  [event: AccessEvent | null, subject: string | null, before: number | null, limit: number]
>(
  'select-access',
  `select id, at, event, subject, name, address, request_id, detail from access_log
    where ($1::text is null or event = $1) and ($2::text is null or subject = $2) and ($3::bigint is null or id < $3)
    order by id desc limit $4`,
);

/** The last recorded policy. */
export const selectPolicy = statement<{ detail: unknown }>(
  'select-policy-set',
  `select detail from access_log where event = 'policy-set' order by id desc limit 1`,
);
