import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser, launchFirst, waysFrom } from './browser.ts';

const PAGE = `data:text/html,<meta charset="utf-8">
<button onclick="document.querySelector('dialog').showModal()">Edit</button>
<dialog aria-label="CPE"><label>Serial number <input></label></dialog>`;

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(async () => browser.close());

test('the browser found here opens a modal dialog and types into it', async () => {
  const page = await browser.newPage();
  await page.goto(PAGE);
  await page.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'CPE' });
  assert.equal(await dialog.evaluate((element) => element.matches(':modal')), true);
  const input = dialog.getByLabel('Serial number');
  await input.pressSequentially('ALCLF1A2B3C4');
  assert.equal(await input.inputValue(), 'ALCLF1A2B3C4');
  await page.close();
});

test('the browser found here draws letters, each by its own glyph', async () => {
  const page = await browser.newPage({ viewport: { width: 80, height: 40 } });
  const draw = async (letter: string): Promise<string> => {
    await page.setContent(`<meta charset="utf-8"><body style="font: 20px sans-serif">${letter}`);
    return (await page.screenshot()).toString('base64');
  };
  const pictures = [await draw(' '), await draw('A'), await draw('B'), await draw('ę')];
  assert.equal(new Set(pictures).size, pictures.length);
  await page.close();
});

test('when no way works, the error names each way, its reason and CHROMIUM_PATH', async (t) => {
  const warn = t.mock.method(process, 'emitWarning', () => undefined);
  const dying = { name: 'dying way', find: async () => ({ executablePath: process.execPath }) };
  const ways = waysFrom({ CHROMIUM_PATH: '/nonexistent/chromium', PATH: '/nonexistent' });
  const failing = [...ways.filter(({ name }) => /PATH/.test(name)), dying];
  await assert.rejects(launchFirst(failing), (error: Error) => {
    assert.match(error.message, /CHROMIUM_PATH: \/nonexistent\/chromium is not an executable file/);
    assert.match(error.message, /chromium on PATH: not found/);
    assert.match(error.message, /google-chrome on PATH: not found/);
    assert.match(error.message, /dying way: .*bad option/);
    assert.match(error.message, /name one: CHROMIUM_PATH=/);
    return true;
  });
  assert.equal(
    warn.mock.callCount(),
    1,
    'a failing CHROMIUM_PATH is warned of, an absent program is not',
  );
});
