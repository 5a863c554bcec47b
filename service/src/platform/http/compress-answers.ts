import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import { z } from 'zod';
import type { Api } from './api.ts';

/** A smaller answer fits into one packet anyway, bytes. */
const FROM_BYTES = 1400;

/** What brotli's slower levels save of an answer is not worth the processor time. */
const BROTLI_QUALITY = 4;

/** Whether a route answers JSON: the others say what else they answer, as `content`. */
const answersJson = (schema: unknown): boolean => {
  const { success, data } = otherContent.safeParse(schema);
  return !success || data === undefined;
};
const otherContent = z
  .looseObject({ response: z.looseObject({ 200: z.looseObject({ content: z.unknown() }) }) })
  .transform(({ response }) => response[200].content);

/**
 * Compresses the JSON answers of reads. Not files that are written as they are read, nor event
 * streams, which would wait for a full block. No answer of a POST: one has a secret (a new API
 * token) beside what the request sent, and the size of such an answer would tell of the secret
 * (BREACH). Reads answer no secret.
 */
export const compressAnswers = async (app: Api): Promise<void> => {
  app.addHook('onRoute', (route) => {
    const isRead = [route.method].flat().every((method) => method === 'GET' || method === 'HEAD');
    if (!isRead || !answersJson(route.schema)) route.compress = false;
  });
  await app.register(compress, {
    threshold: FROM_BYTES,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    globalDecompression: false,
  });
};
