import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { portalOfItsOwn } from './portal.ts';

const { dialog, field, holds, operator, page, press } = portalOfItsOwn();

const TEXTS = join(import.meta.dirname, '../../contract/test/device-text');
const textOf = (file: string) => readFile(join(TEXTS, file), 'utf8');

/**
 * Pastes a text into the field that has the focus. The clipboard itself belongs to the whole
 * machine: only the event is made here.
 */
const paste = async (text: string) => {
  await operator().open('ctt-000015');
  await press('Edit CPE');
  await field('Model').focus();
  await page().evaluate(`{
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', ${JSON.stringify(text)});
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
  }`);
};

/** The button that takes the values has the focus: Enter takes them. */
const enterTakes = async (name: string) => {
  await dialog().getByRole('button', { name }).and(page().locator(':focus')).waitFor();
  await page().keyboard.press('Enter');
  await dialog().waitFor({ state: 'hidden' });
};

const cancel = () => press('Discard changes');

test('what an OLT prints is taken with one key, and its lines are shown', async () => {
  await paste(await textOf('field-cases/01-huawei-ont-info-spaced-fsp/input.txt'));
  await dialog().getByText('Line 2: F/S/P : 0/ 1/6').first().waitFor();
  await enterTakes('Fill in 2 values');
  await holds('Port', '0/1/6:2');
  await holds('Serial number', 'HWTC1A2B3C4D');
  await cancel();
});

test('both addresses and the prefix of a dual-stack device are taken', async () => {
  await paste('IP: 10.20.0.57, 2a02:908::57\nDelegated prefix: 2a02:908:4b00:5700::/56');
  await enterTakes('Fill in 3 values');
  await holds('IP address', '10.20.0.57');
  await holds('IPv6 address', '2a02:908::57');
  await holds('Delegated IPv6 prefix', '2a02:908:4b00:5700::/56');
  await cancel();
});

test('the address for management is left out and the dialog says so', async () => {
  await paste(await textOf('field-cases/05-huawei-wan-info-tr069-first/input.txt'));
  await dialog().getByText('management').first().waitFor();
  await enterTakes('Fill in 3 values');
  await holds('IP address', '10.20.0.57');
  await cancel();
});

test('one of several devices is chosen by keyboard', async () => {
  await paste(await textOf('samples/huawei/huawei-two-onts.txt'));
  await dialog().getByText('Which one is at this line?').waitFor();
  assert.equal(await dialog().getByRole('button', { name: 'Fill in 0 values' }).isDisabled(), true);
  await dialog().getByRole('radio', { name: 'HWTC1A2B3C4D' }).focus();
  await page().keyboard.press('ArrowDown');
  await enterTakes('Fill in 2 values');
  await holds('Serial number', 'HWTCAABBCCDD');
  await holds('Port', '0/1/7:3');
  await cancel();
});

test('an uncertain value is not taken without a choice', async () => {
  await paste(await textOf('samples/tr069/tr181-parameters.txt'));
  const address = dialog().getByRole('row').filter({ hasText: 'IP address' });
  await address.getByRole('radio').first().focus();
  await dialog().getByRole('button', { name: 'Fill in 3 values' }).waitFor();
  await page().keyboard.press('Space');
  await enterTakes('Fill in 4 values');
  await holds('IP address', '10.20.0.7');
  await cancel();
});

test('numbers that a spreadsheet destroyed are named, and what is left is taken', async () => {
  await paste(await textOf('field-cases/34-excel-scientific-notation/input.csv'));
  await dialog().getByText('4,85754E+15').first().waitFor();
  const before = await field('Serial number').inputValue();
  await enterTakes('Fill in 3 values');
  await holds('IP address', '10.20.0.7');
  await holds('Serial number', before);
  await cancel();
});

test('lines that were not read are there on demand', async () => {
  await paste(await textOf('field-cases/45-no-address-but-dns/input.txt'));
  await dialog().getByText('The text says that the device has no address').waitFor();
  const unread = dialog().getByText('Line 6: Default gateway : 10.20.0.1');
  await unread.waitFor({ state: 'hidden' });
  await dialog().getByText('Ignored 5 lines. Show them').click();
  await dialog()
    .getByText(/Line \d: Default gateway +: 10\.20\.0\.1/)
    .waitFor();
  await page().keyboard.press('Escape');
  await cancel();
});
