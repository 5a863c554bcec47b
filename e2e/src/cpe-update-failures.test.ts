import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failure, problemBody } from '@cpe-desk/contract';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';
import { sentTo, setFaults } from './simulator.ts';

const {
  alert,
  another,
  applied,
  desk,
  dialog,
  failsSaying,
  holds,
  operator,
  page,
  press,
  region,
  says,
} = portalOfItsOwn();

test('invalid-cpe: a recorded value that breaks a rule is corrected in the form', async () => {
  await operator().open('ctt-000018');
  await press('Refresh CPE');
  await failsSaying('Some recorded values break a rule', 'IP address', 'invalid-cpe');
  await dialog().getByRole('button', { name: 'Edit CPE' }).click();
  const field = page().getByLabel('IP address', { exact: true });
  await field.and(page().locator('[aria-invalid=true]')).waitFor();
  await press('Discard changes');
});

test('a line without OLT or CPE: the page names what is missing, and offers no update', async () => {
  for (const [ticketId, element] of [
    ['ctt-000013', 'OLT'],
    ['ctt-000014', 'CPE'],
  ] as const) {
    await operator().open(ticketId);
    await region().getByText(`The line has no ${element} on record`).waitFor();
    const eligibility = page().getByRole('region', { name: 'Eligibility' });
    await eligibility.getByText(`Not met: The line has its ${element} on record`).waitFor();
    assert.equal(
      await page()
        .getByRole('button', { name: /^(Edit|Refresh) CPE$/ })
        .count(),
      0,
    );
  }
});

test('not-eligible: the ticket was closed while it was open here', async () => {
  await operator().open('ctt-000022');
  // The service decides on its own record: the page is told that the ticket is still open.
  await page().route('**/ticket/ctt/ctt-000005', async (route) => {
    const response = await route.fetch();
    const ticket = await response.json();
    await route.fulfill({
      response,
      json: { ...ticket, status: 'inProgress', canUpdate: { allowed: true, why: [] } },
    });
  });
  await operator().open('ctt-000005');
  await press('Refresh CPE');
  await failsSaying('The ticket is closed');
  // The page may be loading its ticket again.
  await page().unrouteAll({ behavior: 'wait' });
});

test('value-in-use marks the field, and what was typed stays', async () => {
  await operator().open('ctt-000015');
  await operator().review({ 'IP address': '10.20.0.90' });
  await failsSaying('Another line uses', 'IP address');
  await press('Back to editing');
  const field = page().getByLabel('IP address', { exact: true });
  await field.and(page().locator('[aria-invalid=true]')).waitFor();
  await holds('IP address', '10.20.0.90');
});

test('stale-cpe: two people on one line; the second sees three values, chooses for each field, and confirms again', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000011');
  await press('Edit CPE');
  await page().getByLabel('IP address', { exact: true }).fill('10.99.0.11');
  await page().getByLabel('Bandwidth up (kbit/s)').fill('20000');
  // Without the live event, as after a broken connection: the service's answer tells it.
  await page().route('**/ticket/ctt/ctt-000011', (route) => route.abort());
  await other.sendCorrection('ctt-000012', { 'IP address': '10.99.0.12' });
  await other.page.getByRole('status').filter({ hasText: 'Correction applied' }).waitFor();
  await press('Review changes');
  await failsSaying('Someone changed this CPE');
  await alert()
    .getByRole('row')
    .filter({ hasText: /IP address.*10\.20\.0\.11.*10\.99\.0\.12.*10\.99\.0\.11/ })
    .waitFor();
  await page().unroute('**/ticket/ctt/ctt-000011');
  await dialog().getByRole('button', { name: 'Load current values' }).click();
  const conflict = page().getByRole('region', {
    name: 'Someone changed this CPE while you were editing',
  });
  await conflict.getByText('Sofia Supervisor changed it').waitFor();
  await eventually(() => conflict.getByRole('row').count(), 3);
  const address = conflict.getByRole('group', { name: 'IP address' });
  await eventually(() => address.getByLabel('Mine').isChecked(), true);
  await address.getByLabel('Sofia Supervisor’s').check();
  await press('Continue with these values');
  await holds('IP address', '10.99.0.12');
  await holds('Bandwidth up (kbit/s)', '20000');
  await press('Review changes');
  await press('Apply to NIG');
  await applied('Correction');
  await other.close();
});

test('nig-rejected: NIG’s own code and text; a further try is a new one', async () => {
  await setFaults(desk().nigUrl, { mode: 'reject' });
  await operator().sendCorrection('ctt-000002', { 'IP address': '10.99.0.22' });
  await failsSaying('NIG refused', 'NIG-4001');
  await setFaults(desk().nigUrl);
  await press('Try again');
  await applied('Correction');
});

test('after a refusal, reviewing the same values again asks NIG again', async () => {
  await setFaults(desk().nigUrl, { mode: 'reject' });
  await operator().sendCorrection('ctt-000002', { 'IP address': '10.99.0.28' });
  await failsSaying('NIG refused');
  await press('Back to editing');
  await setFaults(desk().nigUrl);
  await press('Review changes');
  await press('Apply to NIG');
  await applied('Correction');
});

test('nig-outcome-unknown: the outcome of an accepted update appears automatically', async () => {
  await setFaults(desk().nigUrl, { mode: 'drop-after-apply' });
  await operator().sendCorrection('ctt-000002', { 'IP address': '10.99.0.23' });
  await dialog().getByRole('heading', { name: 'Outcome unknown' }).waitFor();
  await failsSaying('The outcome is unknown');
  await applied('Correction');
  await region().filter({ hasText: '10.99.0.23' }).waitFor();
});

