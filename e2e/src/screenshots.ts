import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { deskOfItsOwn } from './desk.ts';
import { operatorAt } from './operator.ts';
import { setFaults } from './simulator.ts';

/*
 * `npm run screenshots`: each page in both themes and at three widths, into e2e/screenshots, which
 * git ignores. The pictures that docs/screenshots already holds are replaced.
 */

const FOLDER = join(import.meta.dirname, '../screenshots');
const OF_DOCUMENTS = join(import.meta.dirname, '../../docs/screenshots');
const WIDTHS = [1280, 768, 360];
const HEIGHT = 900;
/** Enough to see what is there; a folder of these stays small. */
const QUALITY = 55;

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });

const shoot = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: HEIGHT });
      const path = join(FOLDER, `${name}-${width}-${colorScheme}.jpg`);
      await page.screenshot({ path, type: 'jpeg', quality: QUALITY, animations: 'disabled' });
    }
  await page.setViewportSize({ width: 1280, height: HEIGHT });
};

await using desk = await deskOfItsOwn({});
const browser = await launchBrowser();
const signedOut = await browser.newPage();
await signedOut.goto(desk.origin);
await signedOut.getByRole('link', { name: 'Sign in' }).waitFor();
await shoot(signedOut, 'sign-in');

const operator = await operatorAt(desk, browser);
const supervisor = await operatorAt(desk, browser, /Sofia Supervisor/);
const reviewer = await operatorAt(desk, browser, /Rita Reviewer/);
const admin = await operatorAt(desk, browser, /Adam Admin/);

const update = async (who: typeof operator, ticket: string, values: Record<string, string>) => {
  await who.open(ticket);
  await who.review(values);
  await who.page.getByRole('textbox', { name: 'Reason' }).fill('Router replaced on site');
  await who.page.getByRole('button', { name: 'Apply to NIG' }).click();
  await who.page.getByRole('status').filter({ hasText: 'applied. NIG reference' }).waitFor();
};

await operator.page.getByRole('row').nth(10).waitFor();
await shoot(operator.page, 'tickets');

await update(operator, 'ctt-000011', { 'IP address': '10.20.200.11' });
await update(supervisor, 'ctt-000011', { 'Serial number': 'HWTC1A2B3C4D' });
await update(operator, 'ctt-000011', { 'Bandwidth up (kbit/s)': '80M' });
await operator.open('ctt-000011');
await operator.page.getByRole('status').filter({ hasText: 'viewing this line' }).waitFor();
await shoot(operator.page, 'ticket');

await operator.page.getByRole('button', { name: 'Edit CPE' }).click();
await operator.page.getByLabel('Port', { exact: true }).fill('0/1/3:77');
await operator.page.getByLabel('Bandwidth down (kbit/s)', { exact: true }).fill('400M');
await shoot(operator.page, 'editing');
await operator.page.getByRole('button', { name: 'Paste device data' }).click();
const ONT =
  'F/S/P    : 0/1/3\nONT-ID   : 78\nSN       : 485754431A2B3C4D (HWTC-1A2B3C4D)\nUptime   : 4 days\n';
for (const [name, text, shows] of [
  ['paste', ONT, 'Line 1: F/S/P'],
  [
    'paste-devices',
    ONT + ONT.replace('1A2B3C4D', '5E6F7A8B').replace('78', '79'),
    'several devices',
  ],
  [
    'paste-choice',
    'SN: HWTC1A2B3C4D\nIP: 10.20.0.7\nIP: 10.20.0.8\nUptime: 4 days',
    'Choose a value',
  ],
] as const) {
  await operator.page.getByLabel('Record', { exact: true }).fill(text);
  await operator.page.getByRole('dialog').getByText(shows).first().waitFor();
  await shoot(operator.page, name);
}
await operator.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
await operator.page.getByRole('button', { name: 'Review changes' }).click();
await operator.page.getByRole('heading', { name: /^Correction on CTT-/ }).waitFor();
await shoot(operator.page, 'confirmation');
await setFaults(desk.nigUrl, { mode: 'reject' });
await operator.page.getByRole('button', { name: 'Apply to NIG' }).click();
await operator.page.getByText('Next:').waitFor();
await shoot(operator.page, 'refused');
await setFaults(desk.nigUrl);
await operator.page.getByRole('button', { name: 'Back to editing' }).click();
await update(supervisor, 'ctt-000012', { Port: '0/1/3:79' });
await operator.page
  .getByRole('region', { name: 'Someone changed this CPE while you were editing' })
  .waitFor();
await shoot(operator.page, 'conflict');

const visit = async ({ page }: typeof operator, path: string, name: string) => {
  await page.goto(desk.origin + path);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await shoot(page, name);
};
await visit(reviewer, '/tickets/ctt-000011/history', 'history');
await visit(supervisor, '/overview', 'overview');
await visit(supervisor, '/attention', 'attention');
await admin.page.goto(`${desk.origin}/access-log`);
await admin.page.getByRole('row').nth(2).waitFor();
await shoot(admin.page, 'access-log');
await browser.close();

for (const name of await readdir(OF_DOCUMENTS))
  await copyFile(join(FOLDER, name), join(OF_DOCUMENTS, name));
