import { test } from 'node:test';
import { eventually } from './eventually.ts';
import { portalOfItsOwn } from './portal.ts';

const { another, applied, dialog, field, holds, operator, page, press, says } = portalOfItsOwn();

const edit = async (ticket: string) => {
  await operator().open(ticket);
  await press('Edit CPE');
};

test('what was changed is marked, put back alone, or undone step by step', async () => {
  await edit('ctt-000015');
  const address = await field('IP address').inputValue();
  await field('IP address').fill('10.99.2.1');
  await field('Bandwidth up (kbit/s)').fill('20000');
  await page().getByText('2 changes').waitFor();
  await press('Restore IP address');
  await holds('IP address', address);
  await page().getByText('1 change', { exact: true }).waitFor();
  await press('Undo');
  await holds('IP address', '10.99.2.1');
  await press('Undo');
  await press('Undo');
  await page().getByText('No changes.').waitFor();
  await page().getByRole('button', { name: 'Undo', exact: true, disabled: true }).waitFor();
  await press('Discard changes');
});

test('the port and the address say what the line’s OLT has', async () => {
  await edit('ctt-000015');
  await page().getByText('Lines of this OLT use 10.20.0.0/24', { exact: true }).waitFor();
  await page()
    .getByText(/frame \d.*, slot \d/)
    .waitFor();
  await press('Discard changes');
});

test('rates are understood with their units, and said back', async () => {
  await edit('ctt-000015');
  await field('Bandwidth down (kbit/s)').fill('0.2 Gbps');
  await page().getByText('200,000 kbit/s = 200 Mbit/s').waitFor();
  await field('Bandwidth down (kbit/s)').fill('200/80');
  await field('Bandwidth down (kbit/s)').blur();
  await holds('Bandwidth down (kbit/s)', '200000');
  await holds('Bandwidth up (kbit/s)', '80000');
  await press('Discard changes');
});

test('each field takes the spellings of the field, and says what it leaves out', async () => {
  await edit('ctt-000015');
  for (const [name, typed, value, says] of [
    ['Serial number', '\u200bHWTC:9F80:C8AA', 'HWTC9F80C8AA', 'Removed 1 invisible character.'],
    ['MAC address', '00e0.fc99.0015', '00:e0:fc:99:00:15', null],
    ['IP address', '10.99.2.15/24', '10.99.2.15', 'Left out the prefix length of 10.99.2.15/24.'],
  ] as const) {
    await field(name).fill(typed);
    await field(name).blur();
    await holds(name, value);
    if (says) await page().getByText(says).waitFor();
  }
  await press('Discard changes');
});

test('a slip is a warning while someone types', async () => {
  await edit('ctt-000015');
  await field('Bandwidth down (kbit/s)').fill('300');
  await page().getByText('300 kbit/s = 0.3 Mbit/s').waitFor();
  await page().getByText('300 kbit/s is 0.3 Mbit/s; the subscribed plan has').waitFor();
  await field('MAC address').fill('02:1a:4b:00:00:01');
  await page().getByText('locally administered').waitFor();
  await field('Serial number').fill('ZTEGC0FFEE01');
  await page().getByText('Serial numbers with ZTEG are ZTE').waitFor();
  await press('Discard changes');
});

test('the port is shown in the spelling of the OLT’s manufacturer', async () => {
  await edit('ctt-000015');
  await field('Port').fill('0/1/3/41');
  await page().getByText('Huawei: 0/1/3 ONT 41').waitFor();
  await field('Port').fill('0/1/3 ONT 42');
  await field('Port').blur();
  await holds('Port', '0/1/3:42');
  await press('Discard changes');
});

test('an operator requests a model, a supervisor adds it with one key, the form has it', async () => {
  await edit('ctt-000015');
  await field('Manufacturer').fill('Nokia');
  await field('Model').fill('TEST-240');
  await press('Request this model');
  await says('Requested.');
  const supervisor = await another(/Sofia Supervisor/);
  await supervisor.page.getByRole('link', { name: /Needs attention/ }).click();
  const requests = supervisor.page.getByRole('region', { name: 'Requested device models' });
  await requests.getByText('requested by Olivia Operator').waitFor();
  await requests.getByRole('button', { name: 'Add Nokia TEST-240' }).focus();
  await supervisor.page.keyboard.press('Enter');
  await requests.getByText('Nokia TEST-240 is in the catalogue.').waitFor();
  await supervisor.close();
  await field('Model').fill('test-240');
  await page().getByText('The device catalogue lacks').waitFor({ state: 'hidden' });
  await press('Review changes');
  await dialog().getByText('TEST-240').first().waitFor();
  await press('Back to editing');
  await press('Discard changes');
});

