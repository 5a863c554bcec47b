import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { openCircuit, operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

test('one failed reload does not end the checks whether NIG is available again', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '300' });
  const browser = await launchBrowser();
  try {
    const operator = await operatorAt(desk, browser);
    const { page } = operator;
    const notice = await openCircuit(desk, operator);
    await page.route('**/ticket/ctt/ctt-000020', (route) => route.fulfill({ status: 503 }));
    await page.getByRole('alert').filter({ hasText: 'could not be read' }).waitFor();
    await page.unroute('**/ticket/ctt/ctt-000020');
    await setFaults(desk.nigUrl);
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  } finally {
    await browser.close();
  }
});

test('a ticket that was opened offline is shown when the network is back', async () => {
  await using desk = await deskOfItsOwn();
  const browser = await launchBrowser();
  try {
    const { page, open } = await operatorAt(desk, browser);
    // The scripts of the ticket page are there.
    await open('ctt-000001');
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
  } finally {
    await browser.close();
  }
});
