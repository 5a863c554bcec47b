import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { operatorAt } from './operator.ts';

const REASON = 'NIG is being replaced';

test('a supervisor holds all updates: everybody sees why, no update goes out, and a release lets them', async () => {
  await using desk = await deskOfItsOwn();
  await using browser = await launchBrowser();
  const supervisor = await operatorAt(desk, browser, /Sofia Supervisor/);
  await supervisor.openMenu('Signed in as');
  await supervisor.page.getByRole('button', { name: 'Hold all updates' }).click();
  const dialog = supervisor.page.getByRole('dialog', { name: 'Hold all CPE updates' });
  await dialog.getByRole('button', { name: 'Hold updates' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'Give the reason' }).waitFor();
  await dialog.getByLabel('Reason').fill(REASON);
  await dialog.getByRole('button', { name: 'Hold updates' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await supervisor.page.locator('summary:focus').filter({ hasText: 'Sofia Supervisor' }).waitFor();
  const banner = (page: typeof supervisor.page) =>
    page.getByRole('status').filter({ hasText: 'Sofia Supervisor holds all CPE updates since' });
  await banner(supervisor.page).filter({ hasText: REASON }).waitFor();

  const operator = await operatorAt(desk, browser);
  await operator.open('ctt-000001');
  await banner(operator.page).filter({ hasText: REASON }).waitFor();
  assert.equal(await operator.page.getByRole('button', { name: 'Release the hold' }).count(), 0);
  await operator.review({ 'IP address': '10.98.0.9' });
  await operator.page.getByRole('button', { name: 'Apply to NIG' }).click();
  await operator.page.getByRole('alert').filter({ hasText: 'Updates are held' }).waitFor();

  await supervisor.page.getByRole('button', { name: 'Release the hold' }).click();
  await banner(supervisor.page).waitFor({ state: 'detached' });
  await operator.page.getByRole('button', { name: 'Try again' }).click();
  const region = operator.page.getByRole('region', { name: 'CPE', exact: true });
  await region.filter({ hasText: '10.98.0.9' }).waitFor();
  await operator.page.evaluate("window.dispatchEvent(new Event('focus'))");
  await banner(operator.page).waitFor({ state: 'detached' });
  assert.deepEqual([...operator.complaints, ...supervisor.complaints], []);
});
