import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { administer, startTestServer, type TestServer } from '../../service/src/testing/test-server.ts';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { type Operator, operatorAt } from './operator.ts';

/** More tickets than are looked at for one page; of these, two of the oldest have "qz" in their number. */
const TICKETS = 15_000;
const fill = `
  with line as (insert into service_line (id, technology, managed_services, segment_group, customer, plan_down_kbps, plan_up_kbps)
    values ('SL-1', 'FTTH', true, 'SME', 'Teratai', 300000, 100000) returning *)
  insert into ctt (id, ticket_no, status, title, opened_at, service_line_id, technology, managed_services, segment_group)
  select 't-' || n, case when n <= 2 then 'CTT-qz-' || n else 'CTT-' || n end, 'inProgress', 'Wrong device on record',
         timestamptz '2026-01-01' + n * interval '1 minute', id, technology, managed_services, segment_group
    from line, generate_series(1, ${TICKETS}) n`;

let server: TestServer;
let desk: Awaited<ReturnType<typeof deskOfItsOwn>>;
let browser: Awaited<ReturnType<typeof launchBrowser>>;
let operator: Operator;

before(async () => {
  server = await startTestServer({ durable: true });
  desk = await deskOfItsOwn({ DATABASE_URL: server.adminUrl });
  await administer(server.adminUrl, fill);
  browser = await launchBrowser();
  operator = await operatorAt(desk, browser);
});
after(async () => {
  await browser?.close();
  await desk?.[Symbol.asyncDispose]();
  await server?.stop();
});

test('a text too short for the indexes is looked for in a part of the list at a time, for as long as the operator likes', async () => {
  const { page, complaints } = operator;
  const searchOn = page.getByRole('button', { name: 'Search on' });
  await page.getByRole('searchbox', { name: 'Search tickets' }).fill('qz');
  await page.getByText('No ticket matches so far').waitFor();
  await page.getByText('give three letters or digits').waitFor();
  await page.getByRole('status').filter({ hasText: '0 tickets so far' }).waitFor();
  const found = page.getByRole('link', { name: 'CTT-qz-2' });
  let parts = 0;
  while (!(await found.isVisible())) {
    const answered = page.waitForResponse((response) => response.url().includes('cursor='));
    await searchOn.click();
    await answered;
    parts += 1;
    assert.ok(parts <= 8, 'it was found');
    await page
      .getByRole('status')
      .filter({ hasText: /^\d+ tickets?( so far| shown, there are more)?$/ })
      .waitFor();
  }
  assert.ok(parts > 5);
  await page
    .getByRole('status')
    .filter({ hasText: /^2 tickets$/ })
    .waitFor();
  assert.equal(await searchOn.isVisible(), false);
  await page.getByRole('searchbox', { name: 'Search tickets' }).fill('qz-');
  await page
    .getByRole('status')
    .filter({ hasText: /^2 tickets$/ })
    .waitFor();
  assert.deepEqual(complaints, []);
});
