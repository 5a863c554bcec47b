import { z } from 'zod';
import { maybeOne, type Queryable } from '../platform/database/database.ts';
import { selectStoryOfUpdate } from './explain.sql.ts';

const text = z.string();
const at = text.transform((time) => new Date(time).toISOString());
const nullableText = text.nullable();
const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? []);
const cpe = z.record(text, z.unknown());

const attempt = z.object({
  at,
  call: text,
  ms: z.number(),
  outcome: text,
  detail: nullableText,
  instance: text.optional(),
});

const updateSchema = z.object({
  id: text,
  state: text,
  kind: text,
  service_line_id: text,
  ctt_id: text,
  ticket_no: text,
  changed: z.array(text),
  before: cpe,
  after: cpe,
  reason: nullableText,
  actor_id: text,
  actor_name: text,
  requested_at: at,
  recorded_at: at,
  request_id: nullableText,
  settled_at: at.nullable(),
  nig_reference: nullableText,
  nig_code: nullableText,
  nig_message: nullableText,
  ask_at: at,
  ask_until: at,
  asked: z.number(),
  attempts: z.array(attempt),
  attention: z.object({ at, reason: text, holds: text }).nullable(),
  settlement: z
    .object({ at, outcome: text, reason: text, by: z.object({ id: text, name: text }) })
    .nullable(),
  instance: nullableText,
  revert_of: nullableText,
});

const incidentLine = z.object({
  compared_at: at,
  agrees: z.boolean(),
  opened_by: nullableText,
  reason: nullableText,
});

const storySchema = z.object({
  now: at,
  update: updateSchema,
  history: z.object({ at, sequence: z.number(), hash: text }).nullable(),
  key: z.object({ at, key_hash: text, body_hash: text, status: z.number().nullable() }).nullable(),
  claims: listOf(text),
  events: listOf(z.object({ at, state: text })),
  access: listOf(z.object({ at, event: text })),
  reverts: listOf(z.object({ id: text, state: text, requested_at: at, actor_name: text })),
  repair: z
    .object({
      id: text,
      take: text,
      reason: text,
      actor_name: text,
      requested_at: at,
      verdict: nullableText,
    })
    .nullable(),
  incidents: listOf(
    z.object({
      id: text,
      cause: text,
      opened_at: at,
      closed_at: at.nullable(),
      line: incidentLine.nullable(),
    }),
  ),
  holds: listOf(
    z.object({
      at,
      event: text,
      name: nullableText,
      detail: z.looseObject({ reason: text.nullish() }),
    }),
  ),
  hold: z.object({ at, reason: nullableText, actor_name: nullableText }).nullable(),
  instances: listOf(
    z.object({ id: text, version: text, host: text, process_id: z.number(), seen_at: at }),
  ),
});

/** The facts in the database about one update. */
export type Story = z.infer<typeof storySchema>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the story of an update; undefined where it does not exist. */
export const readStory = async (db: Queryable, updateId: string): Promise<Story | undefined> => {
  const row = UUID.test(updateId) ? await maybeOne(db, selectStoryOfUpdate, [updateId]) : undefined;
  return row && storySchema.parse(row.story);
};
