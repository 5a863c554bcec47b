import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { type Operator, operatorAt } from './operator.ts';
import { heldBy, sentTo, setFaults } from './simulator.ts';

let desk: Awaited<ReturnType<typeof deskOfItsOwn>>;
let browser: Browser;
let operator: Operator;
let page: Page;

before(async () => {
  desk = await deskOfItsOwn({ NIG_TIMEOUT_MS: '3000' });
  browser = await launchBrowser();
  operator = await operatorAt(desk, browser);
  ({ page } = operator);
});
after(async () => {
  await browser.close();
  await desk[Symbol.asyncDispose]();
});
afterEach(async () => {
  await setFaults(desk.nigUrl);
  assert.deepEqual(operator.complaints.splice(0), []);
});

const region = () => page.getByRole('region', { name: 'Ticket status' });
const dialog = () => page.getByRole('dialog');
const alert = () => dialog().getByRole('alert');
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const says = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text }).waitFor();

/** The three parts of a failure, and what it has to say. */
const failsSaying = async (...texts: (string | RegExp)[]): Promise<void> => {
  for (const part of ['What happened', 'What did not change', 'What to do next'])
    await alert().getByRole('heading', { name: part }).waitFor();
  for (const text of texts) await alert().filter({ hasText: text }).waitFor();
};

test('sign in, find a ticket, correct its CPE, and see page, corp data, history and NIG agree', async () => {
  await page.goto(`${desk.origin}/tickets`);
  await page.getByLabel('Search tickets').fill('SL-000001');
  await page.getByLabel('Technology').selectOption('FTTH');
  await page.getByRole('link', { name: 'CTT-2026-000001' }).click();
  await operator.review({ 'IP address': '10.99.0.1', Port: '0/1/8/101' });
  await dialog().getByRole('heading', { name: 'Confirm correction' }).waitFor();
  const row = dialog().getByRole('row').filter({ hasText: 'IP address' });
  assert.match((await row.textContent()) ?? '', /10\.20\.0\.1.*10\.99\.0\.1/);
  assert.equal(
    (await sentTo(desk.nigUrl, 'SL-000001')).length,
    0,
    'NIG hears nothing before the confirmation',
  );
  await page.getByLabel('Reason').fill('replaced after lightning damage');
  await press('Send correction to NIG');
  await says(/^ ?Correction applied\. NIG reference NIG-\d+/);

  const panel = (name: string) => page.getByRole('region', { name });
  for (const name of ['Ticket status', 'Corp data', 'Recent history'])
    for (const value of ['10.99.0.1', '0/1/8:101']) await panel(name).filter({ hasText: value }).waitFor();
  await panel('Recent history').filter({ hasText: 'replaced after lightning damage' }).waitFor();
  const held = await heldBy(desk.nigUrl, 'SL-000001');
  assert.deepEqual([held.ipAddress, held.port], ['10.99.0.1', '0/1/8:101']);
  assert.deepEqual(
    (await sentTo(desk.nigUrl, 'SL-000001')).map(({ outcome }) => outcome),
    ['accepted'],
  );

  await page.getByRole('link', { name: 'Full history' }).click();
  await page.getByText('replaced after lightning damage').waitFor();
  await page.getByText('Olivia Operator').first().waitFor();
});

test('a refresh sends the known data again and mends the corp data', async () => {
  await operator.open('ctt-000004');
  await page.getByText('Differs from the CPE').waitFor();
  await press('Refresh CPE');
  await dialog().getByText('No field differs').waitFor();
  await press('Send refresh to NIG');
  await says('Refresh applied');
  assert.equal(await page.getByText('Differs from the CPE').count(), 0);
  await page.getByRole('region', { name: 'Recent history' }).filter({ hasText: 'Refresh' }).waitFor();
});

test('another serial number is a swap', async () => {
  await operator.open('ctt-000003');
  await operator.review({ 'Serial number': 'HWTC5EC0DE03' });
  await dialog().getByRole('heading', { name: 'Confirm swap' }).waitFor();
  await press('Send swap to NIG');
  await says('Swap applied');
});

