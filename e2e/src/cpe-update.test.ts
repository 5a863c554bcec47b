import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';
import { heldBy, sentTo, setFaults } from './simulator.ts';

const { another, applied, desk, dialog, holds, operator, page, press, region, says } =
  portalOfItsOwn();

test('sign in, find a ticket, correct its CPE, and see page, corp data, history and NIG agree', async () => {
  await page().goto(`${desk().origin}/tickets`);
  await page().getByLabel('Search tickets', { exact: true }).fill('SL-000001');
  await operator().openMenu('Filter');
  await page().getByRole('option', { name: 'Technology: FTTH' }).click();
  await page().getByRole('link', { name: 'CTT-2026-000001' }).click();
  await operator().review({ 'IP address': '10.99.0.1', Port: '0/1/8/101' });
  await dialog()
    .getByRole('heading', { name: /^Correction on CTT-/ })
    .waitFor();
  await dialog()
    .getByRole('row')
    .filter({ hasText: /IP address.*10\.20\.0\.1.*10\.99\.0\.1/ })
    .waitFor();
  assert.equal(
    (await sentTo(desk().nigUrl, 'SL-000001')).length,
    0,
    'NIG hears nothing before the confirmation',
  );
  await dialog().getByLabel('Reason', { exact: true }).fill('replaced after lightning damage');
  await press('Apply to NIG');
  await says(/^ ?Correction applied\. NIG reference NIG-\d+/);
  await applied('Correction');

  const panel = (name: string) => page().getByRole('region', { name, exact: true });
  for (const name of ['CPE', 'Corp data', 'Recent history'])
    for (const value of ['10.99.0.1', '0/1/8:101'])
      await panel(name).filter({ hasText: value }).waitFor();
  await panel('Recent history').filter({ hasText: 'replaced after lightning damage' }).waitFor();
  const held = await heldBy(desk().nigUrl, 'SL-000001');
  assert.deepEqual([held.ipAddress, held.port], ['10.99.0.1', '0/1/8:101']);
  assert.deepEqual(
    (await sentTo(desk().nigUrl, 'SL-000001')).map(({ outcome }) => outcome),
    ['accepted'],
  );

  await page().getByRole('link', { name: 'Full history' }).click();
  await page().getByText('replaced after lightning damage').waitFor();
  await page().getByText('Olivia Operator').first().waitFor();
});

test('a refresh sends the known data again and mends the corp data', async () => {
  await operator().open('ctt-000004');
  await page().getByText('Differs from the CPE').waitFor();
  await press('Refresh CPE');
  await dialog().getByText('No changes.').waitFor();
  await press('Apply to NIG');
  await applied('Refresh');
  await page().getByText('Differs from the CPE').waitFor({ state: 'detached' });
  await page()
    .getByRole('region', { name: 'Recent history' })
    .filter({ hasText: 'Refresh' })
    .waitFor();
});

test('another serial number is a swap', async () => {
  await operator().open('ctt-000003');
  await operator().review({ 'Serial number': 'HWTC5EC0DE03' });
  await dialog()
    .getByRole('heading', { name: /^Swap on CTT-/ })
    .waitFor();
  await press('Apply to NIG');
  await applied('Swap');
});

test('an IPv6 address and a delegated prefix are recorded, sent and removed', async () => {
  await operator().open('ctt-000023');
  // Both addresses in one field, as a RADIUS log has them.
  await operator().review({
    'IP address': '10.99.0.23, FD5E:C0DE::0:23',
    'Delegated IPv6 prefix': 'fd5e:c0dd:ff23::/48',
  });
  await dialog()
    .getByRole('row')
    .filter({ hasText: /IPv6 address.*None.*fd5e:c0de::23/ })
    .waitFor();
  await press('Apply to NIG');
  await applied('Correction');
  for (const name of ['CPE', 'Corp data', 'Recent history'])
    await page()
      .getByRole('region', { name, exact: true })
      .filter({ hasText: 'fd5e:c0dd:ff23::/48' })
      .waitFor();
  const sent = await heldBy(desk().nigUrl, 'SL-000023');
  assert.deepEqual([sent.ipAddress, sent.ipv6Address], ['10.99.0.23', 'fd5e:c0de::23']);
  await operator().review({ 'IPv6 address': '', 'Delegated IPv6 prefix': 'fd5e:c0dd::1/48' });
  await page().getByText('Give fd5e:c0dd::/48, if that is the prefix').waitFor();
  await page().getByLabel('Delegated IPv6 prefix', { exact: true }).fill('');
  await press('Review changes');
  await press('Apply to NIG');
  await applied('Correction');
  const left = await heldBy(desk().nigUrl, 'SL-000023');
  assert.deepEqual(['ipv6Address' in left, 'ipv6Prefix' in left], [false, false]);
});