test('nig-outcome-unknown: the page follows after the operator closed the dialog', async () => {
  await setFaults(desk().nigUrl, { mode: 'drop-after-apply' });
  await operator().sendCorrection('ctt-000002', { 'IP address': '10.99.0.27' });
  await press('Close');
  await says('Olivia Operator updated this CPE');
  await region().filter({ hasText: '10.99.0.27' }).waitFor();
  await page().getByRole('button', { name: 'Edit CPE' }).waitFor();
});

test('nig-outcome-unknown, NIG never got it: the page says so and the line is free again', async () => {
  await setFaults(desk().nigUrl, { mode: 'drop-before-apply' });
  await operator().sendRefresh('ctt-000002');
  await failsSaying('The outcome is unknown');
  await setFaults(desk().nigUrl);
  await failsSaying('it did not receive the update');
  await press('Try again');
  await applied('Refresh');
});

test('update-in-progress: a page that has not heard of the other update is told by the service', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000011');
  await press('Refresh CPE');
  await dialog()
    .getByRole('heading', { name: /^Refresh on CTT-/ })
    .waitFor();
  await page().route('**/ticket/ctt/ctt-000011', (route) => route.abort());
  await setFaults(desk().nigUrl, { latencyMs: 1200 });
  await other.sendRefresh('ctt-000012');
  await other.page.getByText('Asking NIG').waitFor();
  await press('Apply to NIG');
  await failsSaying('not settled yet', 'update-in-progress');
  await page().unroute('**/ticket/ctt/ctt-000011');
  await other.close();
});

test('an open confirmation hears of a colleague’s change at once', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000020');
  await operator().review({ 'IP address': '10.99.0.20' });
  await dialog().getByRole('heading', { name: 'Correction on CTT-2026-000020' }).waitFor();
  await dialog().getByText('SL-000020 · Kedai Kopi').waitFor();
  await other.sendCorrection('ctt-000020', { Port: '0/1/8:120' });
  await failsSaying('Someone changed this CPE');
  await press('Load current values');
  await press('Continue with these values');
  await holds('Port', '0/1/8:120');
  await holds('IP address', '10.99.0.20');
  await press('Discard changes');
  await other.close();
});

test('update-in-progress: another update of the line is unsettled', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000011');
  await press('Refresh CPE');
  await dialog()
    .getByRole('heading', { name: /^Refresh on CTT-/ })
    .waitFor();
  await setFaults(desk().nigUrl, { latencyMs: 1200 });
  await other.sendRefresh('ctt-000012');
  await other.page.getByText('Asking NIG').waitFor();
  // The open confirmation hears of it, and waits.
  await dialog().getByText('Sofia Supervisor’s update of this line is waiting').waitFor();
  await dialog().getByRole('button', { name: 'Apply to NIG', disabled: true }).waitFor();
  await other.page.getByRole('status').filter({ hasText: 'Refresh applied' }).waitFor();
  await press('Apply to NIG');
  await applied('Refresh');
  await other.close();
});

test('no connection: nothing typed is lost, and trying again with the same key is safe', async () => {
  await operator().open('ctt-000002');
  await operator().review({ 'IP address': '10.99.0.24' });
  await dialog()
    .getByRole('heading', { name: /^Correction on CTT-/ })
    .waitFor();
  const before = (await sentTo(desk().nigUrl, 'SL-000002')).length;
  // The request arrives, its answer does not.
  await page().route('**/cpe/update/**', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await press('Apply to NIG');
  await failsSaying('no answer');
  await page().unroute('**/cpe/update/**');
  await press('Try again');
  await applied('Correction');
  assert.equal((await sentTo(desk().nigUrl, 'SL-000002')).length, before + 1);
});

test('the session ends while somebody types: nothing is lost', async () => {
  const person = await another(/Olivia Operator/);
  await person.open('ctt-000002');
  await person.page.getByRole('button', { name: 'Edit CPE' }).click();
  await person.page.getByLabel('IP address', { exact: true }).fill('10.99.0.25');
  await person.page.context().clearCookies();
  await person.page.getByRole('button', { name: 'Review changes' }).click();
  await person.page
    .getByRole('alert')
    .filter({ hasText: 'Your session has ended' })
    .first()
    .waitFor();
  const address = person.page.getByLabel('IP address', { exact: true });
  await eventually(() => address.inputValue(), '10.99.0.25');
  await person.close();
});

/**
 * Failures that take a fault of the desk, an older page or another role to happen: the service's
 * own answer, given to the page().
 */
const rare: Failure[] = [
  { code: 'malformed-request', detail: 'd', errors: [] },
  { code: 'forbidden', detail: 'd' },
  { code: 'ctt-not-found', detail: 'd' },
  { code: 'not-found', detail: 'd' },
  { code: 'idempotency-key-reused', detail: 'd' },
  { code: 'body-too-large', detail: 'd' },
  { code: 'unsupported-media-type', detail: 'd' },
  { code: 'too-many-requests', detail: 'd' },
  { code: 'unavailable', detail: 'd' },
  { code: 'internal-error', detail: 'd' },
];

for (const failure of rare)
  test(`${failure.code}: said in words, and the dialog can be left`, async () => {
    const body = problemBody(failure);
    await operator().open('ctt-000001');
    await page().route('**/cpe/update/**', (route) =>
      route.fulfill({ status: body.status, contentType: 'application/problem+json', json: body }),
    );
    await press('Refresh CPE');
    await press('Apply to NIG');
    await failsSaying(failure.code);
    await page().unroute('**/cpe/update/**');
    await press('Cancel');
    await page().getByRole('button', { name: 'Refresh CPE' }).waitFor();
  });
