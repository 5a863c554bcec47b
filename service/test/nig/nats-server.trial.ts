import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { useDesk } from '../support/desk.ts';
import { bridgeToHttp, startNatsServer } from '../support/nats-server.ts';
import { untilEnd } from '../support/until-end.ts';
import { openNatsNig } from './nats-nigs.ts';
import { profileStorm, STORM_TIMES } from './profile-storm.ts';

/* The adapter `nats` with a real nats-server; .ci/test-on-nats installs it. */

test('a storm while nats-server is killed and restarted leaves every line equal', async (t) => {
  const desk = await useDesk(STORM_TIMES);
  const server = untilEnd(await startNatsServer());
  untilEnd(await bridgeToHttp(server.url, desk.nig.url));
  const nig = untilEnd(
    await openNatsNig(server.url, { NIG_TIMEOUT_MS: String(STORM_TIMES.nigTimeoutMs) }),
  );
  let kills = 0;
  let isOver = false;
  const killing = (async () => {
    while (!isOver) {
      await sleep(700);
      await server.kill();
      kills++;
      await sleep(100);
      await server.start();
    }
  })();
  const { sent, outcomes } = await profileStorm(desk, nig).finally(() => {
    isOver = true;
  });
  await killing;
  t.diagnostic(`${sent} requests, ${kills} kills: ${JSON.stringify(outcomes)}; 0 violations`);
  assert.ok(kills > 0);
});
