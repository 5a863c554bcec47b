import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  administer,
  startTestServer,
  type TestServer,
} from '../../service/test/support/test-server.ts';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { type Operator, operatorAt } from './operator.ts';

/** More tickets than one page searches. Two of the oldest have "qz" in their number. */
const TICKETS = 12_000;
/** So many are looked at for a page. */
const PART = 500;
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

test('a text too short for the indexes is searched in one part of the list at a time', async () => {
  const { page, complaints } = operator;
  const search = page.getByRole('searchbox', { name: 'Search tickets' });
  const searchOn = page.getByRole('button', { name: 'Search the next part' });
  const says = (text: string) =>
    page
      .getByRole('status')
      .filter({ hasText: new RegExp(`^${text}$`) })
      .waitFor();
  await search.fill('qz');
  await page.getByText('No ticket matches so far').waitFor();
  await page.getByText('One with three letters or digits').waitFor();
  await says('0 tickets in the first part of the list');
  for (let parts = 2; parts * PART < TICKETS; parts += 1) {
    await searchOn.click();
    await says(`0 tickets in the first ${parts} parts of the list`);
  }
  await searchOn.click();
  await says('2 tickets');
  await searchOn.waitFor({ state: 'hidden' });
  // Who comes back finds what was found.
  await page.getByRole('link', { name: 'CTT-qz-2' }).click();
  await page.getByRole('region', { name: 'Ticket status' }).waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'CTT-qz-2' }).waitFor();
  await says('2 tickets');
  await search.fill('qz-');
  await says('2 tickets');
  await search.fill('qz-1');
  await says('1 ticket');
  assert.deepEqual(complaints, []);
});
