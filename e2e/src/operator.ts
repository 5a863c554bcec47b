import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  Locator,
  Page,
} from 'playwright-core';
import type { RunningDesk } from './desk.ts';
import { setFaults } from './simulator.ts';

/** Someone at the portal, in a browser of their own. */
export type Operator = {
  page: Page;
  /** What the browser complained of: script errors, violations of the page's policy. */
  complaints: string[];
  /** Opens a ticket's page by its address. */
  open(ticketId: string): Promise<void>;
  /** Opens the form, types values by label, and asks for the review. */
  review(values: Record<string, string>): Promise<void>;
  /** Corrects a ticket's CPE and confirms it, warnings too. A new serial number is a swap. */
  sendCorrection(ticketId: string, values: Record<string, string>): Promise<void>;
  sendRefresh(ticketId: string): Promise<void>;
  /** The dialog says that it was applied, and is closed; the page says it too. */
  applied(kind: 'Refresh' | 'Correction' | 'Swap'): Promise<void>;
  /** Opens a menu by what its button says. */
  openMenu(name: string): Promise<void>;
  /** Signs out by the person's menu. */
  signOut(): Promise<void>;
  close(): Promise<void>;
};

const DEFAULT_PERSON = /Olivia Operator/;

const watch = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    // The browser logs each refused request: that is the service's answer, not the page's fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  return complaints;
};

const signIn = async (context: BrowserContext, origin: string, person: RegExp): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: person }).click();
  await page.getByRole('heading', { name: 'Tickets' }).waitFor();
  return page;
};

/** Signs a person in, through the pages. */
export async function operatorAt(
  { origin }: Pick<RunningDesk, 'origin'>,
  browser: Browser,
  person: RegExp = DEFAULT_PERSON,
  options: BrowserContextOptions = {},
): Promise<Operator> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await signIn(context, origin, person);
  const complaints = watch(page);
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const openMenu = (name: string) => page.locator('summary', { hasText: name }).click();
  const open: Operator['open'] = async (ticketId) => {
    await page.goto(`${origin}/tickets/${ticketId}`);
    await page.getByRole('region', { name: 'CPE', exact: true }).waitFor();
  };
  const review: Operator['review'] = async (values) => {
    await press('Edit CPE');
    for (const [label, value] of Object.entries(values))
      await page.getByLabel(label, { exact: true }).fill(value);
    await press('Review changes');
  };
  return {
    page,
    complaints,
    open,
    review,
    async sendCorrection(ticketId, values) {
      await open(ticketId);
      await review(values);
      await page.getByRole('heading', { name: / on CTT-/ }).waitFor();
      const tick = page.getByLabel('I have checked these values');
      if (await tick.isVisible()) await tick.check();
      await press('Apply to NIG');
    },
    async sendRefresh(ticketId) {
      await open(ticketId);
      await press('Refresh CPE');
      await press('Apply to NIG');
    },
    async applied(kind) {
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('heading', { name: `${kind} applied` }).waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page
        .getByRole('status')
        .filter({ hasText: `${kind} applied` })
        .waitFor();
    },
    openMenu,
    async signOut() {
      await openMenu('Signed in as');
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    },
    close: () => context.close(),
  };
}

/**
 * Leaves a correction that NIG took (or did not get) and does not tell of, until it waits for a
 * supervisor.
 */
export async function leaveStuck(
  { nigUrl }: RunningDesk,
  { page, sendCorrection }: Operator,
  ticketId: string,
  values: Record<string, string>,
  mode: 'drop-after-apply' | 'drop-before-apply' = 'drop-after-apply',
): Promise<void> {
  await setFaults(nigUrl, { mode, lookup: false });
  await sendCorrection(ticketId, values);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByText('A supervisor must decide').waitFor();
}

/** NIG fails until the desk sends it nothing more for a while: the page of `ctt-000020` says so. */
export async function openCircuit(
  { nigUrl }: RunningDesk,
  { page, open, sendRefresh }: Operator,
): Promise<Locator> {
  await setFaults(nigUrl, { mode: 'error', lookup: false });
  for (const ticketId of ['ctt-000001', 'ctt-000002', 'ctt-000003', 'ctt-000004', 'ctt-000011']) {
    await sendRefresh(ticketId);
    await page.getByRole('dialog').getByRole('alert').waitFor();
  }
  await open('ctt-000020');
  const notice = page.getByText('NIG is unavailable. Updates are paused');
  await notice.waitFor();
  return notice;
}
