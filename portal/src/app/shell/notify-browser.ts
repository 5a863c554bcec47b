import { signal } from '@angular/core';
import type { InboxEntry } from '@cpe-desk/contract';
import { entryText } from './inbox-entry.ts';

const isSupported = typeof Notification === 'function';

const permission = signal(isSupported ? Notification.permission : 'denied');

/** Whether the browser shows notifications: `default` where nobody has decided. */
export const notificationPermission = permission.asReadonly();

/** Asks the person whether the browser may show notifications. */
export const requestNotifications = async (): Promise<void> => {
  if (isSupported) permission.set(await Notification.requestPermission());
};

/**
 * Shows an entry outside the page, where the person allowed it and looks elsewhere. The tabs of a
 * browser show one notification between them.
 */
export const notifyBrowser = (entry: InboxEntry): void => {
  if (!isSupported || Notification.permission !== 'granted' || !document.hidden) return;
  const shown = new Notification('CPE Desk', { body: entryText(entry), tag: `inbox-${entry.id}` });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
};
