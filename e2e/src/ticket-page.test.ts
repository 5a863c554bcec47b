import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';

const { another, holds, operator, page, press, region, says } = portalOfItsOwn();

test('one screen has what an operator needs of a ticket and its line', async () => {
  await operator().open('ctt-000011');
  await page().getByText('Can become: Held, Pending, Resolved, Cancelled').waitFor();
  await region().getByText('by an import').waitFor();
  const eligibility = page().getByRole('region', { name: 'Eligibility' });
  await eligibility.filter({ hasText: /can be edited.*The line is FTTH/ }).waitFor();
  await page()
    .getByRole('region', { name: 'Corp data' })
    .getByText('Agrees with the CPE')
    .waitFor();
  const others = page().getByRole('region', { name: 'Other tickets of this line' });
  await others.getByRole('link', { name: 'CTT-2026-000012' }).click();
  await page().getByRole('heading', { name: 'two tickets on one line (2 of 2)' }).waitFor();
});

test('a rule that is not met is named, and what would make the ticket eligible', async () => {
  await operator().open('ctt-000005');
  const eligibility = page().getByRole('region', { name: 'Eligibility' });
  await eligibility
    .getByRole('listitem')
    .filter({ hasText: 'Not met: The ticket is open' })
    .waitFor();
  await region().getByText('Work from an open ticket of this service line').waitFor();
});

test('the access path is drawn, and marks what is being changed', async () => {
  await operator().open('ctt-000011');
  const path = page().getByRole('img', { name: /^Path: OLT .*, Port \(0\/1\/3:11\), .*CPE/ });
  await path.waitFor();
  await press('Edit CPE');
  await page().getByLabel('Port', { exact: true }).fill('0/1/3:77');
  await page()
    .getByRole('img', { name: /Port \(0\/1\/3:11, being changed\)/ })
    .waitFor();
  await page().getByLabel('Model', { exact: true }).fill('HG8546M');
  await page()
    .getByRole('img', { name: /CPE \(.*being changed\)/ })
    .waitFor();
  await press('Discard changes');
  await path.waitFor();
  await page()
    .getByRole('img', { name: /being changed/ })
    .waitFor({ state: 'detached' });
});

test('who else has the line open is said while they have it open, on any of its tickets', async () => {
  await operator().open('ctt-000011');
  const other = await another(/Sofia Supervisor/);
  await other.open('ctt-000012');
  await says('Sofia Supervisor is viewing this line');
  await other.page
    .getByRole('status')
    .filter({ hasText: 'Olivia Operator is viewing this line' })
    .waitFor();
  await other.close();
  await page().getByText('is viewing this line').waitFor({ state: 'detached' });
});

test('a colleague’s update changes the page, with a note of who it was', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000011');
  await other.sendCorrection('ctt-000012', { 'IP address': '10.99.1.1' });
  await says('Sofia Supervisor updated this CPE');
  await region().getByText('10.99.1.1').waitFor();
  await region()
    .getByText(/Last changed .* by Sofia Supervisor/)
    .waitFor();
  await other.close();
});

test('a colleague’s update while somebody edits opens the conflict, and nothing typed is lost', async () => {
  const other = await another(/Sofia Supervisor/);
  await operator().open('ctt-000011');
  await press('Edit CPE');
  await page().getByLabel('Bandwidth up (kbit/s)').fill('20000');
  await other.sendCorrection('ctt-000012', {
    'IP address': '10.99.1.2',
    'Bandwidth up (kbit/s)': '30000',
  });
  const conflict = page().getByRole('region', {
    name: 'Someone changed this CPE while you were editing',
  });
  await conflict.getByText('Sofia Supervisor changed it').waitFor();
  const [address, up] = ['IP address', 'Bandwidth up (kbit/s)'].map((name) =>
    conflict.getByRole('group', { name }),
  );
  await eventually(async () => address?.getByLabel('Sofia Supervisor’s').isChecked(), true);
  await eventually(async () => up?.getByLabel('Mine').isChecked(), true);
  await press('Continue with these values');
  await holds('IP address', '10.99.1.2');
  await holds('Bandwidth up (kbit/s)', '20000');
  await page().getByText('Recorded: 30000').waitFor();
  await press('Discard changes');
  await other.close();
});
