import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../service/test/support/until.ts';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';

const { another } = portalOfItsOwn();

const listed = async () => {
  const operator = await another(/Olivia Operator/);
  const { page } = operator;
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  return { ...operator, rows: page.getByRole('table', { name: 'Tickets' }).getByRole('row') };
};

test('filters are chosen by name with their counts, several of one, and the address keeps them', async () => {
  const { page, complaints, close } = await listed();
  const options = page.getByRole('listbox', { name: 'Filter' }).getByRole('option');
  await page.keyboard.press('f');
  await page.getByRole('combobox', { name: 'Find a filter' }).waitFor();
  await page.keyboard.type('held');
  const held = await options.filter({ hasText: /Held\s*\d/ }).innerText();
  const figure = (text: string) => Number(/([\d,]+)\s*$/.exec(text)?.[1]?.replace(',', ''));
  await page.keyboard.press('Enter');
  await page.waitForURL(/status=held/);
  await page
    .getByRole('status')
    .filter({ hasText: `${figure(held)} tickets` })
    .waitFor();
  // The other statuses are still there to add; the segment groups count what is held only.
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('segment');
  await until('the segment groups add up to what is held', async () => {
    const counted = (await options.allInnerTexts()).map(figure);
    return counted.reduce((a, b) => a + b, 0) === figure(held);
  });
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('pending');
  await page.keyboard.press('Enter');
  await page.waitForURL(/status=held(,|%2C)pending/);
  await page.keyboard.press('Escape');
  await page.reload();
  await page.getByRole('button', { name: 'Status: Held, Pending' }).waitFor();
  await eventually(() => page.title(), 'Tickets - Status: Held, Pending - CPE Desk');
  await page.getByRole('button', { name: 'Remove the filter Status' }).click();
  await page.waitForURL((url) => !url.search.includes('status'));
  assert.deepEqual(complaints, []);
  await close();
});

test('a heading sorts the list, and says how', async () => {
  const { page, rows, close } = await listed();
  const opened = page.getByRole('columnheader', { name: 'Opened' });
  await eventually(() => opened.getAttribute('aria-sort'), 'descending');
  await page.getByRole('button', { name: 'Opened' }).click();
  await eventually(() => opened.getAttribute('aria-sort'), 'ascending');
  await page.waitForURL(/sort=openedAt/);
  await rows.nth(1).getByText('CTT-2026-000001').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Ticket', exact: true }).click();
  await page.waitForURL(/sort=-ticketNo/);
  await eventually(() => opened.getAttribute('aria-sort'), null);
  await close();
});

test('selected tickets are exported alone; a row opens by a click beside its link, a peek by Space', async () => {
  const { page, rows, close } = await listed();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const bar = page.getByRole('group', { name: 'Selected tickets' });
  await bar.getByText('2 selected').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    bar.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  assert.deepEqual(
    lines.slice(1).map((line) => line.slice(1, 16)),
    ['CTT-2026-000001', 'CTT-2026-000002'],
  );
  await bar.getByRole('button', { name: 'Select none' }).click();
  await bar.waitFor({ state: 'hidden' });
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  const peek = page.getByRole('complementary', { name: 'Show the ticket beside the list' });
  await peek.getByText('SL-000001').waitFor();
  await page.keyboard.press('j');
  await peek.getByText('SL-000002').waitFor();
  await page.keyboard.press('Escape');
  await peek.waitFor({ state: 'hidden' });
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    rows.nth(3).getByText('In progress').click({ button: 'middle' }),
  ]);
  await tab.getByRole('heading', { name: /CTT-2026-000003/ }).waitFor();
  await tab.close();
  await rows.nth(3).getByText('In progress').click();
  await page.getByRole('heading', { name: /CTT-2026-000003/ }).waitFor();
  await close();
});

