import { access } from './access.ts';
import { accessLog, attention } from './attention.ts';
import { cpeUpdate } from './cpe-update.ts';
import { failures } from './failures.ts';
import { frame } from './frame.ts';
import { history } from './history.ts';
import { inbox } from './inbox.ts';
import { overview } from './overview.ts';
import { records } from './records.ts';
import { shell } from './shell.ts';
import { tickets } from './tickets.ts';

/** Every text of the portal, in English. */
export const english = {
  locale: 'en-GB',
  ...records,
  shell,
  frame,
  tickets,
  cpeUpdate,
  failures,
  history,
  inbox,
  attention,
  accessLog,
  access,
  overview,
};

/** What every language has, or leaves in English. */
export type Words = typeof english;
