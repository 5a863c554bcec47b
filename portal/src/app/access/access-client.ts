import {
  type ApiTokenRequest,
  apiTokenListSchema,
  createdApiTokenSchema,
  portalSessionPageSchema,
} from '@cpe-desk/contract';
import * as z from 'zod';
import { request } from '../shell/request.ts';

/** A page of the open sessions, of one person where `subject` names one. */
export const loadSessions = (subject: string, cursor: string | null, signal: AbortSignal) => {
  const query = new URLSearchParams({
    ...(subject !== '' && { subject }),
    ...(cursor !== null && { cursor }),
  });
  return request(portalSessionPageSchema, `/access/sessions?${query}`, { signal });
};

/** Ends a session. */
export const endPortalSession = (id: string) =>
  request(z.null(), `/access/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });

/** The API tokens, newest first. */
export const loadTokens = (signal: AbortSignal) =>
  request(apiTokenListSchema, '/access/tokens', { signal });

/** Creates an API token; only this answer has it. */
export const createToken = (body: ApiTokenRequest) =>
  request(createdApiTokenSchema, '/access/tokens', { method: 'POST', body });

/** Revokes an API token. */
export const revokeToken = (id: string) =>
  request(z.null(), `/access/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' });