test('a ticket that changed meanwhile is shown as it is now, and new ones wait behind a button', async () => {
  const { page, rows, close } = await listed();
  await page.route(
    /\/ticket\/ctt\?/,
    async (route) => {
      const answer = await route.fetch();
      const { items, ...rest } = await answer.json();
      const [first, ...others] = items;
      const fresh = { ...first, id: 'ctt-new', ticketNo: 'CTT-NEW' };
      const list = [fresh, { ...first, status: 'resolved' }, ...others];
      await route.fulfill({ response: answer, json: { ...rest, items: list } });
    },
    { times: 1 },
  );
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await rows.nth(1).getByText('Resolved').waitFor();
  const button = page.getByRole('button', { name: '1 new ticket' });
  await button.click();
  await button.waitFor({ state: 'hidden' });
  await rows.nth(1).getByText('In progress').waitFor();
  await close();
});

test('a ticket is found and opened with eight keys', async () => {
  const { page, close } = await listed();
  for (const key of ['/', ...'000002', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { name: /CTT-2026-000002/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Commands and tickets' }).waitFor();
  await page.keyboard.type('overv');
  assert.equal(await page.getByRole('option', { name: 'Overview' }).count(), 0, 'no right to it');
  await page.keyboard.press('ControlOrMeta+a');
  for (const key of ['0', '0', '0', '0', '0', '3', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { name: /CTT-2026-000003/ }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
  await close();
});

test('on a phone the first tickets are seen at once, as cards, and nothing scrolls sideways', async () => {
  const { page, rows, close } = await listed();
  for (const [width, height] of [
    [390, 844],
    [320, 640],
  ] as const) {
    await page.setViewportSize({ width, height });
    const box = await rows.nth(2).boundingBox();
    assert.ok(box && box.y + box.height < height - 60, `the second ticket is at ${box?.y}`);
    await page.getByText('Demo: eligible, GPON').waitFor();
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(wide <= width, `${wide} px wide`);
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Tickets' }).waitFor();
  await close();
});

test('a theme is chosen, and holds before the next page is painted', async () => {
  const { page, close } = await listed();
  const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme');
  await page.locator('summary', { hasText: 'Signed in as' }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  await eventually(scheme, 'dark');
  // Also where no script of the portal has come.
  await page.route(/\.js$/, (route) => route.abort());
  await page.reload({ waitUntil: 'domcontentloaded' });
  assert.equal(await scheme(), 'dark');
  await close();
});

test('the next page comes when the end comes into view, and Back comes to the same place', async () => {
  const { page, rows, close } = await listed();
  const first = await rows.count();
  await rows.last().scrollIntoViewIfNeeded();
  await until('there are more', async () => (await rows.count()) > first);
  // By its number: rows are drawn as they come near, so that the 60th changes.
  const number = await rows.nth(60).getByRole('link').innerText();
  const link = page.getByRole('link', { name: number });
  // Where it is when it is clicked: the click itself may scroll it further into view.
  await page.evaluate(
    `addEventListener('click', ({ target }) => { globalThis.clickedAt = target.getBoundingClientRect().y; }, true)`,
  );
  await link.click();
  await page.getByRole('region', { name: 'CPE', exact: true }).waitFor();
  const at = await page.evaluate<number>('clickedAt');
  await page.goBack();
  await link.waitFor();
  await until(
    `it is where it was, at ${at} px`,
    async () => Math.abs(((await link.boundingBox())?.y ?? Number.NaN) - at) < 100,
  );
  assert.ok((await page.evaluate<number>('scrollY')) > 500);
  await close();
});

test('of a long list only what is near is drawn, and nothing is lost on the way', async () => {
  const { page, rows, close } = await listed();
  const listedRows = async () =>
    Number(await page.getByRole('table', { name: 'Tickets' }).getAttribute('aria-rowcount')) - 1;
  await until('1,000 tickets are listed', async () => {
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    return (await listedRows()) >= 1000;
  });
  assert.ok((await rows.count()) < 500, `${await rows.count()} rows are drawn`);
  await page.evaluate('scrollTo(0, document.body.scrollHeight / 2)');
  await until('the middle is drawn', async () =>
    page.evaluate<boolean>(
      `document.elementFromPoint(300, innerHeight / 2).closest('tr')?.querySelector('a') instanceof Element`,
    ),
  );
  // Back comes to the middle of a list longer than one answer, and nothing of it is gone.
  const middle = await page.evaluate<string>(
    `document.elementFromPoint(300, innerHeight / 2).closest('tr').querySelector('a').textContent`,
  );
  await page.getByRole('link', { name: middle }).click();
  await page.getByRole('region', { name: 'CPE', exact: true }).waitFor();
  const refreshed = page.waitForResponse(/limit=200/);
  await page.goBack();
  await refreshed;
  await page.locator('.ticket-list[aria-busy=false]').waitFor();
  assert.ok((await listedRows()) >= 1000, `${await listedRows()} tickets are listed`);
  await page.getByRole('link', { name: middle }).waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  await close();
});

test('by keyboard: j and k move, Enter opens, / searches, ? helps; not while somebody types', async () => {
  const { page, close } = await listed();
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  await page.keyboard.press('j');
  await eventually(focused, 'CTT-2026-000001');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await eventually(focused, 'CTT-2026-000002');
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard' });
  await help.getByRole('row').filter({ hasText: 'Next ticket' }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });
  await page.keyboard.press('/');
  await page.keyboard.type('jk?');
  await eventually(() => page.getByLabel('Search tickets').inputValue(), 'jk?');
  await page.getByLabel('Search tickets').fill('');
  await page.waitForURL((url) => !url.search.includes('q='));
  await page.getByRole('link', { name: 'CTT-2026-000001' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /CTT-2026-000001/ }).waitFor();
  await close();
});

test('a ticket that is opened right after typing opens, although its page takes time to load', async () => {
  const { page, close } = await listed();
  // Longer than the list waits for a pause in the typing.
  await page.route(/\/chunk-.*\.js/, async (route) => {
    await sleep(1500);
    await route.continue();
  });
  await page.getByLabel('Search tickets').pressSequentially('CTT');
  await page.getByRole('link', { name: 'CTT-2026-000001' }).click();
  await page.getByRole('heading', { name: /CTT-2026-000001/ }).waitFor();
  await close();
});

test('columns are chosen and stay so; the ticket is always there', async () => {
  const { page, close } = await listed();
  const headings = () => page.getByRole('columnheader').allInnerTexts();
  await page.getByRole('columnheader', { name: 'Technology' }).waitFor();
  await page.locator('summary', { hasText: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Technology' }).uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Technology' }).waitFor({ state: 'hidden' });
  await page.getByRole('columnheader', { name: 'Technology' }).waitFor({ state: 'detached' });
  assert.deepEqual((await headings()).slice(0, 2), ['Ticket', 'Status']);
  await page.reload();
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  assert.ok(!(await headings()).includes('Technology'));
  await close();
});

test('a view is saved under a name, opened from anywhere, and deleted', async () => {
  const { page, close } = await listed();
  await page.keyboard.press('f');
  await page.keyboard.type('pending');
  await page.keyboard.press('Enter');
  await page.waitForURL(/status=pending/);
  await page.keyboard.press('Escape');
  const menu = page.locator('summary', { hasText: 'Saved views' });
  await menu.click();
  await page.getByLabel('Name of these filters').fill('Waiting for a customer');
  await page.getByRole('button', { name: 'Save view' }).click();
  const view = page.getByRole('navigation').getByRole('link', { name: 'Waiting for a customer' });
  await view.waitFor();
  await page.getByRole('link', { name: 'CPE Desk' }).click();
  await page.waitForURL((url) => !url.search.includes('status'));
  await page.reload();
  await view.click();
  await page.waitForURL(/status=pending/);
  assert.equal(await view.getAttribute('aria-current'), 'page');
  await menu.click();
  await page.getByRole('button', { name: 'Delete view Waiting for a customer' }).click();
  await page.getByText('None yet').waitFor();
  await close();
});

test('what is filtered is exported as CSV', async () => {
  const { page, close } = await listed();
  await page.getByLabel('Search tickets').fill('CTT-2026-00000');
  await page.waitForURL(/q=CTT-2026-00000/);
  await page.locator('summary', { hasText: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page
      .getByRole('link', { name: 'Export CSV' })
      .and(page.locator('[href*="q=CTT-2026-00000"]'))
      .click(),
  ]);
  assert.equal(download.suggestedFilename(), 'tickets.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  assert.equal(lines.length, 1 + 9);
  assert.match(lines[1] ?? '', /^"CTT-2026-000001","inProgress",/);
  await close();
});
