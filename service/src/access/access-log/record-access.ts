import { isDeepStrictEqual } from 'node:util';
import type { AccessEvent, Caller } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { maybeOne, type Queryable, run } from '../../platform/database/database.ts';
import { addressOf } from '../../platform/http/client-address.ts';
import type { Policy } from '../policy.ts';
import { insertAccess, insertRefusal, selectPolicySet } from './access-log.sql.ts';

/** The log records the same refusal of the same caller once in this time. */
const REPEATED_WITHIN_MS = 60_000;

type Person = Pick<Caller, 'id' | 'name'>;
type Request = Pick<FastifyRequest, 'ip' | 'id'>;

/** Records an access. Never pass a token, a cookie or a secret: admins see `detail` as it is. */
export const recordAccess = (
  db: Queryable,
  event: AccessEvent,
  person: Person | null,
  request: Request,
  detail: Readonly<Record<string, unknown>> = {},
) =>
  run(db, insertAccess, [
    event,
    person?.id ?? null,
    person?.name ?? null,
    addressOf(request),
    request.id,
    JSON.stringify(detail),
  ]);

/** Records that a caller asked for an action that their roles do not allow. */
export const recordRefusal = (db: Queryable, person: Person, request: Request, action: string) =>
  run(db, insertRefusal, [
    person.id,
    person.name,
    addressOf(request),
    request.id,
    JSON.stringify({ action }),
    REPEATED_WITHIN_MS,
  ]);

/** Records the policy at start, when it differs from the last recorded one. */
export const recordPolicy = async (db: Queryable, policy: Policy): Promise<void> => {
  const before = await maybeOne(db, selectPolicySet, []);
  if (isDeepStrictEqual(before?.detail, { ...policy })) return;
  await run(db, insertAccess, ['policy-set', null, null, null, null, JSON.stringify(policy)]);
};