test('warnings are shown before anything is sent', async () => {
  await operator.open('ctt-000020');
  await operator.review({ 'Bandwidth down (kbit/s)': '500 000' });
  await dialog().getByText('The subscribed plan has 300000 kbit/s').waitFor();
  await press('Back to editing');
  assert.equal(await page.getByLabel('Bandwidth down (kbit/s)').inputValue(), '500000');
});

test('where editing is closed the page says every reason, and offers nothing', async () => {
  await operator.open('ctt-000010');
  for (const reason of ['The ticket is closed', 'not FTTH', 'no Managed Services', 'segment group'])
    await region().getByRole('listitem').filter({ hasText: reason }).waitFor();
  assert.equal(await page.getByRole('button', { name: /CPE/ }).count(), 0);
});

test('a broken rule is said beside the field, in words, and nothing is asked', async () => {
  await operator.open('ctt-000002');
  await operator.review({
    'IP address': '224.0.0.1',
    'Bandwidth down (kbit/s)': '9953281',
    Port: '0/99/3:12',
  });
  const described = async (label: string) => {
    const field = page.getByLabel(label, { exact: true });
    assert.equal(await field.getAttribute('aria-invalid'), 'true', label);
    const id = await field.getAttribute('aria-describedby');
    return (await page.locator(`#${id}`).textContent()) ?? '';
  };
  assert.match(await described('IP address'), /multicast/i);
  assert.match(await described('Bandwidth down (kbit/s)'), /9953280/);
  assert.match(await described('Port'), /slot/i);
  assert.equal(await dialog().count(), 0);
  await press('Cancel editing');
});

test('models are suggested from the catalogue, and an unknown one is refused', async () => {
  await operator.open('ctt-000001');
  await press('Edit CPE');
  await page.locator('#cpe-models option[value="HG8245Hv5"]').waitFor({ state: 'attached' });
  await page.getByLabel('Model').fill('No such model');
  await page.getByLabel('IP address').focus();
  await page.getByText('is not in the device catalogue').waitFor();
  await press('Cancel editing');
});

test('the wait for NIG is shown with its seconds, and a double click sends once', async () => {
  await setFaults(desk.nigUrl, { latencyMs: 2500 });
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.2' });
  await page.getByRole('button', { name: 'Send correction to NIG' }).dblclick();
  await dialog().getByRole('status').filter({ hasText: 'Asking NIG' }).waitFor();
  await dialog()
    .getByText(/^[12] s$/)
    .waitFor();
  await says('Correction applied');
  assert.equal((await sentTo(desk.nigUrl, 'SL-000002')).length, 1);
});

test('invalid-cpe: a recorded value that breaks a rule', async () => {
  await operator.open('ctt-000018');
  await press('Refresh CPE');
  await failsSaying('IP address', 'invalid-cpe');
  await press('Cancel');
});

test('no-network-context names what is missing', async () => {
  await operator.open('ctt-000013');
  await press('Refresh CPE');
  await failsSaying('There is no OLT');
});

test('not-eligible: the ticket was closed while it was open here', async () => {
  await operator.open('ctt-000022');
  // What the service decides on is its own record: the page is made to believe the ticket is still open.
  await page.route('**/ticket/ctt/ctt-000005', async (route) => {
    const response = await route.fetch();
    const ticket = await response.json();
    await route.fulfill({
      response,
      json: { ...ticket, status: 'inProgress', eligibility: { editable: true, reasons: [] } },
    });
  });
  await operator.open('ctt-000005');
  await press('Refresh CPE');
  await failsSaying('The ticket is closed');
  await page.unroute('**/ticket/ctt/ctt-000005');
});

test('value-in-use marks the field, and what was typed stays', async () => {
  await operator.open('ctt-000015');
  await operator.review({ 'IP address': '10.20.0.90' });
  await failsSaying('Another line uses', 'IP address');
  await press('Back to editing');
  const field = page.getByLabel('IP address');
  assert.equal(await field.inputValue(), '10.20.0.90');
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
});

