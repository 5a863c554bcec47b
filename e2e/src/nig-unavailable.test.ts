import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { operatorAt } from './operator.ts';

test('nig-unavailable: nothing was sent, and a further try waits as long as the service asks for', async () => {
  // Nobody listens on the discard port.
  await using desk = await deskOfItsOwn({ NIG_URL: 'http://127.0.0.1:9' });
  await using browser = await launchBrowser();
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
});
