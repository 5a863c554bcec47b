import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from './eventually.ts';
import type { Operator } from './operator.ts';
import { portalOfItsOwn } from './portal.ts';

let supervisor: Operator;
let reviewer: Operator;

const send = async (
  { applied, sendCorrection }: Operator,
  values: Record<string, string>,
  kind: 'Correction' | 'Swap' = 'Correction',
) => {
  await sendCorrection('ctt-000002', values);
  await applied(kind);
};

/** Three entries on one line, by two people, one of them a swap; the reviewer looks at them. */
const prepare = async (): Promise<void> => {
  supervisor = await another(/Sofia Supervisor/);
  reviewer = await another(/Rita Reviewer/);
  await send(operator(), { 'IP address': '10.99.3.1' });
  await send(supervisor, { 'Serial number': 'HWTC1A2B3C01' }, 'Swap');
  await send(operator(), { Port: '0/1/3:51' });
  await reviewer.page.goto(`${new URL(page().url()).origin}/tickets/ctt-000002/history`);
  await reviewer.page.getByRole('article', { name: 'Entry 3' }).waitFor();
};

const { another, holds, operator, page, press, says } = portalOfItsOwn({ prepare });

const pressHere = (name: string) =>
  reviewer.page.getByRole('button', { name, exact: true }).click();

/** The page comes to show just these entries. */
const showsEntries = (...names: string[]) =>
  eventually(async () => {
    const headings = reviewer.page.getByRole('article').getByRole('heading', { level: 2 });
    return (await headings.allTextContents()).map((name) => name.trim());
  }, names);

test('entries are narrowed down by field, person and time; the address keeps it', async () => {
  const openFilters = () => reviewer.page.locator('summary', { hasText: 'Filter' }).click();
  await openFilters();
  await reviewer.page.getByLabel('Changed field').selectOption('Port');
  await showsEntries('Entry 3');
  await reviewer.page.reload();
  await showsEntries('Entry 3');
  await pressHere('Remove the filter Changed field: Port');
  await showsEntries('Entry 3', 'Entry 2', 'Entry 1');
  await openFilters();
  await reviewer.page.getByLabel('Person').fill('sofia');
  await reviewer.page.getByLabel('Person').press('Enter');
  await showsEntries('Entry 2');
  await pressHere('Clear filters');
  await openFilters();
  await reviewer.page.getByLabel('To', { exact: true }).fill('2026-01-01');
  await reviewer.page.getByText('No entry matches these filters.').waitFor();
  await pressHere('Clear filters');
  await showsEntries('Entry 3', 'Entry 2', 'Entry 1');
});

test('an entry names the request that asked for it', async () => {
  const entry = reviewer.page.getByRole('article', { name: 'Entry 3' });
  await entry.getByText('Details and proof').click();
  await entry.getByText(/^[0-9a-f]{8}-[0-9a-f-]{27}$/).waitFor();
});

test('each device of the line has its times and a link to its swap', async () => {
  const devices = reviewer.page.getByRole('region', { name: 'Devices on this line' });
  await eventually(() => devices.getByRole('listitem').count(), 2);
  const first = devices.getByRole('listitem').first();
  await first.filter({ hasText: /HWTC1A2B3C01.*– now/ }).waitFor();
  await devices.getByRole('link', { name: 'Entry 2' }).click();
  await reviewer.page.waitForURL(/#entry-2$/);
});

test('two entries are compared with the keyboard alone, without a date', async () => {
  const { keyboard } = reviewer.page;
  await reviewer.page.getByRole('heading', { level: 1, name: /^History of SL-000002 - / }).focus();
  for (const key of ['j', 'x', 'j', 'j', 'x', 'k', 'Enter', 'c']) await keyboard.press(key);
  const comparison = reviewer.page.getByRole('region', { name: 'Entry 1 and entry 3' });
  const port = comparison.getByRole('row').filter({ hasText: 'Port' });
  await port.filter({ hasText: '0/1/3:51' }).waitFor();
  await comparison.getByRole('row').filter({ hasText: 'HWTC1A2B3C01' }).waitFor();
  await comparison.getByRole('heading').and(reviewer.page.locator(':focus')).waitFor();
  const between = reviewer.page.getByRole('article', { name: 'Entry 2' });
  await between.getByText('Entry hash', { exact: true }).waitFor();
  await comparison.getByRole('button', { name: 'Close' }).click();
  await comparison.waitFor({ state: 'detached' });
});

test('a line is found for its history by what somebody has of it', async () => {
  const { page } = await another(/Rita Reviewer/);
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await page.getByLabel('Ticket, line, serial number').fill('CTT-2026-000002');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /^History of SL-000002 - / }).waitFor();
  assert.match(await page.title(), /^History of SL-000002 - .* - CPE Desk$/);
});

