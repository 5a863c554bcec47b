import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { RunningDesk } from './desk.ts';

/** Someone at the portal, in a browser of their own. */
export type Operator = {
  page: Page;
  /** What the browser complained of: script errors, violations of the page's policy. */
  complaints: string[];
  /** Opens a ticket's page by its address. */
  open(ticketId: string): Promise<void>;
  /** Opens the form, types values by label, and asks for the review. */
  review(values: Record<string, string>): Promise<void>;
  close(): Promise<void>;
};

const DEFAULT_PERSON = /Olivia Operator/;

const watch = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(String(error)));
  page.on('console', (message) => {
    // The browser logs each refused request by itself: that is the service's answer, not the page's fault.
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
): Promise<Operator> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await signIn(context, origin, person);
  const complaints = watch(page);
  return {
    page,
    complaints,
    async open(ticketId) {
      await page.goto(`${origin}/tickets/${ticketId}`);
      await page.getByRole('region', { name: 'Ticket status' }).waitFor();
    },
    async review(values) {
      await page.getByRole('button', { name: 'Edit CPE' }).click();
      for (const [label, value] of Object.entries(values))
        await page.getByLabel(label, { exact: true }).fill(value);
      await page.getByRole('button', { name: 'Review update' }).click();
    },
    close: () => context.close(),
  };
}