test('IPv6 fields are not offered, with the reason, while an older instance may run', async () => {
  // As an instance answers then: the facts of the line say so.
  await page().route('**/ticket/ctt/ctt-000022', async (route) => {
    const response = await route.fetch();
    const ticket = await response.json();
    const lineFacts = { ...ticket.lineFacts, knowsDualStack: false };
    await route.fulfill({ response, json: { ...ticket, lineFacts } });
  });
  await operator().open('ctt-000022');
  const asked = page().waitForRequest('**/ticket/ctt/cpe/preview/*');
  await operator().review({ 'IP address': '10.99.0.22' });
  const body: unknown = (await asked).postDataJSON();
  assert.doesNotMatch(JSON.stringify(body), /ipv6/, 'an older instance refuses the members');
  await press('Back to editing');
  await page().getByText('can be recorded when all instances of the desk are upgraded').waitFor();
  assert.equal(await page().getByLabel('IPv6 address', { exact: true }).count(), 0);
  await press('Discard changes');
  await page().unroute('**/ticket/ctt/ctt-000022');
});

test('warnings are shown before anything is sent', async () => {
  await operator().open('ctt-000020');
  await operator().review({ 'Bandwidth down (kbit/s)': '500 000' });
  await dialog().getByText('The subscribed plan has 300000 kbit/s').waitFor();
  await press('Back to editing');
  await holds('Bandwidth down (kbit/s)', '500000');
});

test('where editing is closed the page says every reason, and offers nothing', async () => {
  await operator().open('ctt-000010');
  for (const reason of ['The ticket is closed', 'not FTTH', 'no Managed Services', 'segment group'])
    await region().getByRole('listitem').filter({ hasText: reason }).waitFor();
  assert.equal(await page().getByRole('button', { name: /CPE/ }).count(), 0);
});

test('a broken rule is said beside the field, in words, and nothing is asked', async () => {
  await operator().open('ctt-000002');
  await operator().review({
    'IP address': '224.0.0.1',
    'Bandwidth down (kbit/s)': '9953281',
    Port: '0/99/3:12',
  });
  const described = async (label: string) => {
    const field = page()
      .getByLabel(label, { exact: true })
      .and(page().locator('[aria-invalid=true]'));
    const id = await field.getAttribute('aria-describedby');
    return (await page().locator(`#${id}`).textContent()) ?? '';
  };
  assert.match(await described('IP address'), /multicast/i);
  assert.match(await described('Bandwidth down (kbit/s)'), /9953280/);
  assert.match(await described('Port'), /slot/i);
  assert.equal(await dialog().count(), 0);
  await press('Discard changes');
});

test('models are suggested from the catalogue, and an unknown one is refused', async () => {
  await operator().open('ctt-000001');
  await press('Edit CPE');
  await page().locator('#cpe-models option[value="HG8245Hv5"]').waitFor({ state: 'attached' });
  await page().getByLabel('Model', { exact: true }).fill('No such model');
  await page().getByLabel('IP address', { exact: true }).focus();
  await page().getByText('is not in the device catalogue').waitFor();
  await press('Discard changes');
});

test('the wait for NIG is shown with its seconds, and a double click sends once', async () => {
  await setFaults(desk().nigUrl, { latencyMs: 2500 });
  await operator().open('ctt-000002');
  await operator().review({ 'IP address': '10.99.0.2' });
  await page().getByRole('button', { name: 'Apply to NIG' }).dblclick();
  await dialog().getByRole('status').filter({ hasText: 'Asking NIG' }).waitFor();
  await dialog()
    .getByText(/^[12] s$/)
    .waitFor();
  await applied('Correction');
  assert.equal((await sentTo(desk().nigUrl, 'SL-000002')).length, 1);
});

test('another person sees an update live, and what is unsettled closes the form', async () => {
  const other = await another(/Rita Reviewer/);
  await other.open('ctt-000012');
  await other.page.getByText('your role cannot change CPE data').waitFor();
  await setFaults(desk().nigUrl, { latencyMs: 1000 });
  await operator().sendRefresh('ctt-000011');
  await other.page.getByText('Olivia Operator’s update is waiting').waitFor();
  await applied('Refresh');
  await other.page
    .getByRole('status')
    .filter({ hasText: 'Olivia Operator updated this CPE' })
    .waitFor();
  await other.close();
});

