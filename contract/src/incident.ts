import * as z from 'zod';
import { plainText, reasonSchema } from './fields/text.ts';

/** Why an incident is open: updates are missing, or nobody can prove that none is. */
export const incidentCauses = ['updates-missing', 'not-proved'] as const;
export type IncidentCause = (typeof incidentCauses)[number];

/**
 * `GET /ticket/ctt/cpe/incident`: whether the database lost updates, and how many lines are
 * compared.
 */
export const incidentViewSchema = z
  .object({
    incident: z
      .object({
        openedAt: z.iso.datetime(),
        cause: z.enum(incidentCauses),
        missing: z.int().describe('Updates that an instance has seen and the database lacks'),
        lines: z.int(),
        compared: z.int().describe('Lines compared with NIG since, or opened by a supervisor'),
      })
      .nullable(),
  })
  .meta({ id: 'IncidentView' });
export type IncidentView = z.infer<typeof incidentViewSchema>;

/** Most lines of one request. */
export const MOST_LINES = 1000;

export const lineIdsSchema = z
  .array(plainText(64).pipe(z.string().min(1)))
  .min(1)
  .max(MOST_LINES)
  .refine((lines) => new Set(lines).size === lines.length, 'Name each line once');

/** The body of `POST /ticket/ctt/cpe/incident/open`. */
export const openLinesRequestSchema = z
  .strictObject({ lines: lineIdsSchema, reason: reasonSchema })
  .meta({ id: 'OpenLinesRequest' });
export type OpenLinesRequest = z.infer<typeof openLinesRequestSchema>;

/** `not-needed`: no incident is open, or the line was compared and NIG agreed. */
export const openLineVerdicts = ['opened', 'not-needed', 'not-found'] as const;

export const openLinesAnswerSchema = z
  .object({
    items: z.array(z.object({ serviceLineId: z.string(), verdict: z.enum(openLineVerdicts) })),
  })
  .meta({ id: 'OpenLinesAnswer' });
export type OpenLinesAnswer = z.infer<typeof openLinesAnswerSchema>;
