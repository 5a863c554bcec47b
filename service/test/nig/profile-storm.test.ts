import { test } from 'node:test';
import { httpNig } from '../../src/nig/http-nig.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { useDesk } from '../support/desk.ts';
import { untilEnd } from '../support/until-end.ts';
import { openMappedNig, profileNames, simulatedProfiles } from './mapped-nigs.ts';
import { openNatsNig } from './nats-nigs.ts';
import { isLong, profileStorm, STORM_TIMES } from './profile-storm.ts';

/* A storm through each adapter and profile: NIG and its answers fail in every way. */

const desk = await useDesk(STORM_TIMES);
const times = { NIG_TIMEOUT_MS: String(STORM_TIMES.nigTimeoutMs) };

const adapters: [name: string, open: () => Promise<Nig & AsyncDisposable>][] = [
  [
    'http',
    async () => {
      const nig = httpNig({ url: desk.nig.url, timeoutMs: STORM_TIMES.nigTimeoutMs });
      return { ...nig, [Symbol.asyncDispose]: () => nig.close() };
    },
  ],
  ...profileNames.map((profile): [string, () => Promise<Nig & AsyncDisposable>] => [
    profile,
    () => openMappedNig(profile, desk.nig.url + simulatedProfiles[profile], times),
  ]),
  ['nats', () => openNatsNig(desk.nig.natsUrl, times)],
];

/** What the short form leaves out: others of the same kind are in it. */
const LONG_ONLY = ['http', 'tmf639', 'tmf702'];

for (const [name, open] of adapters.filter(([each]) => isLong || !LONG_ONLY.includes(each)))
  test(`${name}: a storm leaves every line equal in desk and NIG, and every answer true`, async (t) => {
    const { sent, outcomes } = await profileStorm(desk, untilEnd(await open()));
    t.diagnostic(`${sent} requests: ${JSON.stringify(outcomes)}; 0 violations`);
  });
