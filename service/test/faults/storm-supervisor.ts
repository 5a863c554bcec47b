import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  attentionListSchema,
  type CpeUpdate,
  cpeUpdateSchema,
  nigViewSchema,
  referenceByNig,
} from '@cpe-desk/contract';
import type { Client } from '../support/client.ts';
import type { signIns } from './storm-operators.ts';

const EVERY_MS = 250;

type Add = (what: string) => void;

/** Settles an update with NIG's answer; a rejection of an accepted update must be refused. */
const settleByNig = async (client: Client, { updateId }: CpeUpdate, add: Add): Promise<void> => {
  const path = `/ticket/ctt/cpe/updates/${updateId}`;
  const nig = await client.get(`${path}/nig`);
  if (nig.status !== 200) return;
  const { update: said } = nigViewSchema.parse(nig.body);
  if (said === 'unknown') return;
  const rejection = await client.post(`${path}/settle`, {
    outcome: 'rejected',
    reason: 'the storm',
  });
  if (said !== 'accepted')
    return rejection.status === 200 ? add('settled by hand as rejected') : undefined;
  // Only a refusal, or no answer while the database is away, keeps the promise.
  assert.notEqual(rejection.status, 200, `${updateId} was rejected although NIG accepted it`);
  if (rejection.status === 409) add('rejections of accepted updates refused');
  const now = await client.get(path);
  if (now.status !== 200) return;
  const nigReference = referenceByNig(cpeUpdateSchema.parse(now.body)) ?? 'BY-PHONE';
  const acceptance = { outcome: 'accepted', nigReference, reason: 'the storm' };
  if ((await client.post(`${path}/settle`, acceptance)).status === 200)
    add('settled by hand as accepted');
};

/**
 * A supervisor who settles what needs a person until the time is over; throws at a broken promise.
 */
export const supervise = async (
  signIn: ReturnType<typeof signIns>,
  isOver: () => boolean,
  add: Add,
): Promise<void> => {
  while (!isOver()) {
    await sleep(EVERY_MS);
    let signOut = () => {};
    try {
      const session = signIn();
      signOut = session.signOut;
      const list = await session.client.get('/ticket/ctt/cpe/attention');
      if (list.status === 401) signOut();
      if (list.status !== 200) continue;
      for (const update of attentionListSchema.parse(list.body).items) {
        assert.ok(
          update.attention?.reason,
          `${update.updateId} needs a person and does not say why`,
        );
        await settleByNig(session.client, update, add);
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      // Expected: the instance was killed, or its database does not answer.
      signOut();
    }
  }
};