test('a reason that was typed for a refresh that was left does not end up elsewhere', async () => {
  await operator().open('ctt-000002');
  await press('Refresh CPE');
  await dialog().getByLabel('Reason', { exact: true }).fill('not this one');
  await press('Cancel');
  await operator().review({ 'IP address': '10.99.0.29' });
  await dialog()
    .getByRole('heading', { name: /^Correction on CTT-/ })
    .waitFor();
  await eventually(() => dialog().getByLabel('Reason', { exact: true }).inputValue(), '');
  await press('Apply to NIG');
  await applied('Correction');
});

test('events come again after the service has refused them', async () => {
  const other = await another(/Sofia Supervisor/);
  await page().route('**/ticket/ctt/events?*', (route) => route.fulfill({ status: 502 }));
  await operator().open('ctt-000012');
  await page().unroute('**/ticket/ctt/events?*');
  const opened = page().waitForResponse(
    (response) => response.url().includes('/events?') && response.ok(),
  );
  await opened;
  await other.sendRefresh('ctt-000011');
  await says('Sofia Supervisor updated this CPE');
  await other.close();
});

test('what is typed waits among the drafts when the page is left, and is discarded with an Undo', async () => {
  await operator().open('ctt-000002');
  await press('Edit CPE');
  await page().getByLabel('IP address', { exact: true }).fill('10.99.0.26');
  await page().getByRole('link', { name: 'Tickets' }).first().click();
  await page().getByRole('heading', { name: 'Tickets' }).waitFor();
  await page().locator('summary', { hasText: 'Olivia Operator' }).click();
  const drafts = page().getByRole('navigation', { name: 'My drafts' });
  await drafts.getByRole('link', { name: 'CTT-2026-000002' }).click();
  await says('restored.');
  await holds('IP address', '10.99.0.26');
  await page().getByLabel('IP address', { exact: true }).press('Escape');
  await page().getByRole('status').filter({ hasText: 'Discarded 1 change' }).waitFor();
  await press('Undo');
  await holds('IP address', '10.99.0.26');
  await press('Discard changes');
  await page().locator('summary', { hasText: 'Olivia Operator' }).click();
  assert.equal(await drafts.count(), 0);
});

test('a reviewer verifies the history and takes the evidence along', async () => {
  await operator().sendRefresh('ctt-000021');
  await applied('Refresh');
  const reviewer = await another(/Rita Reviewer/);
  await reviewer.page.goto(`${desk().origin}/tickets/ctt-000021/history`);
  await reviewer.page.getByRole('button', { name: 'Verify again' }).click();
  await reviewer.page.getByRole('status').filter({ hasText: ': 1 entry, all intact' }).waitFor();
  const downloading = reviewer.page.waitForEvent('download');
  await reviewer.page.getByRole('link', { name: 'Export evidence' }).click();
  assert.match((await downloading).suggestedFilename(), /^SL-000021-[\d-]{10}\.evidence\.json$/);
  await page().getByRole('link', { name: 'Full history' }).click();
  await page().getByRole('heading', { name: 'Entry 1' }).waitFor();
  assert.equal(await page().getByRole('button', { name: 'Verify again' }).count(), 0);
  await reviewer.close();
});

test('a supervisor takes an update back from the history, with a reason', async () => {
  await operator().sendCorrection('ctt-000022', { 'IP address': '10.99.0.90' });
  await applied('Correction');
  const supervisor = await another(/Sofia Supervisor/);
  await supervisor.page.goto(`${desk().origin}/tickets/ctt-000022/history`);
  await supervisor.page.getByRole('button', { name: 'Revert' }).click();
  await supervisor.page.getByRole('button', { name: 'Apply to NIG' }).click();
  await supervisor.page.getByRole('alert').filter({ hasText: 'Give the reason' }).waitFor();
  await supervisor.page.getByRole('textbox', { name: 'Reason' }).fill('it was the wrong line');
  await supervisor.page.getByRole('button', { name: 'Apply to NIG' }).click();
  await supervisor.page
    .getByRole('status')
    .filter({ hasText: 'Reverted. NIG reference' })
    .waitFor();
  await supervisor.page.getByRole('heading', { name: 'Entry 2' }).waitFor();
  await says('Sofia Supervisor updated this CPE');
  assert.equal((await heldBy(desk().nigUrl, 'SL-000022')).ipAddress, '10.20.0.22');
  const first = supervisor.page.getByRole('article', { name: 'Entry 1' });
  await first.getByRole('button', { name: 'Revert', disabled: true }).click({ force: true });
  await first
    .getByRole('status')
    .filter({ hasText: 'a later update changed IP address' })
    .waitFor();
  await supervisor.close();
});
