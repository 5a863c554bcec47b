import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cpe } from '@cpe-desk/contract';
import * as z from 'zod';
import { useDesk } from '../support/desk.ts';
import { assertSettled } from '../support/invariants.ts';
import { addTestLine } from '../support/test-line.ts';
import { postUpdate, readTicket, updateBody } from '../support/updates.ts';

const desk = await useDesk();
const beside = await useDesk({ beside: desk });
/** Two people at two instances. */
const clients = [desk.operator, beside.supervisor] as const;

const codeOf = (body: unknown): string =>
  z.object({ code: z.string() }).safeParse(body).data?.code ?? 'applied';

const race = async (requests: { id: string; changes: Partial<Cpe> }[]) => {
  const bodies = await Promise.all(
    requests.map(({ id, changes }) => updateBody(clients[0], id, changes)),
  );
  const answers = await Promise.all(
    requests.map(({ id }, n) => postUpdate(clients[n % 2] ?? clients[0], id, bodies[n])),
  );
  return answers.map(({ body }) => codeOf(body));
};

test('of updates of one line at the same time one is applied, and the others are refused', async () => {
  const { id } = await addTestLine(desk.db);
  for (let round = 0; round < 25; round++) {
    const wishes = [0, 1, 2, 3].map((n) => ({
      id,
      changes: { ipAddress: `10.83.${round}.${n + 1}` },
    }));
    const codes = await race(wishes);
    const applied = codes.filter((code) => code === 'applied').length;
    assert.equal(applied, 1, codes.join());
    for (const code of codes)
      assert.ok(['applied', 'update-in-progress', 'stale-cpe'].includes(code), code);
    const cpe = await assertSettled(desk, clients[0], id);
    assert.equal(cpe.ipAddress, wishes[codes.indexOf('applied')]?.changes.ipAddress);
  }
  const { cpe } = await readTicket(clients[0], id);
  assert.equal(cpe?.version, 26);
});

test('of two lines that claim the same values at the same time one gets them', async () => {
  for (let round = 0; round < 25; round++) {
    const lines = [await addTestLine(desk.db), await addTestLine(desk.db)];
    const changes = {
      ipAddress: `10.84.0.${round + 1}`,
      port: `1/3/3:${round}`,
      macAddress: `02:84:00:00:00:${round.toString(16).padStart(2, '0')}`,
    };
    const codes = await race(lines.map(({ id }) => ({ id, changes })));
    assert.deepEqual(codes.toSorted(), ['applied', 'value-in-use']);
    for (const { id } of lines) await assertSettled(desk, clients[0], id);
  }
});

test('two lines that claim each other’s values are refused without a deadlock', async () => {
  for (let round = 0; round < 15; round++) {
    const lines = [await addTestLine(desk.db), await addTestLine(desk.db)];
    const cpes = await Promise.all(
      lines.map(async ({ id }) => (await updateBody(clients[0], id)).current),
    );
    const codes = await race(
      lines.map(({ id }, n) => ({
        id,
        changes: {
          ipAddress: cpes[1 - n]?.ipAddress ?? '',
          macAddress: cpes[1 - n]?.macAddress ?? null,
        },
      })),
    );
    for (const code of codes) assert.equal(code, 'value-in-use');
    for (const { id } of lines) await assertSettled(desk, clients[0], id);
  }
});
