import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { launchBrowser } from '../e2e/src/browser.ts';
import { type DeskPlace, startDesk } from '../e2e/src/desk.ts';
import { operatorAt } from '../e2e/src/operator.ts';
import { median, table } from './figures.ts';

const TICKET = 'ctt-000002';

/** The pages, and the main content that the visit waits for. */
const PAGES: readonly (readonly [
  name: string,
  path: string,
  shown: (page: Page) => Promise<void>,
])[] = [
  ['ticket list', '/tickets', (page) => page.getByRole('row').nth(10).waitFor()],
  [
    'ticket',
    `/tickets/${TICKET}`,
    (page) => page.getByRole('region', { name: 'CPE', exact: true }).waitFor(),
  ],
  [
    'history',
    `/tickets/${TICKET}/history`,
    (page) => page.getByRole('article', { name: 'Entry 1' }).waitFor(),
  ],
  ['overview', '/overview', (page) => page.getByRole('main').getByRole('table').first().waitFor()],
];

const visitSchema = z.object({
  domMs: z.number(),
  fcpMs: z.number(),
  lcpMs: z.number(),
  resources: z.array(z.object({ url: z.string(), bytes: z.number() })),
});
type Visit = z.infer<typeof visitSchema> & { shownMs: number };

/**
 * The browser's own measurements of a page. A string, because this file is type-checked without
 * browser types.
 */
const BROWSER_FIGURES = `(async () => {
  const lcpMs = await new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
      .observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const navigation = performance.getEntriesByType('navigation');
  const loaded = [...navigation, ...performance.getEntriesByType('resource')];
  return {
    lcpMs,
    domMs: navigation[0].domContentLoadedEventEnd,
    fcpMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
    resources: loaded.map(({ name, transferSize }) => ({ url: name, bytes: transferSize })),
  };
})()`;

const visit = async (
  context: BrowserContext,
  url: string,
  shown: (page: Page) => Promise<void>,
): Promise<Visit> => {
  const page = await context.newPage();
  const started = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await shown(page);
  const shownMs = performance.now() - started;
  await page.waitForLoadState('load');
  const visited = visitSchema.parse(await page.evaluate(BROWSER_FIGURES));
  await page.close();
  return { ...visited, shownMs };
};

/** Bytes that a page loaded, headers included: kB. */
const kilobytes = (
  { resources }: Visit,
  kind: 'page' | 'scripts' | 'styles and fonts' | 'API',
): number => {
  const kindOf = (url: string) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith('.js')) return 'scripts';
    if (/\.(css|woff2?)$/.test(pathname)) return 'styles and fonts';
    return /^\/(ticket|auth|catalog)\//.test(pathname) ? 'API' : 'page';
  };
  return (
    resources.filter(({ url }) => kindOf(url) === kind).reduce((sum, { bytes }) => sum + bytes, 0) /
    1000
  );
};

const rowOf = (name: string, visits: readonly Visit[]): string[] => {
  const of = (figure: (visit: Visit) => number, digits: number) =>
    median(visits.map(figure)).toFixed(digits);
  return [
    name,
    of((visited) => kilobytes(visited, 'page'), 1),
    of((visited) => kilobytes(visited, 'scripts'), 1),
    of((visited) => kilobytes(visited, 'styles and fonts'), 1),
    of((visited) => kilobytes(visited, 'API'), 1),
    of(({ domMs }) => domMs, 0),
    of(({ fcpMs }) => fcpMs, 0),
    of(({ lcpMs }) => lcpMs, 0),
    of(({ shownMs }) => shownMs, 0),
  ];
};

/** A signed-in person who may see all pages, after one update, so that the history is not empty. */
const signedIn = async (origin: string, browser: Browser) => {
  const supervisor = await operatorAt({ origin }, browser, /Sofia Supervisor/);
  await supervisor.open(TICKET);
  await supervisor.review({ 'IP address': '10.99.3.1' });
  await supervisor.page.getByRole('button', { name: 'Apply to NIG' }).click();
  await supervisor.page.getByRole('status').filter({ hasText: 'applied. NIG reference' }).waitFor();
  const state = await supervisor.page.context().storageState();
  await supervisor.close();
  return state;
};

/** First and second visits of each page in a new browser, as a table. */
export const measurePages = async (place: DeskPlace, times: number): Promise<string> => {
  const desk = await startDesk(place);
  const browser = await launchBrowser();
  try {
    const storageState = await signedIn(desk.origin, browser);
    const rows: string[][] = [];
    for (const [name, path, shown] of PAGES) {
      const first: Visit[] = [];
      const again: Visit[] = [];
      for (let n = 0; n < times; n += 1) {
        const context = await browser.newContext({
          viewport: { width: 1280, height: 900 },
          storageState,
        });
        first.push(await visit(context, desk.origin + path, shown));
        again.push(await visit(context, desk.origin + path, shown));
        await context.close();
      }
      rows.push(rowOf(name, first), rowOf(`${name}, again`, again));
    }
    const sizes = ['page kB', 'scripts kB', 'styles and fonts kB', 'API kB'];
    return table(['page', ...sizes, 'DOM ready ms', 'FCP ms', 'LCP ms', 'content shown ms'], rows);
  } finally {
    await browser.close();
    await desk.stop();
  }
};
