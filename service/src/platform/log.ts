import type { FastifyBaseLogger } from 'fastify';

/** The log as the parts of the service use it. */
export type Log = Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn' | 'error'>;
