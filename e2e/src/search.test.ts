import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tempFolder } from '../../service/test/support/temp-folder.ts';
import { cameraWith } from './camera.ts';
import { portalOfItsOwn } from './portal.ts';

const folder = await tempFolder();
after(() => folder[Symbol.asyncDispose]());
const browserArgs = await cameraWith('SN:HWTC9E3779B1', folder.path);
const { another, page: operatorsPage } = portalOfItsOwn({ browserArgs });

test('the search box names what it recognised, and the list has it alone', async () => {
  const { page, complaints, close } = await another(/Olivia Operator/);
  const search = page.getByRole('searchbox', { name: 'Search tickets' });
  const says = (text: string) => page.getByText(text, { exact: true }).waitFor();
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  await search.fill('48575443 9E3779B1');
  await says('Serial number HWTC9E3779B1');
  await page
    .getByRole('status')
    .filter({ hasText: /^1 ticket$/ })
    .waitFor();
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  await search.fill('02-1A-4B');
  await says('Part of a MAC address 021a4b');
  await search.fill('#ctt 2026 000001');
  await says('Ticket number ctt 2026 000001');
  await page.getByRole('link', { name: 'CTT-2026-000001' }).waitFor();
  await search.fill('10.20.0.0/16');
  await says('Prefix 10.20.0.0/16');
  await search.fill('Teratai');
  assert.equal(await page.locator('#search-terms').innerText(), '');
  assert.deepEqual(complaints, []);
  await close();
});

test('a partial search says so, in both languages', async () => {
  const { page, close } = await another(/Olivia Operator/);
  await page.route(/\/ticket\/ctt\?.*q=cafe/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), isPartial: true } });
  });
  await page.getByRole('searchbox', { name: 'Search tickets' }).fill('cafe');
  await page.getByRole('status').filter({ hasText: 'Narrow your search.' }).waitFor();
  await page.locator('summary', { hasText: 'Signed in as' }).click();
  await page.getByRole('button', { name: 'Bahasa Melayu' }).click();
  await page.getByRole('status').filter({ hasText: 'Sempitkan carian anda.' }).waitFor();
  await close();
});

test('the label of a device opens the ticket of its line, which is then at hand', async () => {
  const page = operatorsPage();
  await page.keyboard.press('Control+k');
  await page.getByRole('button', { name: 'Scan a label' }).click();
  await page.getByRole('heading', { name: 'CTT-2026-000001' }).waitFor();
  await page.getByRole('link', { name: 'CPE Desk' }).click();
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'CTT-2026-000001 Opened lately' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'CTT-2026-000001' }).waitFor();
});