test('stale-cpe: two people on one line; the second sees three values and goes on with the new ones', async () => {
  const other = await operatorAt(desk, browser, /Sofia Supervisor/);
  await operator.open('ctt-000011');
  await press('Edit CPE');
  await page.getByLabel('IP address').fill('10.99.0.11');
  await page.getByLabel('Bandwidth up (kbit/s)').fill('20000');
  // Without the live event, as after a broken connection: the page learns it from the service's answer.
  await page.route('**/ticket/ctt/ctt-000011', (route) => route.abort());
  await other.open('ctt-000012');
  await other.review({ 'IP address': '10.99.0.12' });
  await other.page.getByRole('button', { name: 'Send correction to NIG' }).click();
  await other.page.getByRole('status').filter({ hasText: 'Correction applied' }).waitFor();
  await page.unroute('**/ticket/ctt/ctt-000011');
  await press('Review update');
  await failsSaying('somebody else');
  const row = alert().getByRole('row').filter({ hasText: 'IP address' });
  assert.match((await row.textContent()) ?? '', /10\.20\.0\.11.*10\.99\.0\.12.*10\.99\.0\.11/);
  await press('Load current values');
  await page.getByText('Recorded: 10.99.0.12').waitFor();
  assert.equal(await page.getByLabel('IP address').inputValue(), '10.99.0.11');
  await press('Review update');
  await press('Send correction to NIG');
  await says('Correction applied');
  await other.close();
});

test('another person sees an update live, and what is unsettled closes the form', async () => {
  const other = await operatorAt(desk, browser, /Rita Reviewer/);
  await other.open('ctt-000012');
  await other.page.getByText('Your role looks at CPE').waitFor();
  await setFaults(desk.nigUrl, { latencyMs: 1000 });
  await operator.open('ctt-000011');
  await press('Refresh CPE');
  await press('Send refresh to NIG');
  await other.page.getByText('An update by Olivia Operator is not settled yet').waitFor();
  await says('Refresh applied');
  await other.page.getByRole('status').filter({ hasText: 'Olivia Operator updated this CPE' }).waitFor();
  await other.close();
});

test('nig-rejected: NIG’s own code and text; a further try is a new one', async () => {
  await setFaults(desk.nigUrl, { mode: 'reject' });
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.22' });
  await press('Send correction to NIG');
  await failsSaying('NIG refused', 'NIG-4001');
  await setFaults(desk.nigUrl);
  await press('Try again');
  await says('Correction applied');
});

test('after a refusal, reviewing the same values again asks NIG again', async () => {
  await setFaults(desk.nigUrl, { mode: 'reject' });
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.28' });
  await press('Send correction to NIG');
  await failsSaying('NIG refused');
  await press('Back to editing');
  await setFaults(desk.nigUrl);
  await press('Review update');
  await press('Send correction to NIG');
  await says('Correction applied');
});

test('a reason that was typed for a refresh that was left does not end up elsewhere', async () => {
  await operator.open('ctt-000002');
  await press('Refresh CPE');
  await page.getByLabel('Reason').fill('not this one');
  await press('Cancel');
  await operator.review({ 'IP address': '10.99.0.29' });
  await dialog().getByRole('heading', { name: 'Confirm correction' }).waitFor();
  assert.equal(await page.getByLabel('Reason').inputValue(), '');
  await press('Send correction to NIG');
  await says('Correction applied');
});

test('events come again after the service has refused them', async () => {
  const other = await operatorAt(desk, browser, /Sofia Supervisor/);
  await page.route('**/ticket/ctt/events?*', (route) => route.fulfill({ status: 502 }));
  await operator.open('ctt-000012');
  await page.unroute('**/ticket/ctt/events?*');
  const opened = page.waitForResponse((response) => response.url().includes('/events?') && response.ok());
  await opened;
  await other.open('ctt-000011');
  await other.page.getByRole('button', { name: 'Refresh CPE' }).click();
  await other.page.getByRole('button', { name: 'Send refresh to NIG' }).click();
  await says('Sofia Supervisor updated this CPE');
  await other.close();
});