test('a model that is not the new manufacturer’s is removed, and can be brought back', async () => {
  // Also where someone is faster than the catalogue's first answer.
  const gate = Promise.withResolvers<void>();
  await page().route('**/catalog/models?*', async (route) => {
    await gate.promise;
    await route.continue();
  });
  await edit('ctt-000015');
  const model = await field('Model').inputValue();
  await field('Manufacturer').fill('ZTE');
  await field('Manufacturer').blur();
  gate.resolve();
  await page().getByText(`Removed ${model}`).waitFor();
  await holds('Model', '');
  await press('Undo');
  await holds('Model', model);
  await press('Discard changes');
  await page().unrouteAll({ behavior: 'wait' });
});

test('a supervisor adds a model from the form', async () => {
  const supervisor = await another(/Sofia Supervisor/);
  await supervisor.open('ctt-000015');
  await supervisor.page.getByRole('button', { name: 'Edit CPE' }).click();
  await supervisor.page.getByLabel('Model', { exact: true }).fill('TEST-241');
  await supervisor.page.getByRole('button', { name: 'Add to the catalogue' }).click();
  await supervisor.page.getByText('The device catalogue lacks').waitFor({ state: 'hidden' });
  await supervisor.close();
});

test('a whole record is pasted, shown, and taken over when that is confirmed', async () => {
  await edit('ctt-000015');
  const before = await field('Port').inputValue();
  await press('Paste device data');
  await dialog()
    .getByLabel('Record')
    .fill('F/S/P: 0/1/3\nONT-ID: 41\nIP address: 10.99.2.4\nUptime: 4 d');
  await dialog().getByRole('row').filter({ hasText: '10.99.2.4' }).waitFor();
  await dialog().getByText('Ignored 1 line. Show it').waitFor();
  await holds('Port', before);
  await press('Fill in 2 values');
  await holds('Port', '0/1/3:41');
  await holds('IP address', '10.99.2.4');
  await press('Undo');
  await holds('Port', before);
  await press('Discard changes');
});

test('a record that is pasted into a field is taken for what it is', async () => {
  await edit('ctt-000015');
  await field('Model').focus();
  // The clipboard itself belongs to the whole machine: only the event is made here.
  await page().evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'ip,port\\n10.99.2.5,0/1/3:42');
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }`);
  await press('Fill in 2 values');
  await holds('IP address', '10.99.2.5');
  await press('Discard changes');
});

test('what is typed outlives a reload, and is given up when that is asked for', async () => {
  await edit('ctt-000015');
  await field('IP address').fill('10.99.2.6');
  await field('IP address').blur();
  await page().reload();
  await says('restored.');
  await holds('IP address', '10.99.2.6');
  await press('Discard draft');
  await page().reload();
  await page().getByRole('button', { name: 'Edit CPE' }).waitFor();
});

test('what is typed outlives signing in again, and signing out ends it', async () => {
  await edit('ctt-000015');
  await field('IP address').fill('10.99.2.7');
  await field('IP address').blur();
  await page().context().clearCookies();
  await page().reload();
  await page().getByRole('link', { name: 'Sign in' }).click();
  await page()
    .getByRole('button', { name: /Olivia Operator/ })
    .click();
  await says('restored.');
  await holds('IP address', '10.99.2.7');
  await operator().signOut();
  await page().getByRole('link', { name: 'Sign in' }).click();
  await page()
    .getByRole('button', { name: /Olivia Operator/ })
    .click();
  await page().getByRole('heading', { name: 'Tickets' }).waitFor();
  await operator().open('ctt-000015');
  await page().getByRole('button', { name: 'Edit CPE' }).waitFor();
});

test('the confirmation shows what stays, and offers the reasons given before', async () => {
  await operator().open('ctt-000002');
  await operator().review({ 'IP address': '10.99.2.8' });
  await dialog().getByText('6 unchanged fields').click();
  await dialog().getByText('SDX 622v', { exact: true }).waitFor();
  await dialog().getByLabel('Reason').fill('Router was swapped on site');
  await press('Apply to NIG');
  await applied('Correction');
  await press('Refresh CPE');
  await press('Router was swapped on site');
  const reason = () => dialog().getByLabel('Reason', { exact: true }).inputValue();
  await eventually(reason, 'Router was swapped on site');
  await press('Apply to NIG');
  await applied('Refresh');
});
