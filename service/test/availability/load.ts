import { setTimeout as sleep } from 'node:timers/promises';
import type { Cpe } from '@cpe-desk/contract';
import { z } from 'zod';
import type { ServiceProcess } from '../faults/service-process.ts';
import { type Answer, type Line, newAddressOf } from '../faults/storm-operators.ts';
import type { Client } from '../support/client.ts';

/* Operators at a steady rate, each with lines of its own, behind a balancer that takes turns. */

export type TimedAnswer = Answer & { at: number };

export type Load = {
  answers: readonly TimedAnswer[];
  /** The answers to a reviewer, who reads the list once a second at each desk. */
  lists: readonly TimedAnswer[];
  /** Ends after the running requests. */
  stop(): Promise<void>;
};

/** Longer than any wait of the desk: a caller that gets no answer at all. */
const ANSWER_WITHIN_MS = 30_000;
const EVERY_MS = 1000;

const problemSchema = z.looseObject({
  code: z.string().optional(),
  updateId: z.string().optional(),
});
const ticketSchema = z.looseObject({
  cpe: z.looseObject({ version: z.number() }),
});

/** Reads the ticket of a line, then sends an update of its address. */
const updateLine = async (
  client: Client,
  { id, lineId }: Line,
  changes: Partial<Cpe>,
  key: string,
): Promise<Answer> => {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const send = async (path: string, init: { method?: string; body?: string } = {}) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const response = await client.fetch(path, { ...init, headers, signal });
    return { status: response.status, body: await response.json() };
  };
  const read = await send(`/ticket/ctt/${id}`);
  if (read.status !== 200) {
    const { code = `status ${read.status}` } = problemSchema.parse(read.body);
    return { lineId, status: read.status, code: `${code} (reading)`, updateId: undefined };
  }
  const { version: _, ...current } = ticketSchema.parse(read.body).cpe;
  const body = { current, new: { ...current, ...changes }, reason: 'high availability' };
  const sent = await send(`/ticket/ctt/cpe/update/${id}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  const { code = 'applied', updateId } = problemSchema.parse(sent.body);
  return { lineId, status: sent.status, code, updateId };
};

/** Reads the ticket list. */
const readList = async (client: Client): Promise<Answer> => {
  const response = await client.fetch('/ticket/ctt?limit=5', {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const { code = 'listed' } = problemSchema.parse(await response.json());
  return { lineId: '', status: response.status, code, updateId: undefined };
};

const unanswered = (error: unknown): string =>
  error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'cut off';

/**
 * One update a second for each line: `lines.length` updates a second together, fewer where the
 * answers take longer.
 */
export const startLoad = (lines: readonly Line[], desks: readonly ServiceProcess[]): Load => {
  const answers: TimedAnswer[] = [];
  const lists: TimedAnswer[] = [];
  const clients = desks.map((desk) => desk.as('demo-operator'));
  let turn = 0;
  let isOver = false;
  /** Repeats one request each second, until the load ends. */
  const repeat = async (
    lineId: string,
    into: TimedAnswer[],
    request: (n: number) => Promise<Answer>,
  ): Promise<void> => {
    for (let n = 1; !isOver; n++) {
      const began = performance.now();
      const answer = await request(n).catch(
        (error: unknown): Answer => ({
          ...{ lineId, status: 0, code: unanswered(error), updateId: undefined },
        }),
      );
      into.push({ ...answer, at: performance.now() });
      const restMs = began + EVERY_MS - performance.now();
      if (restMs > 0) await sleep(restMs);
    }
  };
  const operate = async (line: Line, number: number): Promise<void> => {
    await sleep((number * EVERY_MS) / lines.length);
    await repeat(line.lineId, answers, (n) => {
      const client = clients[turn++ % clients.length];
      if (!client) throw new Error('There is no desk');
      return updateLine(client, line, newAddressOf(number, n), `${number}-${n}`);
    });
  };
  const reviewers = desks.map((desk) => desk.as('demo-reviewer'));
  const working = Promise.all([
    ...lines.map(operate),
    ...reviewers.map((client) => repeat('', lists, () => readList(client))),
  ]);
  return {
    answers,
    lists,
    async stop() {
      isOver = true;
      await working;
    },
  };
};

/** What happened from a time on: the longest time without a success, s, and the failures. */
export const measure = (answers: readonly TimedAnswer[], from: number) => {
  const within = answers.filter(({ at }) => at >= from);
  const applied = within.filter(({ status }) => status === 200).map(({ at }) => at);
  const times = [from, ...applied, performance.now()];
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const failed = within.filter(({ status }) => status !== 200);
  const codes = Object.entries(Object.groupBy(failed, ({ code }) => code)).map(
    ([code, of]) => `${of?.length} ${code}`,
  );
  return {
    applied: applied.length,
    failed: failed.length,
    codes,
    longestS: Math.max(...gaps) / 1000,
  };
};
