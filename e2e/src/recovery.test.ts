import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { openCircuit, operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

test('NIG does not answer: the page says so before anybody types, and that it is back; then the network goes', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '300' });
  await using browser = await launchBrowser();
  const operator = await operatorAt(desk, browser);
  const { page } = operator;
  const notice = await openCircuit(desk, operator);
  // One failed reload does not end the checks whether NIG is available again.
  await page.route('**/ticket/ctt/ctt-000020', (route) => route.fulfill({ status: 503 }));
  await page.getByRole('alert').filter({ hasText: 'could not be read' }).waitFor();
  await page.unroute('**/ticket/ctt/ctt-000020');
  await setFaults(desk.nigUrl);
  // The circuit lets one update try after a while; the page notices it.
  await notice.waitFor({ state: 'hidden' });
  await page.getByRole('alert').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Refresh CPE' }).click();
  await page.getByRole('button', { name: 'Apply to NIG' }).click();
  await operator.applied('Refresh');

  // A ticket that is opened offline is shown when the network is back: its scripts are there.
  await page.getByRole('link', { name: 'Tickets' }).first().click();
  const link = page.getByRole('link', { name: 'CTT-2026-000002' });
  await link.waitFor();
  await page.context().setOffline(true);
  await link.click();
  await page
    .getByRole('alert')
    .filter({ hasText: /can ?not be reached/ })
    .first()
    .waitFor();
  await page.context().setOffline(false);
  await page.getByRole('region', { name: 'CPE', exact: true }).waitFor();
});
