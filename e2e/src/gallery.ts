import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { FLAGS, waysFrom } from './browser.ts';

/*
 * `npm run gallery`: the picture of every shared part of the portal in both themes, compared with
 * the one in docs/gallery. `-- --accept` replaces these. Pictures of different browsers differ, so
 * that it runs only with the Chromium that npm brings; elsewhere it says that it did not run.
 */

const FOLDER = join(import.meta.dirname, '../../portal/dist-gallery/browser');
const PICTURES = join(import.meta.dirname, '../../docs/gallery');
/** Pixels that may differ. */
const MOST = 0.001;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

/** The part of the pixels in which two PNG pictures differ: 1 where their sizes do. */
const DIFFERENCE = `async ([before, after]) => {
  const pixelsOf = async (text) => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,' + text)).blob());
    const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, picture.width, picture.height);
  };
  const [a, b] = await Promise.all([pixelsOf(before), pixelsOf(after)]);
  if (a.width !== b.width || a.height !== b.height) return 1;
  let differ = 0;
  for (let at = 0; at < a.data.length; at += 4)
    if ([0, 1, 2].some((part) => Math.abs(a.data[at + part] - b.data[at + part]) > 8)) differ += 1;
  return differ / (a.width * a.height);
}`;

const compare = (page: Page, before: Buffer, after: Buffer): Promise<number> =>
  page.evaluate<number>(
    `(${DIFFERENCE})(${JSON.stringify([before, after].map((picture) => picture.toString('base64')))})`,
  );

const bundled = waysFrom({}).find(({ name }) => name.startsWith('npm package'));
const options = await bundled?.find().catch(() => undefined);
if (!options) {
  console.log('Not run: the pictures of the gallery need the Chromium of the npm package');
  process.exit(0);
}

const server = createServer(async (request, response) => {
  const path = request.url === '/' ? '/index.html' : (request.url ?? '');
  const file = await readFile(join(FOLDER, path)).catch(() => null);
  response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'text/plain' });
  response.end(file ?? undefined);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' ? address?.port : 0;

const browser = await chromium.launch({ ...options, args: FLAGS, chromiumSandbox: false });
const page = await browser.newPage({
  viewport: { width: 1100, height: 900 },
  reducedMotion: 'reduce',
});
const { writeFile, mkdir } = await import('node:fs/promises');
await mkdir(PICTURES, { recursive: true });
for (const colorScheme of ['light', 'dark'] as const) {
  await page.emulateMedia({ colorScheme });
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.getByText('Applied').waitFor();
  await page.evaluate('document.fonts.ready');
  const taken = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' });
  const path = join(PICTURES, `${colorScheme}.png`);
  const kept = await readFile(path).catch(() => null);
  if (process.argv.includes('--accept') || !kept) {
    await writeFile(path, taken);
    console.log(`${colorScheme}: accepted`);
    continue;
  }
  const differs = await compare(page, kept, taken);
  console.log(`${colorScheme}: ${(differs * 100).toFixed(3)} % of the pixels differ`);
  if (differs > MOST) {
    await writeFile(join(FOLDER, `${colorScheme}.png`), taken);
    console.error(`more than ${MOST * 100} %: see portal/dist-gallery/browser/${colorScheme}.png`);
    process.exitCode = 1;
  }
}
await browser.close();
server.close();
