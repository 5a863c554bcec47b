import { signal } from '@angular/core';
import { type DeskState, deskStateSchema } from '@cpe-desk/contract';
import { hold } from './hold.ts';
import { hearUnread } from './inbox.ts';
import { request } from './request.ts';

const latest = signal<DeskState | null>(null);

/** What every page shows, as last heard; null until the first answer. */
export const deskState = latest.asReadonly();

/** Until the next answer, what was known last stays. */
export const refreshDeskState = async (): Promise<void> => {
  const answer = await request(deskStateSchema, '/desk-state');
  if (!answer.ok) return;
  latest.set(answer.value);
  hold.set(answer.value.hold);
  hearUnread(answer.value.unread);
};
