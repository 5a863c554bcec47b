import {
  type Caller,
  type IncidentView,
  incidentViewSchema,
  type OpenLinesAnswer,
  type OpenLinesRequest,
  openLinesAnswerSchema,
  openLinesRequestSchema,
} from '@cpe-desk/contract';
import { maybeOne, one, type Pool, run } from '../platform/database/database.ts';
import { type Api, problemAnswers } from '../platform/http/api.ts';
import type { Readers } from '../platform/http/reading.ts';
import type { Log } from '../platform/log.ts';
import { closeIfCompared } from './close-incident.ts';
import {
  countComparedLines,
  openIncidentLines,
  selectOpenIncident,
  selectOwnLines,
} from './incident.sql.ts';

export type IncidentDeps = Pick<Readers, 'reads'> & { db: Pool; log: Log };

/** Every open page asks, so an instance counts the lines at most this often, ms. */
const COUNT_EVERY_MS = 5000;

/** Runs a query, and returns the same result again for a while. */
const cacheBriefly = <Value>(query: () => Promise<Value>): (() => Promise<Value>) => {
  let last: { at: number; value: Promise<Value> } | undefined;
  return () => {
    if (last && performance.now() - last.at < COUNT_EVERY_MS) return last.value;
    const value = query();
    last = { at: performance.now(), value };
    value.catch(() => {
      last = undefined;
    });
    return value;
  };
};

const viewIncident = async (
  db: Pool,
  count: () => Promise<{ lines: number; compared: number }>,
): Promise<IncidentView> => {
  const open = await maybeOne(db, selectOpenIncident, []);
  if (!open) return { incident: null };
  const { lines, compared } = await count();
  const { opened_at, cause, missing } = open;
  return { incident: { openedAt: opened_at.toISOString(), cause, missing, lines, compared } };
};

/** Opens lines without a comparison, by a supervisor's decision. */
const openByPerson = async (
  { db, log }: Pick<IncidentDeps, 'db' | 'log'>,
  { id, name, segmentGroups }: Caller,
  { lines, reason }: OpenLinesRequest,
): Promise<OpenLinesAnswer> => {
  const own = new Set(
    (await run(db, selectOwnLines, [lines, segmentGroups])).map((line) => line.id),
  );
  const requested = lines.filter((line) => own.has(line));
  const rows = await run(db, openIncidentLines, [requested, `${name} (${id})`, reason]);
  const opened = new Set(rows.map((row) => row.service_line_id));
  if (opened.size > 0) {
    log.warn({ by: id, lines: [...opened], reason }, 'lines opened without a comparison with NIG');
    await closeIfCompared(db);
  }
  const verdictOf = (line: string) =>
    opened.has(line) ? 'opened' : own.has(line) ? 'not-needed' : 'not-found';
  return { items: lines.map((line) => ({ serviceLineId: line, verdict: verdictOf(line) })) };
};

/** Reads whether the database lost updates; the lines are counted now and then only. */
export const incidentReader = (
  deps: Pick<IncidentDeps, 'reads'>,
): (() => Promise<IncidentView>) => {
  const count = cacheBriefly(() => one(deps.reads, countComparedLines, []));
  return () => viewIncident(deps.reads, count);
};

export const registerIncident = (
  app: Api,
  deps: IncidentDeps,
  readIncident: () => Promise<IncidentView>,
): void => {
  app.get(
    '/ticket/ctt/cpe/incident',
    {
      config: { action: 'ticket:read', isPassive: true },
      schema: {
        summary:
          'Whether the database lost updates, and how many lines have been compared with NIG since',
        tags: ['cpe updates'],
        response: { 200: incidentViewSchema, ...problemAnswers() },
      },
    },
    readIncident,
  );
  app.post(
    '/ticket/ctt/cpe/incident/open',
    {
      config: { action: 'cpe-update:repair' },
      schema: {
        summary: 'Opens lines for updates while an incident is open and NIG cannot answer',
        tags: ['cpe updates'],
        body: openLinesRequestSchema,
        response: { 200: openLinesAnswerSchema, ...problemAnswers('malformed-request') },
      },
    },
    async (request) => openByPerson(deps, request.caller, request.body),
  );
};
