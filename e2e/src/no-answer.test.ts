import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { clockOf } from './page-clock.ts';
import { portalOfItsOwn, UPDATE } from './portal.ts';
import { sentTo, setFaults } from './simulator.ts';

/** A request without an answer is given up after so long, s. */
const DEADLINE_S = 20;
/** An update may be left after so long, s. */
const LEAVE_AFTER_S = 10;

let pass: (seconds: number) => Promise<void>;
const prepare = async (): Promise<void> => {
  pass = (await clockOf(page())).pass;
};

const { alert, another, applied, desk, dialog, holdUpdate, operator, page, press, region, says } =
  portalOfItsOwn({ prepare });

/** Leaves the update in the dialog, as soon as that is allowed. */
const leaveRunning = async (): Promise<void> => {
  await dialog().getByRole('button', { name: 'Leave it running', disabled: true }).waitFor();
  await pass(LEAVE_AFTER_S);
  await press('Leave it running');
};

/** The request reaches the desk, its answer does not reach the page. */
const swallowAnswer = (route: Route): void => {
  void route.fetch().catch(() => {});
};

test('an update without an answer: the outcome is unknown, then the desk is asked, and NIG once', async () => {
  await page().route(UPDATE, swallowAnswer);
  await operator().sendRefresh('ctt-000001');
  await dialog()
    .getByRole('status')
    .filter({ hasText: 'Waiting for the desk' })
    .waitFor({ state: 'attached' });
  await pass(DEADLINE_S);
  await dialog().getByRole('heading', { name: 'Outcome unknown' }).waitFor();
  await alert().filter({ hasText: 'The desk did not answer within 20 s' }).waitFor();
  await alert().filter({ hasText: 'The outcome is unknown' }).waitFor();
  await page().unroute(UPDATE);
  await applied('Refresh');
  assert.equal((await sentTo(desk().nigUrl, 'SL-000001')).length, 1);
});

test('an update that takes long can be left after 10 s, by button or Escape, and its result is shown', async () => {
  for (const [ticketId, leave] of [
    ['ctt-000002', () => press('Leave it running')],
    ['ctt-000003', () => page().keyboard.press('Escape')],
  ] as const) {
    const letGo = await holdUpdate();
    await operator().sendRefresh(ticketId);
    await dialog().getByRole('button', { name: 'Leave it running', disabled: true }).waitFor();
    await page().keyboard.press('Escape');
    await pass(LEAVE_AFTER_S);
    await dialog().getByText('You can leave it running').waitFor();
    await leave();
    await dialog().waitFor({ state: 'hidden' });
    letGo();
    await says('Refresh applied');
  }
});

test('an update that was left running and is refused says so on the page', async () => {
  const letGo = await holdUpdate();
  await operator().sendRefresh('ctt-000004');
  await leaveRunning();
  await setFaults(desk().nigUrl, { mode: 'reject' });
  letGo();
  await region()
    .getByRole('status')
    .filter({ hasText: 'The update that you left running: NIG refused' })
    .waitFor();
  await region()
    .getByRole('heading', { name: 'CPE', exact: true })
    .and(page().locator(':focus'))
    .waitFor();
});

test('a page that is loaded again while NIG is asked resumes, and ends with the result', async () => {
  const before = (await sentTo(desk().nigUrl, 'SL-000003')).length;
  await setFaults(desk().nigUrl, { latencyMs: 2500 });
  await operator().sendCorrection('ctt-000003', { 'IP address': '10.99.0.12' });
  await dialog().getByRole('status').filter({ hasText: 'Asking NIG' }).waitFor();
  await page().reload();
  await dialog().getByRole('heading', { name: 'Correction on CTT-2026-000003' }).waitFor();
  await applied('Correction');
  await region().getByText('10.99.0.12').waitFor();
  assert.equal((await sentTo(desk().nigUrl, 'SL-000003')).length, before + 1);
  for (const text of ['while you were editing', 'updated this CPE', 'restored.'])
    assert.equal(await page().getByText(text).count(), 0, text);
  await page().reload();
  await page().getByRole('button', { name: 'Edit CPE' }).waitFor();
});

/** What the page says of the update that was left. */
const left = () =>
  region().getByRole('status').filter({ hasText: 'The update that you left running' });

