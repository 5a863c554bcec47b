import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';

const { dialog, holds, operator, page } = portalOfItsOwn();

/** What has the focus, as a screen reader names it. */
const focused = () =>
  page().evaluate('document.activeElement.id || document.activeElement.textContent.trim()');

const tabTo = async (name: string): Promise<void> => {
  for (let steps = 0; steps < 40; steps += 1) {
    if ((await focused()) === name) return;
    await page().keyboard.press('Tab');
  }
  assert.fail(`40 times Tab do not lead to ${name}, but to ${await focused()}`);
};

test('the main path without a mouse: find the ticket, correct the CPE, confirm it, hear that it was applied', async () => {
  const { keyboard } = page();
  await page().goto(`${new URL(page().url()).origin}/tickets`);
  await page().getByRole('row').nth(5).waitFor();
  await keyboard.press('/');
  await keyboard.type('CTT-2026-000002');
  await eventually(() => page().getByRole('row').count(), 2);
  await page().getByRole('heading', { name: 'Tickets' }).focus();
  await keyboard.press('j');
  await keyboard.press('Enter');
  await operatorsPage();
  await keyboard.press('e');
  await eventually(focused, 'cpe-manufacturer');
  await tabTo('cpe-ipAddress');
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('10.99.6.1');
  await keyboard.press('ControlOrMeta+Enter');
  await dialog()
    .getByRole('heading', { name: /^Correction on CTT-/ })
    .waitFor();
  await eventually(focused, 'update-heading');
  await tabTo('update-reason');
  await keyboard.type('By keyboard');
  await keyboard.press('ControlOrMeta+Enter');
  await dialog().getByRole('heading', { name: 'Correction applied' }).waitFor();
  await keyboard.press('Escape');
  await eventually(async () => String(await focused()).startsWith('Correction applied'), true);
  assert.deepEqual(operator().complaints, []);
});

const operatorsPage = () => page().getByRole('region', { name: 'CPE', exact: true }).waitFor();

test('Escape leaves the dialog, then the form; both come back', async () => {
  const { keyboard } = page();
  await operator().open('ctt-000002');
  await operator().review({ 'IP address': '10.99.6.2' });
  await dialog()
    .getByRole('heading', { name: /^Correction on CTT-/ })
    .waitFor();
  await keyboard.press('Escape');
  await dialog().waitFor({ state: 'hidden' });
  await eventually(async () => String(await focused()).startsWith('Review changes'), true);
  await holds('IP address', '10.99.6.2');
  // Another Escape leaves the form, which can be undone.
  await keyboard.press('Escape');
  await page().getByRole('button', { name: 'Undo' }).click();
  await holds('IP address', '10.99.6.2');
});
