import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { openCircuit, operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

test('nig-unavailable: nothing was sent, and a further try waits as long as the service asks for', async () => {
  // Nobody listens on the discard port.
  await using desk = await deskOfItsOwn({ NIG_URL: 'http://127.0.0.1:9' });
  const browser = await launchBrowser();
  try {
    const { page, sendRefresh } = await operatorAt(desk, browser);
    await sendRefresh('ctt-000001');
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.filter({ hasText: 'NIG could not be reached' }).waitFor();
    const again = page.getByRole('button', { name: 'Try again' });
    await page.getByText(/^in [1-5] s$/).waitFor();
    await page.getByRole('button', { name: 'Try again', disabled: true }).waitFor();
    await page.getByRole('button', { name: 'Try again', disabled: false }).waitFor();
    await again.click();
    await alert.filter({ hasText: 'NIG could not be reached' }).waitFor();
  } finally {
    await browser.close();
  }
});

test('NIG does not answer: the page says so before anybody types, and that it is back', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '300' });
  const browser = await launchBrowser();
  try {
    const operator = await operatorAt(desk, browser);
    const { page } = operator;
    const notice = await openCircuit(desk, operator);
    await setFaults(desk.nigUrl);
    // The circuit lets one update try after a while; the page notices it.
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Refresh CPE' }).click();
    await page.getByRole('button', { name: 'Apply to NIG' }).click();
    await page.getByRole('status').filter({ hasText: 'Refresh applied' }).waitFor();
  } finally {
    await browser.close();
  }
});
