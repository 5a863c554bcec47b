import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { type DeskPlace, newPlace, startDesk } from './desk.ts';
import { operatorAt } from './operator.ts';
import { heldBy, holdInNig } from './simulator.ts';

/** A line of which NIG holds another address: the comparison at the next start finds it. */
const makeDrift = async (place: DeskPlace, browser: Awaited<ReturnType<typeof launchBrowser>>) => {
  await using desk = await startDesk(place);
  const operator = await operatorAt(desk, browser);
  await operator.sendRefresh('ctt-000001');
  await operator.applied('Refresh');
  const cpe = await heldBy(desk.nigUrl, 'SL-000001');
  await holdInNig(desk.nigUrl, 'SL-000001', { ...cpe, ipAddress: '10.97.1.1' });
  await operator.close();
};

test('a supervisor repairs a line with NIG’s values, and sees the result in spite of failed reads', async () => {
  await using place = await newPlace();
  await using browser = await launchBrowser();
  await makeDrift(place, browser);
  await using desk = await startDesk(place, { RECONCILE_EVERY_HOURS: '0.00001' });
  const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
  const drift = page.getByRole('region', { name: /^NIG/ });
  await page.getByRole('link', { name: 'Differences' }).click();
  await drift.getByLabel('NIG’s values: the desk takes them').check();
  await drift.getByLabel('Reason').fill('checked by phone');
  // How often it reads after a failure: portal/src/app/shell/follower.test.ts.
  await page.route('**/drift/repair/*', (route) => route.fulfill({ status: 503 }), { times: 2 });
  await drift.getByLabel('Repair SL-000001').check();
  await drift.getByRole('button', { name: 'Repair 1 line' }).click();
  await drift.getByText('SL-000001: repaired').waitFor();
  assert.deepEqual(complaints, []);
});