test('the form of a revert takes the focus and gives it back', async () => {
  const { page } = supervisor;
  await supervisor.open('ctt-000002');
  await page.getByRole('link', { name: 'Full history' }).click();
  const revert = page
    .getByRole('article', { name: 'Entry 3' })
    .getByRole('button', { name: 'Revert' });
  await revert.click();
  const heading = page.getByRole('heading', { name: 'Revert entry 3' });
  await heading.and(page.locator(':focus')).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await revert.and(page.locator(':focus')).waitFor();
});

test('two times are compared field by field', async () => {
  const comparison = reviewer.page.getByRole('region', { name: 'Compare two times' });
  await comparison.getByRole('button', { name: 'Compare' }).click();
  await comparison.getByText('Give both times').waitFor();
  await comparison.getByLabel('Earlier time').fill('2026-01-01T00:00:00');
  await comparison.getByLabel('Later time').fill('2099-01-01T00:00:00');
  await comparison.getByRole('button', { name: 'Compare' }).click();
  await comparison.getByRole('row').filter({ hasText: '10.99.3.1' }).waitFor();
  await comparison.getByRole('columnheader', { name: /Entry 3/ }).waitFor();
});

test('a reviewer sees at once that the chain is verified, on each entry', async () => {
  await reviewer.page
    .getByRole('status')
    .filter({ hasText: /Verified .*: 3 entries, all intact/ })
    .waitFor();
  const verified = reviewer.page.getByRole('article').filter({ hasText: 'Verified' });
  await eventually(() => verified.count(), 3);
});

test('the print has the entries with their whole hashes and no controls', async () => {
  const controls = [
    ...['Print', 'Verify again'].map((name) => reviewer.page.getByRole('button', { name })),
    reviewer.page.locator('summary', { hasText: 'Filter' }),
  ];
  for (const control of controls) await control.waitFor();
  await reviewer.page.emulateMedia({ media: 'print' });
  const hash = reviewer.page.getByRole('article', { name: 'Entry 1' }).locator('.whole-hash');
  assert.match((await hash.textContent()) ?? '', /^[0-9a-f]{64}$/);
  await hash.waitFor();
  for (const control of controls) await control.waitFor({ state: 'hidden' });
  await reviewer.page.emulateMedia({ media: null });
});

test('a supervisor sees how updates and NIG have been doing, as a picture and as a table', async () => {
  await supervisor.page.getByRole('link', { name: 'Overview' }).click();
  await supervisor.page.getByRole('img', { name: 'Updates a day, by outcome' }).waitFor();
  const updates = supervisor.page.getByRole('region', { name: 'Updates a day, by outcome' });
  await updates.getByText('As a table').click();
  const today = updates.getByRole('row').nth(1);
  await eventually(() => today.getByRole('cell').allTextContents(), ['3', '0', '0']);
  await supervisor.page.getByRole('button', { name: '7 days' }).click();
  await eventually(() => updates.getByRole('row').count(), 8);
  const models = supervisor.page.getByRole('region', { name: 'Most corrected models' });
  await models.filter({ hasText: '21' }).waitFor();
  await supervisor.page.getByText('Every update is settled.').waitFor();
  const nig = supervisor.page.getByRole('region', { name: 'Connection to NIG' });
  await nig.getByText('Closed: updates go out').waitFor();
  await nig.getByRole('row', { name: 'Look-ups 0 8' }).waitFor();
  assert.equal(
    await page().getByRole('link', { name: 'Overview' }).count(),
    0,
    'not for operators',
  );
});

test('the portal speaks Malay at the press of a button, and keeps to it', async () => {
  await operator().open('ctt-000002');
  await press('Edit CPE');
  await page().getByLabel('Bandwidth down (kbit/s)', { exact: true }).fill('fast');
  await page().getByLabel('Bandwidth down (kbit/s)', { exact: true }).blur();
  await page().getByText('Give a whole number of kbit/s').waitFor();
  await page().locator('summary', { hasText: 'Signed in as' }).click();
  await press('Bahasa Melayu');
  await page().getByText('Beri nombor bulat dalam kbit/s').waitFor();
  await holds('Lebar jalur turun (kbit/s)', 'fast');
  await page().locator('html[lang=ms]').waitFor();
  await press('Buang perubahan');
  await press('Segarkan CPE');
  await page()
    .getByRole('dialog')
    .getByRole('heading', { name: 'Segar semula bagi CTT-2026-000002' })
    .waitFor();
  await press('Laksanakan di NIG');
  await says('Segar semula dilaksanakan. Rujukan NIG');
  await page().reload();
  await page().getByRole('heading', { name: 'Peranti (CPE)' }).waitFor();
  await page().locator('summary', { hasText: 'Log masuk sebagai' }).click();
  await press('English');
  await page().getByRole('heading', { name: 'CPE', exact: true }).waitFor();
});
