import type { IncomingMessage } from 'node:http';
import type { Api } from './api.ts';
import { sendProblem } from './problem.ts';

/** The hosts that a request names. HTTP/2 has one in `:authority` and may repeat it in `host`. */
const hostsOf = ({ rawHeaders }: IncomingMessage): string[] => {
  const places = rawHeaders.flatMap((name, place) =>
    place % 2 === 0 && /^(?:host|:authority)$/i.test(name) ? [place] : [],
  );
  const [first, ...more] = places.map((place) => rawHeaders[place + 1] ?? '');
  if (first === undefined) return [];
  const isRepeated = rawHeaders.includes(':authority') && more.every((host) => host === first);
  return isRepeated ? [first] : [first, ...more];
};

const detail = 'Send one Host header';

/**
 * Refuses requests with two `Host` headers (RFC 9112 3.2), or in HTTP/2 with one that differs from
 * `:authority` (RFC 9113 8.3.1). Node uses the first one. A proxy that
 * checks the last one would let through a request that it must refuse.
 */
export const requireOneHost = (app: Api): void => {
  app.addHook('onRequest', async ({ raw }, reply) =>
    hostsOf(raw).length > 1
      ? sendProblem(reply, {
          code: 'malformed-request',
          detail,
          errors: [{ pointer: '', code: 'two-hosts', detail }],
        })
      : undefined,
  );
};
