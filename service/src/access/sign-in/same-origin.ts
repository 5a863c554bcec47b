import type { FastifyRequest } from 'fastify';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a page of the desk sent a request that changes data. A browser sends the session cookie
 * also with requests from pages of a neighbouring subdomain or port: SameSite does not distinguish
 * these.
 */
export const hasAllowedOrigin = (
  { method, headers }: FastifyRequest,
  publicUrl: string,
): boolean => {
  if (SAFE.has(method)) return true;
  if (headers.origin !== undefined) return headers.origin === new URL(publicUrl).origin;
  return headers['sec-fetch-site'] === 'same-origin';
};
