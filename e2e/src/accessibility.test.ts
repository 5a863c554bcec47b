import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { eventually } from './eventually.ts';
import { type Operator, operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

/*
 * Every page and every dialog, in both themes and at two widths, held against all rules of axe-core
 * (WCAG 2.2 A and AA, and its best practices). What no rule sees - the order of the focus, what is
 * read out - other tests state by role and name.
 */

const opened = new AsyncDisposableStack();
let desk: Awaited<ReturnType<typeof deskOfItsOwn>>;
let browser: Awaited<ReturnType<typeof launchBrowser>>;
let people: Record<'operator' | 'supervisor' | 'reviewer' | 'admin', Operator>;
let axe: string;

before(async () => {
  desk = opened.use(await deskOfItsOwn({ NIG_TIMEOUT_MS: '1500' }));
  browser = opened.use(await launchBrowser());
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const as = (person: RegExp) => operatorAt(desk, browser, person);
  people = {
    operator: await as(/Olivia Operator/),
    supervisor: await as(/Sofia Supervisor/),
    reviewer: await as(/Rita Reviewer/),
    admin: await as(/Adam Admin/),
  };
  // Something to look at in the histories and the overview.
  await people.operator.sendCorrection('ctt-000002', { 'Serial number': 'HWTC1A2B3C55' });
  await people.operator.applied('Swap');
});
after(() => opened.disposeAsync());

type Violation = { id: string; help: string; nodes: { html: string; failureSummary: string }[] };

const violations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 120)} ${failureSummary}`),
  );
};

/** The elements that make the page scroll sideways. An element with its own scroll bar may. */
const TOO_WIDE = `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
  ['scrolls to ' + document.documentElement.scrollWidth, ...[...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > innerWidth && !each.parentElement.closest('.scroll-x'))
    .map((each) => each.outerHTML.slice(0, 100))]`;

/** What is on the screen has no violation, however it is looked at. */
const isAccessible = async (page: Page): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), [], `${colorScheme}, ${width} px`);
      assert.deepEqual(await page.evaluate(TOO_WIDE), [], `beyond ${width} px`);
    }
  await page.setViewportSize({ width: 1280, height: 900 });
};

const go = async (page: Page, path: string, heading: string): Promise<void> => {
  await page.goto(desk.origin + path);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};

test('signed out', async () => {
  const page = await browser.newPage();
  await go(page, '/', 'CPE Desk');
  assert.equal(await page.title(), 'Sign in - CPE Desk');
  await isAccessible(page);
  await page.close();
});

test('the ticket list, its menus, its help, and nothing found', async () => {
  const { page } = people.operator;
  await go(page, '/tickets', 'Tickets');
  await page.getByRole('row').nth(5).waitFor();
  await isAccessible(page);
  // What follows changes no row: a few rows are enough, and the rules run faster.
  await go(page, '/tickets?q=CTT-2026-00000', 'Tickets');
  await page.locator('[aria-rowcount="10"]').waitFor();
  for (const menu of ['Saved views', 'Columns', 'Filter', 'Export']) {
    await page.locator('summary', { hasText: menu }).click();
    await isAccessible(page);
    await page.locator('summary', { hasText: menu }).click();
  }
  for (const key of ['j', 'x', 'Space']) await page.keyboard.press(key);
  await page.getByRole('complementary').getByText('SL-000001').waitFor();
  await isAccessible(page);
  await page.keyboard.press('x');
  await page.keyboard.press('Escape');
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  assert.deepEqual(await violations(page), [], 'forced colours');
  await page.emulateMedia({ forcedColors: null, reducedMotion: null });
  await page.locator('summary', { hasText: 'Signed in as' }).click();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Keyboard' }).click();
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.keyboard.press('Control+k');
  // Its script is loaded now.
  await page.getByRole('combobox').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('CTT-2026-00000');
  await page.getByRole('option', { name: /CTT-2026-000001/ }).waitFor();
  await isAccessible(page);
  await page.keyboard.press('Escape');
  await go(page, '/tickets?q=nothing-like-this', 'Tickets');
  await page.getByText('No ticket matches').waitFor();
  await isAccessible(page);
});

test('a ticket, open and closed for editing, and none', async () => {
  const { page, open } = people.operator;
  await open('ctt-000011');
  await page.getByRole('region', { name: 'Recent history' }).waitFor();
  await page.getByText('As a table').click();
  await isAccessible(page);
  await open('ctt-000005');
  await isAccessible(page);
  await open('ctt-000013');
  await isAccessible(page);
  await go(page, '/tickets/none', 'No such ticket');
  await isAccessible(page);
});

test('the form, with an error, and the paste of a record', async () => {
  const { page, open } = people.operator;
  await open('ctt-000011');
  await page.getByRole('button', { name: 'Edit CPE' }).click();
  await page.getByLabel('IP address', { exact: true }).fill('10.300.0.1');
  await page.getByLabel('Port', { exact: true }).fill('0/1/3:60');
  await page.getByRole('button', { name: 'Review changes' }).click();
  await page.getByText('Give an IPv4 address').waitFor();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Paste device data' }).click();
  await page.getByLabel('Record', { exact: true }).fill('port: 0/1/3:61\nip: 10.99.4.1');
  await page.getByRole('button', { name: 'Fill in 2 values' }).waitFor();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Fill in 2 values' }).click();
});

test('the conflict with a colleague', async () => {
  const { page } = people.operator;
  await people.supervisor.sendCorrection('ctt-000012', { 'IP address': '10.99.4.2' });
  await page
    .getByRole('region', { name: 'Someone changed this CPE while you were editing' })
    .waitFor();
  await isAccessible(page);
  await page.getByRole('button', { name: 'Discard changes' }).click();
});

test('the confirmation, the wait, a failure and an unknown outcome', async () => {
  const { page, open, review } = people.operator;
  await open('ctt-000015');
  await review({ 'IP address': '10.99.4.3', 'Bandwidth down (kbit/s)': '900000' });
  await page.getByText('Check before sending').waitFor();
  await page.getByText('Data sent to NIG').click();
  await page.getByText('PUT /cpe-updates/{updateId}').waitFor();
  await isAccessible(page);
  await setFaults(desk.nigUrl, { mode: 'reject' });
  await page.getByRole('button', { name: 'Apply to NIG' }).click();
  await page.getByText('Next:').waitFor();
  await isAccessible(page);
  await setFaults(desk.nigUrl, { mode: 'hang', lookup: false });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Asking NIG').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('heading', { name: 'Outcome unknown' }).waitFor();
  await isAccessible(page);
  await setFaults(desk.nigUrl);
});

test('the history as a reviewer and as a supervisor sees it', async () => {
  for (const { page } of [people.reviewer, people.supervisor]) {
    await go(page, '/tickets/ctt-000002/history', 'History of SL-000002');
    await page.getByRole('article').first().waitFor();
    await isAccessible(page);
  }
  await people.reviewer.page.getByText('How to verify').click();
  await people.reviewer.page.locator('summary', { hasText: 'Filter' }).click();
  await isAccessible(people.reviewer.page);
  await go(people.reviewer.page, '/history?q=SL-00000', 'History');
  await people.reviewer.page.getByText('More lines match').waitFor();
  await isAccessible(people.reviewer.page);
  const { page } = people.supervisor;
  await page.getByRole('button', { name: 'Revert' }).first().click();
  await page.getByRole('button', { name: 'Apply to NIG' }).waitFor();
  await isAccessible(page);
});

/** Of the desk, which this process starts. */
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

test('the pages of supervisors and admins, and none', async () => {
  const { page } = people.supervisor;
  await go(page, '/overview', 'Overview');
  await page.getByRole('region', { name: 'Oldest unsettled updates' }).waitFor();
  await page.getByText(`Days are counted in the time zone ${ZONE}.`).waitFor();
  // Of the updates a day and of NIG's answers.
  const tables = page.getByText('As a table');
  await eventually(() => tables.count(), 2);
  for (const table of await tables.all()) await table.click();
  await isAccessible(page);
  await go(page, '/attention', 'Needs attention');
  await page.getByText('No update needs attention.').waitFor();
  await isAccessible(page);
  await go(page, '/differences', 'Differences');
  await page.getByRole('region', { name: /^Corp data/ }).waitFor();
  await isAccessible(page);
  await go(people.admin.page, '/access-log', 'Access log');
  await people.admin.page.getByRole('row').nth(2).waitFor();
  await isAccessible(people.admin.page);
  await go(people.admin.page, '/sessions', 'Sessions');
  await people.admin.page.getByRole('row').nth(1).waitFor();
  await isAccessible(people.admin.page);
  await go(people.admin.page, '/api-tokens', 'API tokens');
  await people.admin.page.getByText('There is no API token.').waitFor();
  await isAccessible(people.admin.page);
  await go(page, '/nowhere', 'Page not found');
  await isAccessible(page);
});
