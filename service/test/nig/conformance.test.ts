import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openNig as openAdapter } from '../../src/nig/adapters/open-nig.ts';
import { excusesOf, openSuite, SILENT } from '../../src/nig/conformance/open-suite.ts';
import { runSuite } from '../../src/nig/conformance/run-suite.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { freePort } from '../support/free-port.ts';
import { openNig } from '../support/ground.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilEnd } from '../support/until-end.ts';
import { type Lie, lyingNig, TOKEN } from './lying-nig.ts';
import { profileNames, simulatedProfiles } from './mapped-nigs.ts';
import { settingsOf } from './nig-settings-of.ts';

const COMMAND = fileURLToPath(new URL('../../src/commands/nig-conformance.ts', import.meta.url));
const simulator = await openNig(untilEnd(new AsyncDisposableStack()));
afterEach(() => simulator.setFaults());
const folder = untilEnd(await tempFolder());

const conformance = (environment: Record<string, string>, ...options: string[]) =>
  runProgram(COMMAND, ['--line', 'SL-CONFORMANCE', ...options], {
    ...process.env,
    ...{ NIG_TIMEOUT_MS: '700', ...environment },
  });

/** The verdicts of the suite, by promise. */
const verdictsOf = async (environment: Record<string, string>, lineId: string) => {
  const settings = settingsOf({ NIG_TIMEOUT_MS: '600', ...environment });
  const url = settings.NIG_URL ?? '';
  await using nig = asyncDisposable(await openAdapter(settings, url, SILENT));
  const suite = openSuite(settings, url, nig, { lineId, canWrite: true });
  const verdicts = await runSuite(suite, await excusesOf(settings), () => {});
  const those = (wanted: string) =>
    verdicts.filter(({ verdict }) => verdict === wanted).map(({ promise }) => promise);
  return { broken: those('broken'), cannot: those('cannot'), said: JSON.stringify(verdicts) };
};

const withoutLatency = (promises: number[]) => promises.filter((promise) => promise !== 10);

const asyncDisposable = (nig: Nig) => ({ ...nig, [Symbol.asyncDispose]: () => nig.close() });

const simulated: [name: string, environment: Record<string, string>, cannot: number[]][] = [
  ['http', { NIG_URL: simulator.url }, [3, 9]],
  ['nats', { NIG_ADAPTER: 'nats', NIG_URL: simulator.natsUrl }, [3, 9]],
  ...profileNames.map((profile): [string, Record<string, string>, number[]] => [
    profile,
    {
      ...{ NIG_ADAPTER: 'mapped-http', NIG_PROFILE: profile },
      NIG_URL: simulator.url + simulatedProfiles[profile],
    },
    // What the profile says itself, and a lost 202.
    /640|702/.test(profile) ? [2, 5, 9] : [2, 9],
  ]),
];

test('a NIG keeps its promises in each protocol', { concurrency: true }, async (t) => {
  await simulator.setFaults({ latencyMs: 20 });
  const judge = ([name, environment, cannot]: (typeof simulated)[number]) =>
    t.test(name, async () => {
      const verdicts = await verdictsOf(environment, `SL-${name}`);
      // A busy machine breaks promise 10, the latency.
      assert.deepEqual(withoutLatency(verdicts.broken), [], verdicts.said);
      // A fast or slow machine may not be able to break a connection in time.
      const left = verdicts.cannot.filter((promise) => promise !== 4);
      assert.deepEqual(left, cannot, verdicts.said);
    });
  await Promise.all(simulated.map(judge));
});

test('the suite names the promise that a NIG breaks', { concurrency: true }, async (t) => {
  const judge = (lie: Lie) =>
    t.test(lie === 0 ? 'none' : `promise ${lie}`, async () => {
      await using nig = await lyingNig(lie);
      const environment = { NIG_URL: nig.url, NIG_AUTH: 'bearer', NIG_TOKEN: TOKEN };
      const { broken, cannot, said } = await verdictsOf(environment, 'SL-1');
      const found = lie === 10 ? broken : withoutLatency(broken);
      assert.deepEqual(found, lie === 0 ? [] : [lie], said);
      if (lie === 0) assert.deepEqual(cannot, [], said);
    });
  const lies: Lie[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  await Promise.all(lies.map(judge));
});

test('without --write nothing is sent; the report is a file', async () => {
  await simulator.forgetLog();
  const json = join(folder.path, 'report.json');
  const { code, out } = await conformance({ NIG_URL: simulator.url }, '--json', json);
  assert.equal(code, 0, out);
  assert.ok((await simulator.log()).every(({ method }) => method === 'GET'));
  const report = z
    .looseObject({ adapter: z.string(), verdicts: z.array(z.looseObject({ verdict: z.string() })) })
    .parse(JSON.parse(await readFile(json, 'utf8')));
  assert.deepEqual([report.adapter, report.verdicts.length], ['http', 10]);
});

test('a NIG that does not answer, or wrong settings, are exit code 2', async () => {
  const away = await conformance({ NIG_URL: `http://127.0.0.1:${await freePort()}` });
  assert.equal(away.code, 2);
  assert.match(away.err, /^NIG does not answer at /);
  const wrong = await conformance({ NIG_ADAPTER: 'mapped-http' });
  assert.deepEqual([wrong.code, /^NIG_PROFILE: /.test(wrong.err)], [2, true]);
});