test('an update that was left without an answer: "unknown" goes once it is applied', async () => {
  // NIG has it, and does not tell.
  await setFaults(desk().nigUrl, { mode: 'drop-after-apply', lookup: false });
  await page().route(UPDATE, swallowAnswer, { times: 1 });
  await operator().sendRefresh('ctt-000020');
  await leaveRunning();
  await pass(DEADLINE_S - LEAVE_AFTER_S);
  await left().filter({ hasText: 'The desk did not answer within 20 s' }).waitFor();
  await region().getByText('Olivia Operator’s update is waiting').waitFor();
  await setFaults(desk().nigUrl);
  await says('Olivia Operator updated this CPE');
  await left().waitFor({ state: 'detached' });
});

test('an update that was left with an unknown outcome: its result takes the place of "unknown"', async () => {
  await setFaults(desk().nigUrl, { mode: 'drop-before-apply', lookup: false });
  const letGo = await holdUpdate();
  await operator().sendRefresh('ctt-000021');
  await leaveRunning();
  letGo();
  await left().filter({ hasText: 'The outcome is unknown' }).waitFor();
  await setFaults(desk().nigUrl);
  await left().filter({ hasText: 'it did not receive the update' }).waitFor();
});

test('an update that never left the browser is not sent after the operator has left', async () => {
  const other = await another(/Olivia Operator/);
  const both = [
    { page: page(), pass },
    { page: other.page, pass: (await clockOf(other.page)).pass },
  ];
  const sentFrom = (from: Page) => {
    const sent: string[] = [];
    from.on('request', (request) => {
      if (request.url().includes('/cpe/update/')) sent.push(request.url());
    });
    return sent;
  };
  for (const { page } of both) await page.route(UPDATE, () => {});
  await operator().open('ctt-000011');
  await other.page.goto(`${desk().origin}/tickets`);
  await other.page.getByRole('link', { name: 'CTT-2026-000015' }).click();
  for (const { page, pass } of both) {
    await page.getByRole('button', { name: 'Refresh CPE' }).click();
    await page.getByRole('button', { name: 'Apply to NIG' }).click();
    await page.getByRole('button', { name: 'Leave it running' }).waitFor();
    await pass(DEADLINE_S);
    await page.getByRole('heading', { name: 'Outcome unknown' }).waitFor();
  }
  await press('Close');
  await other.page.goBack();
  await region().getByRole('button', { name: 'Refresh CPE' }).waitFor();
  await other.page.getByRole('heading', { name: 'Tickets' }).waitFor();
  const sent = both.map(({ page }) => sentFrom(page));
  for (const { page } of both) await page.unroute(UPDATE);
  // Longer than the page asks for an outcome.
  for (const { pass } of both) await pass(120);
  assert.deepEqual(sent, [[], []]);
  for (const line of ['SL-000011', 'SL-000015'])
    assert.deepEqual(await sentTo(desk().nigUrl, line), [], line);
  await other.close();
});

test('a reversal without an answer: it can be left, its outcome is unknown, and NIG is asked once', async () => {
  await operator().sendCorrection('ctt-000022', { 'IP address': '10.99.0.91' });
  await applied('Correction');
  const sofia = await another(/Sofia Supervisor/);
  const { page: history } = sofia;
  const { pass } = await clockOf(history);
  await history.route('**/revert', swallowAnswer);
  await history.goto(`${desk().origin}/tickets/ctt-000022/history`);
  await history.getByRole('button', { name: 'Revert' }).click();
  await history.getByRole('textbox', { name: 'Reason' }).fill('the wrong line');
  await history.getByRole('button', { name: 'Apply to NIG' }).click();
  await history.getByRole('status').filter({ hasText: 'Asking NIG' }).waitFor();
  await pass(LEAVE_AFTER_S);
  await history.getByRole('button', { name: 'Leave it running' }).click();
  await pass(DEADLINE_S - LEAVE_AFTER_S);
  await history.getByRole('alert').filter({ hasText: 'The outcome is unknown' }).waitFor();
  await history.unroute('**/revert');
  await history.getByRole('button', { name: 'Apply to NIG' }).click();
  await history.getByRole('status').filter({ hasText: 'Reverted. NIG reference' }).waitFor();
  assert.equal((await sentTo(desk().nigUrl, 'SL-000022')).length, 2);
  await sofia.close();
});

test('a page that gets no answer says so and loads when the desk answers', async () => {
  await page().route('**/ticket/ctt/ctt-000012', () => {});
  const asked = page().waitForRequest('**/ticket/ctt/ctt-000012');
  await page().goto(`${desk().origin}/tickets/ctt-000012`);
  await asked;
  await pass(DEADLINE_S);
  await page().getByRole('alert').filter({ hasText: 'The desk did not answer' }).first().waitFor();
  await page().unroute('**/ticket/ctt/ctt-000012');
  await pass(10);
  await region().waitFor();
});
