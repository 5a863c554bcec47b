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

/** What a first visit may take: the reasons are in docs/explain/performance.md. */
const LIMITS: Readonly<Record<string, number>> = { 'ticket list': 8, ticket: 10 };
const MOST_SHIFT = 0.02;

const visitSchema = z.object({
  domMs: z.number(),
  fcpMs: z.number(),
  lcpMs: z.number(),
  shift: z.number(),
  longestTaskMs: z.number(),
  resources: z.array(z.object({ url: z.string(), bytes: z.number() })),
});
type Visit = z.infer<typeof visitSchema> & { shownMs: number; scriptMs: number };

/**
 * The browser's own measurements of a page. A string, because this file is type-checked without
 * browser types.
 */
const BROWSER_FIGURES = `(async () => {
  const lcpMs = await new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
      .observe({ type: 'largest-contentful-paint', buffered: true });
  });
  const entriesOf = (type) => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true });
    setTimeout(() => resolve([]), 200); // there may be none
  });
  const [shifts, tasks] = await Promise.all([entriesOf('layout-shift'), entriesOf('longtask')]);
  const navigation = performance.getEntriesByType('navigation');
  const loaded = [...navigation, ...performance.getEntriesByType('resource')];
  return {
    lcpMs,
    shift: shifts.reduce((sum, { value }) => sum + value, 0),
    longestTaskMs: Math.max(0, ...tasks.map(({ duration }) => duration)),
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
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const started = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await shown(page);
  const shownMs = performance.now() - started;
  await page.waitForLoadState('networkidle');
  const visited = visitSchema.parse(await page.evaluate(BROWSER_FIGURES));
  const { metrics } = await session.send('Performance.getMetrics');
  const scriptS = metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Number.NaN;
  await page.close();
  return { ...visited, shownMs, scriptMs: scriptS * 1000 };
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
    of(({ resources }) => resources.length, 0),
    of((visited) => kilobytes(visited, 'page'), 1),
    of((visited) => kilobytes(visited, 'scripts'), 1),
    of((visited) => kilobytes(visited, 'styles and fonts'), 1),
    of((visited) => kilobytes(visited, 'API'), 1),
    of(({ shift }) => shift, 3),
    of(({ longestTaskMs }) => longestTaskMs, 0),
    of(({ scriptMs }) => scriptMs, 0),
    of(({ domMs }) => domMs, 0),
    of(({ fcpMs }) => fcpMs, 0),
    of(({ lcpMs }) => lcpMs, 0),
    of(({ shownMs }) => shownMs, 0),
  ];
};

/** What of a page's first visits is beyond its limits. */
const faultsOf = (name: string, visits: readonly Visit[]): string[] => {
  const requests = median(visits.map(({ resources }) => resources.length));
  const shift = median(visits.map((each) => each.shift));
  const most = LIMITS[name];
  return [
    ...(most !== undefined && requests > most
      ? [`${name}: ${requests} requests, not ${most}`]
      : []),
    ...(shift >= MOST_SHIFT ? [`${name}: moves by ${shift.toFixed(3)}`] : []),
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

/** First and second visits of each page in a new browser, as a table, and what is too much. */
export const measurePages = async (
  place: DeskPlace,
  times: number,
): Promise<{ report: string; faults: string[] }> => {
  const desk = await startDesk(place);
  const browser = await launchBrowser();
  try {
    const storageState = await signedIn(desk.origin, browser);
    const rows: string[][] = [];
    const faults: string[] = [];
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
      faults.push(...faultsOf(name, first));
      rows.push(rowOf(name, first), rowOf(`${name}, again`, again));
    }
    const sizes = ['page kB', 'scripts kB', 'styles and fonts kB', 'API kB'];
    const figures = ['longest task ms', 'script ms', 'DOM ready ms', 'FCP ms', 'LCP ms'];
    const headings = ['page', 'requests', ...sizes, 'CLS', ...figures, 'content shown ms'];
    return { report: table(headings, rows), faults };
  } finally {
    await browser.close();
    await desk.stop();
  }
};
