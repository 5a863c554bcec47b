import { type Failure, type ProblemCode, problemBody, problems } from '@cpe-desk/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CallerLeft, databaseFault } from '../database/errors.ts';

/** Default Retry-After in seconds. */
const retryAfter: Partial<Record<ProblemCode, number>> = {
  'nig-unavailable': 5,
  unavailable: 5,
  'too-many-requests': 60,
};

/** Answers an expected failure: the one place where failures become HTTP. */
export const sendProblem = (reply: FastifyReply, failure: Failure): FastifyReply => {
  const retryAfterS = retryAfter[failure.code];
  if (retryAfterS !== undefined && !reply.hasHeader('retry-after'))
    reply.header('retry-after', retryAfterS);
  if (failure.code === 'nig-outcome-unknown')
    reply.header('location', `/ticket/ctt/cpe/updates/${failure.updateId}`);
  return reply
    .code(problems[failure.code].status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problemBody(failure));
};

/** Answers that no resource has the requested address. */
export const sendNotFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const [path = '/'] = request.url.split('?');
  const detail = `No route for ${request.method} ${path.slice(0, 200)}`;
  return sendProblem(reply, { code: 'not-found', detail });
};

/**
 * Answers addresses that the router cannot read (`%FF`, an id of 200 characters). No hook runs for
 * them, so this counts them.
 */
export const answerUnroutable = async (
  request: FastifyRequest,
  reply: FastifyReply,
  isRefused: (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>,
): Promise<void> => {
  reply.header('x-request-id', request.id);
  if (!(await isRefused(request, reply))) sendNotFound(request, reply);
};

/** Zod's issue for members that a strict object does not know. */
const unknownKeys = z.object({ keys: z.array(z.string()) });

/** A member's name as a part of a JSON pointer (RFC 6901 section 3). */
const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Shape errors of a request, each with a JSON pointer. Query parameters are named like members. */
const malformed = (error: FastifyError): Failure => {
  const detail = 'The request does not match the schema of this route; see errors';
  if (!hasZodFastifySchemaValidationErrors(error))
    return {
      code: 'malformed-request',
      detail,
      errors: [{ pointer: '', code: 'malformed', detail: error.message }],
    };
  const errors = error.validation.flatMap(({ instancePath, keyword, message, params }) => {
    // RFC 6901: the whole document is the empty pointer.
    const place = instancePath === '/' ? '' : instancePath;
    const keys = unknownKeys.safeParse(params).data?.keys;
    const pointers = keys?.map((key) => `${place}/${escaped(key)}`) ?? [place];
    const code = keyword.replaceAll('_', '-');
    return pointers.map((pointer) => ({ pointer, code, detail: message ?? detail }));
  });
  return { code: 'malformed-request', detail, errors };
};

const notJson = (detail: string): Failure => ({
  code: 'malformed-request',
  detail,
  errors: [{ pointer: '', code: 'not-json', detail }],
});

const byErrorCode: Readonly<Record<string, (error: FastifyError) => Failure>> = {
  FST_ERR_VALIDATION: malformed,
  FST_ERR_CTP_INVALID_JSON_BODY: () => notJson('The body is not JSON'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => notJson('The body is empty; send JSON'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    notJson('The length of the body differs from its Content-Length'),
};

const noResource: Failure = { code: 'not-found', detail: 'No resource has this address' };

const byStatus: Readonly<Record<number, Failure>> = {
  403: noResource,
  404: noResource,
  405: noResource,
  410: noResource,
  413: { code: 'body-too-large', detail: 'Send at most 64 KiB' },
  415: { code: 'unsupported-media-type', detail: 'Send the body as application/json' },
  429: { code: 'too-many-requests', detail: 'Try again in a minute' },
};

/**
 * The failure of a library's error with a 4xx status: the request is at fault, not the desk.
 * Libraries only refuse addresses and bodies (403: a file outside the portal's folder).
 */
const failureOfStatus = ({ statusCode = 500 }: FastifyError): Failure | undefined => {
  const isCallersFault = statusCode >= 400 && statusCode < 500;
  return isCallersFault
    ? (byStatus[statusCode] ?? notJson('The body could not be read'))
    : undefined;
};

const failureOf = (error: FastifyError): Failure | undefined => {
  const known = byErrorCode[error.code]?.(error) ?? failureOfStatus(error);
  if (known) return known;
  const fault = databaseFault(error);
  if (fault) return { code: 'unavailable', detail: `${fault}; try again in a few seconds` };
  // The caller has left, so nobody reads this answer.
  if (error instanceof CallerLeft)
    return { code: 'unavailable', detail: 'You left before the answer' };
  return undefined;
};

const answerError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
  const failure = failureOf(error);
  if (failure?.code === 'unavailable' && !(error instanceof CallerLeft))
    request.log.warn({ err: error }, 'database away');
  if (failure) return sendProblem(reply, failure);
  request.log.error({ err: error }, 'unexpected error');
  return sendProblem(reply, {
    code: 'internal-error',
    detail: `The desk logged the error; give request id ${request.id} to its operators`,
  });
};

/**
 * Answers every error of this server as `application/problem+json`, and every request with its id.
 */
export const registerProblems = (app: FastifyInstance): void => {
  app.setErrorHandler(answerError);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
};
