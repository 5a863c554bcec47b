import { isDeepStrictEqual } from 'node:util';
import type { AccessEvent, Caller } from '@cpe-desk/contract';
import type { FastifyRequest } from 'fastify';
import { maybeOne, type Queryable, run } from '../../platform/database/database.ts';
import { addressOf } from '../../platform/http/client-address.ts';
import type { Policy } from '../policy.ts';
import { insertAccess, insertRefusal, selectPolicy } from './queries.ts';

/** The same refusal of the same caller is noted once in this time. */
const REPEATED_WITHIN_MS = 60_000;

type Who = Pick<Caller, 'id' | 'name'>;
type Request = Pick<FastifyRequest, 'ip' | 'id'>;

/** Notes who did what. Never a token, a cookie or a secret: `detail` is shown to admins as it is. */
export const noteAccess = (
  db: Queryable,
  event: AccessEvent,
  who: Who | null,
  request: Request,
  detail: Readonly<Record<string, unknown>> = {},
) =>
  run(db, insertAccess, [
    event,
    who?.id ?? null,
    who?.name ?? null,
    addressOf(request),
    request.id,
    JSON.stringify(detail),
  ]);

/** Notes that a caller asked for what their roles do not allow. */
export const noteRefusal = (db: Queryable, who: Who, request: Request, action: string) =>
  run(db, insertRefusal, [
    who.id,
    who.name,
    addressOf(request),
    request.id,
    JSON.stringify({ action }),
    REPEATED_WITHIN_MS,
  ]);

/** Notes the policy that the desk was started with, when it is not that of before. */
export const notePolicy = async (db: Queryable, policy: Policy): Promise<void> => {
  const before = await maybeOne(db, selectPolicy, []);
  if (isDeepStrictEqual(before?.detail, { ...policy })) return;
  await run(db, insertAccess, ['policy-set', null, null, null, null, JSON.stringify(policy)]);
};
