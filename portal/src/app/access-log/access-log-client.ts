import { type AccessEvent, accessLogPageSchema } from '@cpe-desk/contract';
import { request } from '../shell/request.ts';

/** A page of the access log, newest first. */
export const loadAccessLog = (
  event: AccessEvent | null,
  cursor: string | null,
  signal: AbortSignal,
) => {
  const query = new URLSearchParams({
    ...(event && { event }),
    ...(cursor !== null && { cursor }),
  });
  return request(accessLogPageSchema, `/auth/access-log?${query}`, { signal });
};
