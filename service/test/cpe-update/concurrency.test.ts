import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Cpe, ticketSchema } from '@cpe-desk/contract';
import * as z from 'zod';
import { assertSettled } from '../support/invariants.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine } from '../support/test-line.ts';

let desk: TestDesk;
let beside: TestDesk;
/** The same operator at two instances. */
let clients: [Client, Client];

before(async () => {
  desk = await startTestDesk();
  beside = await startTestDesk({ beside: desk });
  clients = [await desk.as('demo-operator'), await beside.as('demo-supervisor')];
});
after(async () => {
  await beside[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

const codeOf = (body: unknown): string =>
  z.object({ code: z.string() }).safeParse(body).data?.code ?? 'applied';

const race = async (requests: { id: string; changes: Partial<Cpe> }[]) => {
  const bodies = await Promise.all(requests.map(({ id, changes }) => updateBody(clients[0], id, changes)));
  const answers = await Promise.all(
    requests.map(({ id }, n) =>
      (clients[n % 2] ?? clients[0]).post(`/ticket/ctt/cpe/update/${id}`, bodies[n]),
    ),
  );
  return answers.map(({ body }) => codeOf(body));
};

test('two operators confirm on one line at once: one proceeds, nothing of the other is lost unseen', async () => {
  const { id } = await addTestLine(desk.db);
  for (let round = 0; round < 25; round++) {
    const wishes = [0, 1, 2, 3].map((n) => ({ id, changes: { ipAddress: `10.83.${round}.${n + 1}` } }));
    const codes = await race(wishes);
    const applied = codes.filter((code) => code === 'applied').length;
    assert.equal(applied, 1, codes.join());
    for (const code of codes) assert.ok(['applied', 'update-in-progress', 'stale-cpe'].includes(code), code);
    const cpe = await assertSettled(desk, clients[0], id);
    assert.equal(cpe.ipAddress, wishes[codes.indexOf('applied')]?.changes.ipAddress);
  }
  const { cpe } = ticketSchema.parse((await clients[0].get(`/ticket/ctt/${id}`)).body);
  assert.equal(cpe?.version, 26);
});

test('two lines want the same values at once: one gets them, the other is told that they are in use', async () => {
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

test('two lines swap their values against each other’s at once: no deadlock, and no value on both', async () => {
  for (let round = 0; round < 15; round++) {
    const lines = [await addTestLine(desk.db), await addTestLine(desk.db)];
    const cpes = await Promise.all(
      lines.map(async ({ id }) => (await updateBody(clients[0], id, {})).current),
    );
    const codes = await race(
      lines.map(({ id }, n) => ({
        id,
        changes: { ipAddress: cpes[1 - n]?.ipAddress ?? '', macAddress: cpes[1 - n]?.macAddress ?? null },
      })),
    );
    for (const code of codes) assert.equal(code, 'value-in-use');
    for (const { id } of lines) await assertSettled(desk, clients[0], id);
  }
});
