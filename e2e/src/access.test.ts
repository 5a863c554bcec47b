import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { eventually } from './eventually.ts';
import { operatorAt } from './operator.ts';

test('an admin creates and revokes API tokens, ends sessions, and sees who has no role', async () => {
  await using desk = await deskOfItsOwn();
  await using browser = await launchBrowser();
  const admin = await operatorAt(desk, browser, /Adam Admin/);
  const { page } = admin;
  const statusOf = async (token: string) =>
    (
      await fetch(`${desk.origin}/ticket/ctt/ctt-000001`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;

  await page.getByRole('link', { name: 'API tokens' }).click();
  await page.getByRole('heading', { name: 'API tokens' }).waitFor();
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByText('Give a name and at least one role.').waitFor();
  assert.equal(await page.getByRole('checkbox', { name: 'Admin' }).count(), 0);
  await page.getByLabel('Name of the program').fill('Billing sync');
  await page.getByRole('checkbox', { name: 'Reviewer' }).check();
  for (const group of await page
    .getByRole('group', { name: 'Segment groups' })
    .getByRole('checkbox')
    .all())
    await group.check();
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByText('Created the token of Billing sync.').waitFor();
  const token = (await page.locator('.token-text').textContent())?.trim() ?? '';
  assert.match(token, /^cpd_[0-9A-Za-z]{49}$/);
  assert.equal(await statusOf(token), 200);
  await page.getByRole('button', { name: 'Revoke Billing sync' }).click();
  const revoking = page.getByRole('dialog', { name: 'Revoke the token of Billing sync?' });
  await revoking.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('cell', { name: /^Revoked/ }).waitFor();
  await eventually(() => statusOf(token), 401);
  assert.equal(await page.getByText(token).count(), 0);

  const operator = await operatorAt(desk, browser);
  await page.getByRole('link', { name: 'Sessions' }).click();
  await page.getByRole('row', { name: /Adam Admin.*This browser/ }).waitFor();
  await page.getByRole('button', { name: 'End session Olivia Operator' }).click();
  const ending = page.getByRole('dialog', { name: 'End the session of Olivia Operator?' });
  await ending.getByRole('button', { name: 'End session' }).click();
  await page.getByText('Ended the session of Olivia Operator.').waitFor();
  await operator.page.reload();
  await operator.page.getByRole('link', { name: 'Sign in' }).waitFor();

  await operator.page.goto(`${desk.origin}/?sign-in-failed=no-role`);
  await operator.page.getByRole('heading', { name: 'No role for you here' }).waitFor();
  const again = operator.page.getByRole('link', { name: 'Sign in as someone else' });
  assert.match((await again.getAttribute('href')) ?? '', /asksAgain=true/);
  assert.deepEqual([...admin.complaints], []);
});
