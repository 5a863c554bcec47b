import { signal } from '@angular/core';
import type { InboxEntry } from '@cpe-desk/contract';
import { loadInbox, markReadUpTo } from './inbox-client.ts';
import { notifyBrowser } from './notify-browser.ts';

const unreadCount = signal(0);
const loaded = signal<readonly InboxEntry[]>([]);

/** The number of entries that are not read. */
export const unread = unreadCount.asReadonly();

/** The newest entries, newest first. */
export const inboxEntries = loaded.asReadonly();

/** The newest entry that this page knows; null before the first answer. */
let newest: bigint | null = null;

/** Loads the inbox. Until the next answer, what was known last stays. */
export const refreshInbox = async (): Promise<void> => {
  const answer = await loadInbox();
  if (!answer.ok) return;
  const { items, unread: count } = answer.value;
  unreadCount.set(count);
  loaded.set(items);
  const known = newest;
  newest = BigInt(items[0]?.id ?? 0);
  // What was there when the page was opened is no news.
  if (known === null) return;
  for (const entry of items) if (!entry.isRead && BigInt(entry.id) > known) notifyBrowser(entry);
};

/** The number of unread entries, as the desk says it: more of them are loaded. */
export const hearUnread = (count: number): void => {
  const hasMore = count > unreadCount();
  unreadCount.set(count);
  if (hasMore) void refreshInbox();
  else newest ??= 0n;
};

/** Marks what is shown as read. The list shows until it is loaded again what was new. */
export const markShownAsRead = async (): Promise<void> => {
  const [first] = loaded();
  if (first === undefined || unreadCount() === 0) return;
  const answer = await markReadUpTo(first.id);
  if (answer.ok) unreadCount.set(answer.value.unread);
};
