import { createHash, timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { Api } from '../platform/http/api.ts';
import { sendProblem } from '../platform/http/problem.ts';

/** Where the metrics are, and who may read them. */
export type MetricsAccess = {
  /** The bearer token that a scrape needs now; undefined: none. */
  token(): string | undefined;
  /** Whether they have a port of their own, and are not on the desk's. */
  hasOwnPort: boolean;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request has the token. Digests have one length, and the time tells nothing. */
const hasToken = ({ headers }: Pick<FastifyRequest, 'headers'>, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));

/** `GET /metrics`, in Prometheus' text format. */
export const registerMetricsRoute = (
  app: Pick<Api, 'get'>,
  registry: Registry,
  access: Pick<MetricsAccess, 'token'>,
): void => {
  app.get(
    '/metrics',
    {
      config: { action: 'public', rateLimit: false },
      schema: { summary: 'Metrics in Prometheus’ text format', tags: ['operations'] },
    },
    async (request, reply) => {
      const token = access.token();
      if (token === undefined || hasToken(request, token))
        return reply.header('content-type', registry.contentType).send(await registry.metrics());
      reply.header('www-authenticate', 'Bearer');
      const detail = 'Send METRICS_TOKEN as a bearer token';
      return sendProblem(reply, { code: 'unauthenticated', detail });
    },
  );
};

/** Serves `/metrics` and `/healthz` on a port of their own, until stopped. */
export const serveMetrics = async (
  registry: Registry,
  { host, port, ...access }: { host: string; port: number } & Pick<MetricsAccess, 'token'>,
): Promise<{ stop(): Promise<void> }> => {
  const app = Fastify();
  registerMetricsRoute(app, registry, access);
  app.get('/healthz', async () => ({ status: 'alive' }));
  await app.listen({ host, port });
  return { stop: () => app.close() };
};
