import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { one, type Pool, run, statement } from '../../src/platform/database/database.ts';
import { buildSchemaRange } from '../../src/platform/instances/schema-range.ts';
import { buildPortalIfStale } from '../../src/start/build-portal.ts';
import { startServiceProcess } from '../faults/service-process.ts';
import { checkLine } from '../faults/storm-check.ts';
import { type Answer, type Line, operate, signIns } from '../faults/storm-operators.ts';
import { until } from '../support/until.ts';
import { dualStackFaultsAfter, dualStackFaultsBefore } from './dual-stack.ts';
import { type Ground, importLines, prepareGround, runCommand } from './ground.ts';
import { appliedBy, type JudgedInstance, judgeInstance, statusesOf } from './judged-instance.ts';
import { installPreviousRelease } from './previous-release.ts';

/*
 * `npm run upgrade-test`: two instances of the release that PREVIOUS_RELEASE names work under load,
 * and are replaced one by one by two of this release, on one database. Exit code 0: the history is
 * intact, this release never answered 500, and each line is as its answers say. 1: it is not, or
 * the previous release is not available.
 */

const PHASE_MS = 4000;
const LINES = 24;
const OPERATORS = 6;
const NIG_TIMEOUT_MS = 1000;
/** Fewer updates of either release while both run prove nothing. */
const FEWEST_APPLIED = 20;

const began = performance.now();
const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
const print = (line: string) => void process.stdout.write(`${seconds().padStart(5)} s  ${line}\n`);

const countUnsettled = statement<{ count: number }>(
  'upgrade-count-unsettled',
  `select count(*) as count from cpe_update where state not in ('applied', 'rejected', 'abandoned')`,
);
const countApplied = statement<{ count: number }>(
  'upgrade-count-applied',
  'select count(*) as count from cpe_history',
);
const selectSchemas = statement<{ schema: number }>(
  'upgrade-select-schemas',
  'select newest_schema as schema from instance',
);

/** Operators who update lines on the instances in `running` until `stop`. */
const startLoad = (lines: readonly Line[], running: readonly JudgedInstance[]) => {
  const answers: Answer[] = [];
  let isOver = false;
  let turn = 0;
  const signIn = signIns(() => {
    const next = running[turn++ % running.length];
    if (!next) throw new Error('No instance runs');
    return next.instance;
  });
  const working = Promise.all(
    Array.from({ length: OPERATORS }, (_, n) => operate(n, lines, signIn, () => isOver, answers)),
  );
  return {
    answers,
    async stop() {
      isOver = true;
      await working;
    },
  };
};

/** Lets the operators work for a while; answers the number of applied updates. */
const work = async (pool: Pool, who: string): Promise<void> => {
  const before = (await one(pool, countApplied, [])).count;
  await sleep(PHASE_MS);
  print(`${who}: ${(await one(pool, countApplied, [])).count - before} updates applied`);
};

const startsOn = (ground: Ground, stack: AsyncDisposableStack) => {
  const { url, applicationUrl, nig, folder, keyFile } = ground;
  const common = {
    database: { url, applicationUrl },
    nigUrl: nig.url,
    nigTimeoutMs: NIG_TIMEOUT_MS,
  };
  const start = async (options: Partial<Parameters<typeof startServiceProcess>[0]>) =>
    judgeInstance(stack.use(await startServiceProcess({ ...common, ...options })));
  return {
    startOld: (root: string) => start({ root }),
    startNew: (name: string) =>
      start({ dataDir: join(folder, name), settings: { HISTORY_KEY_FILE: keyFile } }),
  };
};

