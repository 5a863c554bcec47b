import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';

/** A route that clients should leave: since when and until when it is served, as dates (UTC). */
export type Deprecation = { since: string; sunset?: string; link: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    deprecated?: Deprecation;
  }
}

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and the link to what to use instead. */
const headersOf = ({ since, sunset, link }: Deprecation): Record<string, string> => ({
  deprecation: `@${Date.parse(since) / 1000}`,
  link: `<${link}>; rel="deprecation"; type="text/html"`,
  ...(sunset !== undefined && { sunset: new Date(sunset).toUTCString() }),
});

/** What the OpenAPI description of a route says of it. */
export const describeDeprecation = (deprecated: Deprecation | undefined) =>
  deprecated && { deprecated: true, 'x-sunset': deprecated.sunset };

/** Every answer of a route that is registered later and deprecated says so, failures included. */
export const announceDeprecations = (app: Pick<Api, 'addHook'>): void => {
  app.addHook('onRoute', (route) => {
    const deprecated = route.config?.deprecated;
    if (!deprecated) return;
    const headers = headersOf(deprecated);
    const announce = async (_: FastifyRequest, reply: FastifyReply) => {
      reply.headers(headers);
    };
    route.onSend = [route.onSend ?? [], announce].flat();
  });
};
