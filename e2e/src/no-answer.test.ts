import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from 'playwright-core';
import { portalOfItsOwn } from './portal.ts';
import { sentTo, setFaults } from './simulator.ts';

const { alert, another, desk, dialog, operator, page, press, region, says } = portalOfItsOwn();

const UPDATE = '**/ticket/ctt/cpe/update/*';

const updateButton = () => dialog().getByRole('button', { name: 'Send refresh to NIG' });
const sendRefresh = async (ticketId: string): Promise<void> => {
  await operator().open(ticketId);
  await press('Refresh CPE');
  await updateButton().click();
};

/** The request reaches the desk, its answer does not reach the page. */
const swallowAnswer = (route: Route): void => {
  void route.fetch().catch(() => {});
};

test('an update without an answer: the outcome is unknown, then the desk is asked, and NIG once', async () => {
  await page().route(UPDATE, swallowAnswer);
  await sendRefresh('ctt-000001');
  await dialog()
    .getByRole('status')
    .filter({ hasText: 'Waiting for the desk' })
    .waitFor({ state: 'attached' });
  await dialog().getByRole('heading', { name: 'The outcome is not known yet' }).waitFor();
  await alert().filter({ hasText: 'The desk did not answer within 20 s' }).waitFor();
  await alert().filter({ hasText: 'The outcome is unknown' }).waitFor();
  await page().unroute(UPDATE);
  await says('Refresh applied. NIG reference');
  assert.equal((await sentTo(desk().nigUrl, 'SL-000001')).length, 1);
});

test('an update that takes long can be left after 10 s, by button or Escape, and its result is shown', async () => {
  for (const [ticketId, leave] of [
    ['ctt-000002', () => press('Leave it running')],
    ['ctt-000003', () => page().keyboard.press('Escape')],
  ] as const) {
    let answer = () => {};
    await page().route(UPDATE, async (route) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await route.continue();
    });
    await sendRefresh(ticketId);
    await dialog().getByRole('button', { name: 'Cancel', disabled: true }).waitFor();
    await page().keyboard.press('Escape');
    await dialog().getByText('You can leave it running').waitFor();
    await leave();
    await dialog().waitFor({ state: 'hidden' });
    answer();
    await says('Refresh applied');
    await page().unroute(UPDATE);
  }
});

test('an update that was left running and is refused says so on the page', async () => {
  let answer = () => {};
  await page().route(UPDATE, async (route) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    await route.continue();
  });
  await sendRefresh('ctt-000004');
  await press('Leave it running');
  await setFaults(desk().nigUrl, { mode: 'reject' });
  answer();
  await region()
    .getByRole('status')
    .filter({ hasText: 'The update that you left running: NIG refused' })
    .waitFor();
  await region().getByRole('heading', { name: 'Ticket status' }).and(page().locator(':focus')).waitFor();
  await page().unroute(UPDATE);
});

test('an update that never left the browser is not sent after the operator has left', async () => {
  await page().route(UPDATE, () => {});
  await sendRefresh('ctt-000011');
  await dialog().getByRole('heading', { name: 'The outcome is not known yet' }).waitFor();
  await press('Close');
  await page().unroute(UPDATE);
  await region().getByRole('button', { name: 'Refresh CPE' }).waitFor();
  await page().waitForTimeout(5000);
  assert.equal((await sentTo(desk().nigUrl, 'SL-000011')).length, 0);
});

test('a reversal without an answer: it can be left, its outcome is unknown, and NIG is asked once', async () => {
  await operator().open('ctt-000022');
  await operator().review({ 'IP address': '10.99.0.91' });
  await press('Send correction to NIG');
  await says('Correction applied');
  const sofia = await another(/Sofia Supervisor/);
  const { page: history } = sofia;
  await history.route('**/revert', swallowAnswer);
  await history.goto(`${desk().origin}/tickets/ctt-000022/history`);
  await history.getByRole('button', { name: 'Revert this update' }).click();
  await history.getByRole('textbox', { name: 'Reason' }).fill('the wrong line');
  await history.getByRole('button', { name: 'Send the reversal to NIG' }).click();
  await history.getByRole('button', { name: 'Leave it running' }).click();
  await history.getByRole('alert').filter({ hasText: 'The outcome is unknown' }).waitFor();
  await history.unroute('**/revert');
  await history.getByRole('button', { name: 'Send the reversal to NIG' }).click();
  await history.getByRole('status').filter({ hasText: 'Reverted. NIG reference' }).waitFor();
  assert.equal((await sentTo(desk().nigUrl, 'SL-000022')).length, 2);
  await sofia.close();
});

test('a page that gets no answer says so and loads when the desk answers', async () => {
  await page().route('**/ticket/ctt/ctt-000012', () => {});
  await page().goto(`${desk().origin}/tickets/ctt-000012`);
  await page().getByRole('alert').filter({ hasText: 'The desk did not answer' }).first().waitFor();
  await page().unroute('**/ticket/ctt/ctt-000012');
  await region().waitFor();
});