/** The rolling upgrade under load. */
const upgrade = async (ground: Ground, root: string, stack: AsyncDisposableStack) => {
  const { pool } = ground;
  const { startOld, startNew } = startsOn(ground, stack);
  const old = [await startOld(root), await startOld(root)] as const;
  const [spare, ...lines] = await importLines(ground, root, 1 + LINES);
  if (!spare) throw new Error('There are no lines');
  const running: JudgedInstance[] = [...old];
  const load = startLoad(lines, running);
  stack.defer(load.stop);
  const retire = async (one: JudgedInstance) => {
    running.splice(running.indexOf(one), 1);
    one.instance.signal('SIGTERM');
    await one.instance.ended;
  };
  await work(pool, 'two instances of the previous release');
  const first = await startNew('new-1');
  print('an instance of this release has migrated the database');
  running.push(first);
  const before = [appliedBy(old), appliedBy([first])];
  await work(pool, 'with an instance of this release');
  const dualStackFaults = await dualStackFaultsBefore(first, spare);
  await retire(old[0]);
  const second = await startNew('new-2');
  running.push(second);
  await work(pool, 'one instance of the previous release, two of this');
  const both = [appliedBy(old) - (before[0] ?? 0), appliedBy([first, second])];
  await retire(old[1]);
  await work(pool, 'two instances of this release');
  await load.stop();
  dualStackFaults.push(...(await dualStackFaultsAfter(ground, first, spare)));
  return {
    old,
    recent: [first, second],
    lines: [spare, ...lines],
    answers: load.answers,
    both,
    dualStackFaults,
  };
};

const verifyHistory = async ({ url, folder, keyFile }: Ground): Promise<string[]> => {
  const file = fileURLToPath(new URL('../../src/commands/verify-history.ts', import.meta.url));
  const env = { DATABASE_URL: url, DATA_DIR: join(folder, 'new-1'), HISTORY_KEY_FILE: keyFile };
  const { code, out } = await runCommand(file, [], env);
  print(`verify-history: ${out.split('\n').at(-1)}`);
  return code === 0 ? [] : [`verify-history ended with ${code}:\n${out}`];
};

const checkLines = async (
  { pool, nig }: Ground,
  { lines, answers, recent }: Awaited<ReturnType<typeof upgrade>>,
): Promise<string[]> => {
  await nig.setFaults({ mode: 'none' });
  const areSettled = async () => (await one(pool, countUnsettled, [])).count === 0;
  await until('all updates are settled', areSettled);
  const client = recent[0]?.instance.operator;
  if (!client) return ['no instance of this release runs'];
  const faults: string[] = [];
  for (const line of lines)
    await checkLine({ db: pool, nig, client }, line, answers).catch((error) =>
      faults.push(`line ${line.lineId}: ${error instanceof Error ? error.message : error}`),
    );
  return faults;
};

const judge = async (
  ground: Ground,
  upgraded: Awaited<ReturnType<typeof upgrade>>,
): Promise<string[]> => {
  const [byOld = 0, byNew = 0] = upgraded.both;
  print(
    `updates of the previous release: ${statusesOf(upgraded.old)}; of this one: ${statusesOf(upgraded.recent)}`,
  );
  print(`while both ran, the previous release applied ${byOld} updates, this one ${byNew}`);
  const schemas = await instanceSchemas(ground.pool);
  const { newest } = buildSchemaRange();
  return [
    ...(Math.min(byOld, byNew) < FEWEST_APPLIED
      ? [`while both ran, a release applied fewer than ${FEWEST_APPLIED} updates`]
      : []),
    ...upgraded.dualStackFaults,
    ...upgraded.recent.flatMap(({ judgement }) => judgement.failures),
    ...(schemas.every((schema) => schema === newest) && schemas.length === 2
      ? []
      : [
          `registered are instances of the schemas ${schemas.join(', ')}, expected ${newest} twice`,
        ]),
    ...(await checkLines(ground, upgraded)),
    ...(await verifyHistory(ground)),
  ];
};

const instanceSchemas = async (pool: Pool): Promise<number[]> =>
  (await run(pool, selectSchemas, [])).map(({ schema }) => schema);

const main = async (): Promise<string[]> => {
  const root = await installPreviousRelease(print);
  // A start would do it and take longer than the operators wait.
  await buildPortalIfStale(print);
  await using stack = new AsyncDisposableStack();
  const ground = await prepareGround(stack);
  return await judge(ground, await upgrade(ground, root, stack));
};

const faults = await main().catch((error: Error) => [error.message]);
for (const fault of faults) print(fault);
print(
  faults.length === 0
    ? 'The upgrade test has passed'
    : `The upgrade test has failed: ${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