test('nig-outcome-unknown, NIG had taken it: the true outcome appears by itself', async () => {
  await setFaults(desk.nigUrl, { mode: 'drop-after-apply' });
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.23' });
  await press('Send correction to NIG');
  await dialog().getByRole('heading', { name: 'The outcome is not known yet' }).waitFor();
  await failsSaying('It is not known yet');
  await says('Correction applied');
  await region().filter({ hasText: '10.99.0.23' }).waitFor();
});

test('nig-outcome-unknown, and the operator goes on working: the page follows by itself', async () => {
  await setFaults(desk.nigUrl, { mode: 'drop-after-apply' });
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.27' });
  await press('Send correction to NIG');
  await press('Close');
  await says('Olivia Operator updated this CPE');
  await region().filter({ hasText: '10.99.0.27' }).waitFor();
  await page.getByRole('button', { name: 'Edit CPE' }).waitFor();
});

test('nig-outcome-unknown, NIG never got it: the page says so and the line is free again', async () => {
  await setFaults(desk.nigUrl, { mode: 'drop-before-apply' });
  await operator.open('ctt-000002');
  await press('Refresh CPE');
  await press('Send refresh to NIG');
  await failsSaying('It is not known yet');
  await setFaults(desk.nigUrl);
  await failsSaying('it never got the update');
  await press('Try again');
  await says('Refresh applied');
});

test('update-in-progress: another update of the line is under way', async () => {
  const other = await operatorAt(desk, browser, /Sofia Supervisor/);
  await operator.open('ctt-000011');
  await press('Refresh CPE');
  await dialog().getByRole('heading', { name: 'Confirm refresh' }).waitFor();
  await setFaults(desk.nigUrl, { latencyMs: 1200 });
  await other.open('ctt-000012');
  await other.page.getByRole('button', { name: 'Refresh CPE' }).click();
  await other.page.getByRole('button', { name: 'Send refresh to NIG' }).click();
  await other.page.getByText('Asking NIG').waitFor();
  await region().getByText('An update by Sofia Supervisor').waitFor({ state: 'attached' });
  await press('Send refresh to NIG');
  await failsSaying('not settled yet', 'update-in-progress');
  await other.page.getByRole('status').filter({ hasText: 'Refresh applied' }).waitFor();
  await other.close();
});

test('no connection: nothing typed is lost, and trying again with the same key is safe', async () => {
  await operator.open('ctt-000002');
  await operator.review({ 'IP address': '10.99.0.24' });
  await dialog().getByRole('heading', { name: 'Confirm correction' }).waitFor();
  const before = (await sentTo(desk.nigUrl, 'SL-000002')).length;
  // The request arrives, its answer does not.
  await page.route('**/cpe/update/**', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await press('Send correction to NIG');
  await failsSaying('no answer');
  await page.unroute('**/cpe/update/**');
  await press('Try again');
  await says('Correction applied');
  assert.equal((await sentTo(desk.nigUrl, 'SL-000002')).length, before + 1);
});

test('the session ends while somebody types: nothing is lost', async () => {
  const person = await operatorAt(desk, browser);
  await person.open('ctt-000002');
  await person.page.getByRole('button', { name: 'Edit CPE' }).click();
  await person.page.getByLabel('IP address').fill('10.99.0.25');
  await person.page.context().clearCookies();
  await person.page.getByRole('button', { name: 'Review update' }).click();
  await person.page.getByRole('alert').filter({ hasText: 'Your session has ended' }).first().waitFor();
  assert.equal(await person.page.getByLabel('IP address').inputValue(), '10.99.0.25');
  await person.close();
});

test('leaving with unsaved values asks first', async () => {
  await operator.open('ctt-000002');
  await press('Edit CPE');
  await page.getByLabel('IP address').fill('10.99.0.26');
  page.once('dialog', (question) => void question.dismiss());
  await page.getByRole('link', { name: 'Tickets' }).first().click();
  assert.equal(await page.getByLabel('IP address').inputValue(), '10.99.0.26');
  page.once('dialog', (question) => void question.accept());
  await page.getByRole('link', { name: 'Tickets' }).first().click();
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
});
