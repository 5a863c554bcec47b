import type { FastifyRequest } from 'fastify';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that changes something comes from a page of ours. A browser sends the session cookie with
 * requests that pages of a neighbouring subdomain or port make, too: SameSite does not tell these apart.
 */
export const isFromOurPage = ({ method, headers }: FastifyRequest, publicUrl: string): boolean => {
  if (SAFE.has(method)) return true;
  if (headers.origin !== undefined) return headers.origin === new URL(publicUrl).origin;
  return headers['sec-fetch-site'] === 'same-origin';
};
