import * as z from 'zod';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const LONGEST_MINUTES = 24 * 60;

/** The body of `PUT /admin/log-level`. */
export const logLevelRequestSchema = z
  .strictObject({
    level: z.enum(logLevels),
    minutes: z
      .int()
      .min(1)
      .max(LONGEST_MINUTES)
      .optional()
      .describe('After this time LOG_LEVEL applies again; absent: until the next change'),
  })
  .meta({ id: 'LogLevelRequest' });
export type LogLevelRequest = z.infer<typeof logLevelRequestSchema>;

/** The log level of the instance that answers. */
export const logLevelStateSchema = z
  .object({
    level: z.enum(logLevels),
    usual: z.enum(logLevels).describe('LOG_LEVEL'),
    until: z.iso.datetime().nullable().describe('When LOG_LEVEL applies again; null: no such time'),
  })
  .meta({ id: 'LogLevelState' });
export type LogLevelState = z.infer<typeof logLevelStateSchema>;
