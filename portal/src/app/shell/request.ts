import { type AnyProblem, anyProblemSchema } from '@cpe-desk/contract';
import type * as z from 'zod';
import { english } from '../words/english/english.ts';
import { answeredAt, connected, sessionEnded } from './session.ts';

export type Problem = AnyProblem & { retryAfterSeconds: number | null; requestId: string | null };

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

/** A request that has no whole answer by then is given up, ms: what it changed is unknown. */
const DEADLINE_MS = 20_000;

export type RequestOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  deadlineMs?: number;
};

/**
 * `Retry-After` in seconds (RFC 9110 10.2.3: delay seconds or a date), or null where there is none.
 */
export const readRetryAfter = (text: string | null, now: number): number | null => {
  if (text === null || text.trim() === '') return null;
  if (/^\d+$/.test(text.trim())) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
};

const madeHere = (
  code: string,
  status: number,
  said: { title: string; detail: string },
): AnyProblem => ({
  type: `urn:cpe-desk:problem:${code}`,
  code,
  status,
  ...said,
});

const noConnection = (): AnyProblem => madeHere('no-connection', 0, english.shell.noConnection);

const noAnswer = (): AnyProblem => madeHere('no-answer', 0, english.shell.noAnswer);

const unexpectedAnswer = (status: number): AnyProblem =>
  madeHere('unexpected-answer', status, english.shell.unexpectedAnswer);

const refused = (problem: AnyProblem, response?: Response): { ok: false; problem: Problem } => ({
  ok: false,
  problem: {
    ...problem,
    retryAfterSeconds: readRetryAfter(response?.headers.get('retry-after') ?? null, Date.now()),
    requestId: response?.headers.get('x-request-id') ?? null,
  },
});

const send = async (path: string, { method = 'GET', body, headers, signal }: RequestOptions) => {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json, application/problem+json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  return { response, text: await response.text() };
};

/** No body is null. */
const parseJson = (text: string): unknown => {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON (a proxy's page, say): no schema takes undefined.
    return undefined;
  }
};

/**
 * Asks the service and parses its answer; never throws, and always ends. A request that its caller
 * aborted answers `no-connection` too: the caller ignores the answer.
 */
export const request = async <T>(
  schema: z.ZodType<T>,
  path: string,
  options: RequestOptions = {},
): Promise<Answer<T>> => {
  let sent: Awaited<ReturnType<typeof send>>;
  const deadline = AbortSignal.timeout(options.deadlineMs ?? DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    sent = await send(path, { ...options, signal });
  } catch {
    // The connection failed, the time is over, or the caller aborted.
    if (options.signal?.aborted) return refused(noConnection());
    if (deadline.aborted) return refused(noAnswer());
    connected.set(false);
    return refused(noConnection());
  }
  connected.set(true);
  answeredAt.set(Date.now());
  const { response, text } = sent;
  if (response.status === 401) sessionEnded.set(true);
  const body = parseJson(text);
  if (!response.ok) {
    const problem = anyProblemSchema.safeParse(body);
    return refused(problem.success ? problem.data : unexpectedAnswer(response.status), response);
  }
  const value = schema.safeParse(body);
  if (!value.success) return refused(unexpectedAnswer(response.status), response);
  return { ok: true, value: value.data };
};
