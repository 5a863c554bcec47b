import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../service/test/support/until.ts';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { eventually } from './eventually.ts';
import { leaveStuck, operatorAt } from './operator.ts';
import { heldBy, setFaults } from './simulator.ts';

test('what the comparison of all lines found is there for a supervisor', async () => {
  await using desk = await deskOfItsOwn({ RECONCILE_EVERY_HOURS: '0.00001' });
  await using browser = await launchBrowser();
  await until('all lines were compared', async () =>
    (await (await fetch(`${desk.origin}/metrics`)).text()).includes(
      '\ncpe_desk_reconciled_seconds_ago ',
    ),
  );
  const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
  await page.getByRole('link', { name: 'Differences' }).click();
  const corpData = page.getByRole('region', { name: 'Corp data 0 open' });
  const line = corpData.getByRole('listitem').filter({ hasText: 'SL-000004' });
  await line.filter({ hasText: 'Repaired' }).waitFor();
  const inNig = page.getByRole('region', { name: 'NIG 0 open' });
  await inNig.getByText('No difference.').waitFor();
  assert.deepEqual(complaints, []);
});

test('an update that NIG cannot tell of waits for a supervisor, who sees what NIG holds and settles it', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '500', SETTLE_DEADLINE_MS: '1000' });
  await using browser = await launchBrowser();
  const operator = await operatorAt(desk, browser);
  await leaveStuck(desk, operator, 'ctt-000001', { 'IP address': '10.98.0.1' });
  assert.equal(await operator.page.getByRole('link', { name: 'Needs attention' }).count(), 0);

  const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
  await page.getByRole('link', { name: 'Needs attention' }).click();
  const update = page.getByRole('article', { name: 'CTT-2026-000001' });
  await update.filter({ hasText: '10.98.0.1' }).waitFor();
  await update.getByText('NIG did not give the outcome in time: NIG answered 501').waitFor();
  await update.getByText('This does not decide').waitFor();
  const calls = update.getByRole('listitem');
  await calls.filter({ hasText: 'Sent' }).filter({ hasText: 'No usable answer' }).waitFor();
  await update.getByText('Show the answer that no rule matched').first().click();
  await update.getByText('This NIG cannot be asked').first().waitFor();
  await update.getByRole('button', { name: 'Settle the update' }).click();
  await update.getByRole('alert').filter({ hasText: 'Choose the result' }).waitFor();
  await setFaults(desk.nigUrl);
  await update.getByRole('button', { name: 'Ask NIG again' }).click();
  await update.getByRole('status').filter({ hasText: 'NIG holds the new values' }).waitFor();
  await update.getByLabel(/^NIG did not accept it/).waitFor({ state: 'detached' });
  await update.getByLabel('NIG accepted it: apply the new values').check();
  await until('the reference that NIG gave is filled in', async () =>
    /^NIG-\d/.test(await update.getByLabel('NIG reference').inputValue()),
  );
  await update.getByLabel('Reason').fill('confirmed by the NIG desk');
  await update.getByRole('button', { name: 'Settle the update' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: 'the update on CTT-2026-000001 was applied' })
    .waitFor();
  await page.getByText('No update needs attention').waitFor();
  assert.deepEqual(complaints, []);

  const status = operator.page.getByRole('region', { name: 'CPE', exact: true });
  await status.filter({ hasText: '10.98.0.1' }).waitFor();
  await operator.page.getByRole('link', { name: 'Full history' }).click();
  await operator.page.getByText('Details and proof').first().click();
  await operator.page.getByText('confirmed by the NIG desk').first().waitFor();
  await operator.page.evaluate("window.dispatchEvent(new Event('focus'))");
  await until('the tab counts the notifications', async () =>
    (await operator.page.title()).startsWith('(2) '),
  );
  await operator.page.locator('summary', { hasText: 'Notifications' }).click();
  await operator.page
    .getByRole('link', { name: 'CTT-2026-000001: the update is applied, settled by Sofia' })
    .waitFor();
  await until('they are read', async () => !(await operator.page.title()).startsWith('('));
  assert.equal((await heldBy(desk.nigUrl, 'SL-000001')).ipAddress, '10.98.0.1');
});

test('two updates are settled by keyboard alone, the second against NIG’s answer', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '500', SETTLE_DEADLINE_MS: '1000' });
  await using browser = await launchBrowser();
  const operator = await operatorAt(desk, browser);
  for (const n of [1, 2]) {
    const values = { 'IP address': `10.98.0.${n + 2}` };
    await leaveStuck(desk, operator, `ctt-00000${n}`, values, 'drop-before-apply');
  }
  await setFaults(desk.nigUrl);

  const { page, complaints } = await operatorAt(desk, browser, /Sofia Supervisor/);
  const type = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
  await type('g', 'a');
  const first = page.getByRole('article', { name: /^CTT-2026-000001 Kedai/ });
  const second = page.getByRole('article', { name: /^CTT-2026-000002 / });
  await first.waitFor();
  await type('j');
  await second.waitFor();
  await type('k');
  await first.getByText('Recommended: keep the old values.').waitFor();
  await type('2');
  await page.getByLabel('Reason').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('NIG never got it');
  await type('Control+Enter');

  await second.getByText('Recommended: keep the old values.').waitFor();
  await second.getByRole('heading', { level: 2 }).and(page.locator(':focus')).waitFor();
  await type('1');
  await page.getByLabel('NIG reference').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('by phone');
  await type('Tab');
  await page.keyboard.type('NIG applies it by hand');
  await type('Control+Enter');
  await second.getByRole('alert').filter({ hasText: 'NIG’s answer says otherwise' }).waitFor();
  await type('Tab', 'Space', 'Control+Enter');
  await page.getByText('No update needs attention.').waitFor();
  assert.deepEqual(complaints, []);
});

test('a supervisor who rejects an update that NIG accepted is told why not, and settles it as accepted', async () => {
  await using desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '500', SETTLE_DEADLINE_MS: '1000' });
  await using browser = await launchBrowser();
  const operator = await operatorAt(desk, browser);
  await leaveStuck(desk, operator, 'ctt-000001', { 'IP address': '10.98.0.2' });

  const { page } = await operatorAt(desk, browser, /Sofia Supervisor/);
  await page.getByRole('link', { name: 'Needs attention' }).click();
  const update = page.getByRole('article', { name: 'CTT-2026-000001' });
  await update.getByText('NIG did not say what it holds for this line').waitFor();
  await setFaults(desk.nigUrl);
  await update.getByLabel('NIG did not accept it: keep the old values').check();
  await update.getByLabel('Reason').fill('it never arrived');
  await update.getByRole('button', { name: 'Settle the update' }).click();
  await update.getByText('NIG accepted this update, so it cannot be rejected').waitFor();
  await update.getByLabel(/^NIG did not accept it/).waitFor({ state: 'detached' });
  await update.getByLabel('NIG accepted it: apply the new values').check();
  await until('the reference that NIG gave is filled in', async () =>
    /^NIG-/.test(await update.getByLabel('NIG reference').inputValue()),
  );
  await eventually(() => update.getByLabel('Reason').inputValue(), 'it never arrived');
  await update.getByLabel('Reason').fill('NIG has it');
  await update.getByRole('button', { name: 'Settle the update' }).click();
  await page
    .getByRole('status')
    .filter({ hasText: 'the update on CTT-2026-000001 was applied' })
    .waitFor();
  assert.equal((await heldBy(desk.nigUrl, 'SL-000001')).ipAddress, '10.98.0.2');
});
