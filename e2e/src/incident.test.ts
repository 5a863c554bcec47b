import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Cpe, withoutVersion } from '@cpe-desk/contract';
import { until } from '../../service/test/support/until.ts';
import { launchBrowser } from './browser.ts';
import { clientOf } from './client.ts';
import { type DeskPlace, newPlace, type RunningDesk, startDesk } from './desk.ts';
import { operatorAt } from './operator.ts';
import { heldBy, holdInNig, setFaults } from './simulator.ts';

const SETTINGS = { NIG_TIMEOUT_MS: '500', SETTLE_DEADLINE_MS: '1000' };

type PickedTicket = { id: string; lineId: string; cpe: Cpe };

/** Editable tickets of three lines. */
const pickTickets = async ({ origin }: RunningDesk): Promise<PickedTicket[]> => {
  const client = clientOf(origin, 'demo-operator');
  const query = { editable: 'true', limit: 50 } as const;
  const list = (await client.GET('/ticket/ctt', { params: { query } })).data;
  const picked = new Map<string, PickedTicket>();
  for (const { id } of list?.items ?? []) {
    const { data } = await client.GET('/ticket/ctt/{id}', { params: { path: { id } } });
    if (!data?.cpe) continue;
    const { serviceLine, cpe } = data;
    picked.set(serviceLine.id, { id, lineId: serviceLine.id, cpe: withoutVersion(cpe) });
    if (picked.size === 3) break;
  }
  return [...picked.values()];
};

/** As after a failover while the desk was killed: nobody can prove that nothing is missing. */
const forgetDatabase = async ({ dataDir }: DeskPlace): Promise<void> => {
  const file = join(dataDir, 'database-seen.json');
  const mark = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...mark, database: 'another/1', isComplete: false }));
};

test('after the database may have lost updates, people see it, overwrite NIG and repair lines', async () => {
  await using place = await newPlace();
  await using first = await startDesk(place, SETTINGS);
  const [stuck, overwritten, repaired] = await pickTickets(first);
  assert.ok(stuck && overwritten && repaired);
  // A line that waits for a person is not compared: the incident stays open.
  await setFaults(first.nigUrl, { mode: 'drop-after-apply', lookup: false });
  const client = clientOf(first.origin, 'demo-operator');
  const params = { path: { id: stuck.id } };
  const body = { current: stuck.cpe, new: stuck.cpe };
  await client.POST('/ticket/ctt/cpe/update/{id}', { params, body });
  await until('the update waits for a person', async () => {
    const { data } = await client.GET('/ticket/ctt/{id}', { params });
    return data?.unsettledUpdate?.state === 'needs-attention';
  });
  await setFaults(first.nigUrl);
  await holdInNig(first.nigUrl, overwritten.lineId, { ...overwritten.cpe, ipAddress: '10.97.0.1' });
  await holdInNig(first.nigUrl, repaired.lineId, { ...repaired.cpe, ipAddress: '10.97.0.2' });
  await first.stop();
  await forgetDatabase(place);
  await using desk = await startDesk(place, SETTINGS);
  await using browser = await launchBrowser();
  const operator = await operatorAt(desk, browser);
  await operator.page.getByText('The database may have lost updates').waitFor();
  await operator.open(overwritten.id);
  await operator.page.getByRole('button', { name: 'Refresh CPE' }).click();
  const dialog = operator.page.getByRole('dialog');
  await dialog.getByText('IP address: NIG holds 10.97.0.1').waitFor();
  await dialog.getByRole('button', { name: 'Overwrite NIG' }).click();
  await dialog.getByRole('button', { name: 'Apply to NIG' }).click();
  await operator.applied('Refresh');
  assert.equal(
    (await heldBy(desk.nigUrl, overwritten.lineId)).ipAddress,
    overwritten.cpe.ipAddress,
  );
  assert.deepEqual(operator.complaints, []);

  const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
  await until('the difference is found', async () => {
    const text = await (await fetch(`${desk.origin}/metrics`)).text();
    return /^cpe_desk_drift_lines [1-9]/m.test(text);
  });
  await page.getByRole('link', { name: 'Differences' }).click();
  const drift = page.getByRole('region', { name: /^NIG/ });
  await drift.getByLabel(`Repair ${repaired.lineId}`).check();
  await drift.getByRole('button', { name: 'Repair 1 line' }).click();
  await drift.getByRole('alert').filter({ hasText: 'Choose which values are right' }).waitFor();
  await drift.getByLabel('NIG’s values: the desk takes them').check();
  await drift.getByLabel('Reason').fill('checked by phone');
  await drift.getByRole('button', { name: 'Repair 1 line' }).click();
  await drift.getByText(`${repaired.lineId}: repaired`).waitFor();
  await page.goto(`${desk.origin}/tickets/${repaired.id}`);
  await page.getByRole('link', { name: 'Full history' }).click();
  await page.getByText('Details and proof').first().click();
  await page.getByText('The desk took over what NIG held').first().waitFor();
  assert.deepEqual(complaints, []);
});
