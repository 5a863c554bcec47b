import assert from 'node:assert/strict';
import { driftListSchema, repairSchema, repairTakes } from '@cpe-desk/contract';
import type { Random } from '../../../demo/src/data/random.ts';
import { one, type Pool, statement } from '../../src/platform/database/database.ts';
import type { Client } from '../support/client.ts';
import type { FailoverServer } from '../support/failover-server.ts';
import { until } from '../support/until.ts';
import { updateBody } from '../support/updates.ts';
import type { Instances } from './storm-instances.ts';
import type { Line } from './storm-operators.ts';

const CLOSED_WITHIN_MS = 120_000;
/** A line may be busy in one round, but not in ten. */
const MOST_ROUNDS = 10;

const countIncidents = statement<{ opened: number; open: number; of_this_database: number }>(
  'storm-count-incidents',
  `select count(*) as opened, count(*) filter (where closed_at is null) as open,
          count(*) filter (where database = database_identity()) as of_this_database from incident`,
);

/** Failovers that lose updates: the primary is copied, and dies later. */
export type Failovers = {
  step(): Promise<void>;
  /** The last failover of a storm: copies the primary, and loses what `update` does then. */
  last(update: () => Promise<unknown>): Promise<void>;
};

export const failOverAtTimes = (server: FailoverServer, add: (what: string) => void): Failovers => {
  let isCopied = false;
  const step = async () => {
    if (isCopied) await server.failOver();
    else await server.copy();
    add(isCopied ? 'failovers that lose updates' : 'standbys that lag from here on');
    isCopied = !isCopied;
  };
  return {
    step,
    async last(update) {
      if (!isCopied) await step();
      await update();
      await step();
    },
  };
};

type Add = (what: string, much?: number) => void;

type Target = {
  pool: Pool;
  random: Random;
  instances: Instances;
  lines: readonly Line[];
};

const linesInDrift = async (supervisor: Client): Promise<string[]> =>
  driftListSchema
    .parse((await supervisor.get('/ticket/ctt/cpe/drift')).body)
    .items.filter(({ holder, repairedAt }) => holder === 'nig' && repairedAt === null)
    .map(({ serviceLineId }) => serviceLineId);

const repair = async (
  supervisor: Client,
  random: Random,
  lines: string[],
  add: Add,
): Promise<void> => {
  const request = { lines, take: random.pick(repairTakes), reason: 'after the storm' };
  const answer = await supervisor.post('/ticket/ctt/cpe/drift/repair', request);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  const place = answer.headers.get('location') ?? '';
  const { items } = await until('the repair is done', async () => {
    const now = repairSchema.parse((await supervisor.get(place)).body);
    return now.isDone && now;
  });
  for (const { verdict } of items) add(`repair: ${verdict}`);
};

/** An update that is answered 200. */
const updateOnce = ({ instances, lines }: Target): Promise<true> =>
  until('an update is applied', async () => {
    const [client, line] = [instances.pick().operator, lines[0]];
    assert.ok(line);
    // The database may have just restarted.
    const body = await updateBody(client, line.id, { ipAddress: '10.250.0.1' }).catch(
      () => undefined,
    );
    return body && (await client.post(`/ticket/ctt/cpe/update/${line.id}`, body)).status === 200;
  });

/** Loses one more update, waits until each line is compared, and repairs the lines that differ. */
export const loseAndRepair = async (
  failovers: Failovers,
  target: Target,
  calm: () => Promise<unknown>,
  add: Add,
): Promise<void> => {
  const { pool, random, instances } = target;
  await failovers.last(() => updateOnce(target));
  await calm();
  const { opened } = await until(
    'the incident came and is closed',
    async () => {
      const now = await one(pool, countIncidents, []).catch(() => undefined);
      return now && now.of_this_database > 0 && now.open === 0 && now;
    },
    CLOSED_WITHIN_MS,
  );
  add('incidents', opened);
  const { supervisor } = instances.pick();
  for (let round = 0; ; round++) {
    const lines = await linesInDrift(supervisor);
    if (lines.length === 0) return;
    assert.ok(round < MOST_ROUNDS, `not repaired: ${lines.join(', ')}`);
    await repair(supervisor, random, lines, add);
  }
};
