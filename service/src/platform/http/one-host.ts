import type { IncomingMessage } from 'node:http';
import type { Api } from './api.ts';
import { sendProblem } from './problem.ts';

const isNamedTwice = ({ rawHeaders }: IncomingMessage): boolean => {
  const names = rawHeaders.filter((_, place) => place % 2 === 0);
  return names.filter((name) => name.toLowerCase() === 'host').length > 1;
};

const detail = 'Send one Host header';

/**
 * Refuses requests with two `Host` headers (RFC 9112 3.2). Node uses the first one. A proxy that
 * checks the last one would let through a request that it must refuse.
 */
export const requireOneHost = (app: Api): void => {
  app.addHook('onRequest', async ({ raw }, reply) =>
    isNamedTwice(raw)
      ? sendProblem(reply, {
          code: 'malformed-request',
          detail,
          errors: [{ pointer: '', code: 'two-hosts', detail }],
        })
      : undefined,
  );
};
