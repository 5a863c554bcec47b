import { inboxPageSchema, inboxUnreadSchema } from '@cpe-desk/contract';
import { request } from './request.ts';

/** The newest entries of one's inbox. */
export const loadInbox = () => request(inboxPageSchema, '/inbox');

/** Marks all entries up to this one as read. */
export const markReadUpTo = (upTo: string) =>
  request(inboxUnreadSchema, '/inbox/read', { method: 'POST', body: { upTo } });
