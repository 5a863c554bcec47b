import { z } from 'zod';
import {
  type Conflict,
  httpUrl,
  isOpen,
  port,
  usually,
  type ValuesOf,
  whole,
  without,
} from './setting.ts';

const milliseconds = whole(10, 600_000);

/** A base URL without parts that a request would not send. */
const isPlain = (text: string): boolean => {
  const url = URL.parse(text);
  return url === null || url.username + url.password + url.search + url.hash === '';
};

/** How the desk reaches NIG, and how long it waits for it. */
export const nigSettings = {
  NIG_URL: without(
    'bundled simulator',
    httpUrl
      .refine(isPlain, 'must have no user, password, query or fragment: they would not be sent')
      .optional(),
    'address of NIG, with a path where it has one',
  ),
  NIG_ALLOW_HTTP: usually(
    'false',
    z.stringbool(),
    'true: NIG_URL may be http on another machine, open to anyone on the way',
  ),
  NIG_PORT: usually('3001', port, 'port of the bundled NIG simulator'),
  NIG_TIMEOUT_MS: usually('5000', milliseconds, 'timeout of a call to NIG, ms'),
  NIG_LOOK_UP: usually(
    'true',
    z.stringbool(),
    'whether NIG has a look-up for the outcome of an update',
  ),
  NIG_BARE_404: usually(
    'unknown',
    z.enum(['unknown', 'never-got-it']),
    "meaning of a 404 without the contract's body; never-got-it: a proxy's 404 would count as NIG's",
  ),
  SETTLE_DEADLINE_MS: usually(
    '900000',
    whole(1000),
    'how long the desk tries to settle an update before a person must, ms; at least 3 x NIG_TIMEOUT_MS',
  ),
  RECONCILE_EVERY_HOURS: usually(
    '24',
    z.coerce.number().min(0).max(8760),
    'how often all lines are compared with the corp-data record and NIG, hours; 0: only by npm run reconcile',
  ),
};

export const nigConflicts = ({
  NIG_URL: url,
  NIG_ALLOW_HTTP: allowsHttp,
}: ValuesOf<typeof nigSettings>): Conflict[] => [
  url !== undefined &&
    isOpen(url) &&
    !allowsHttp &&
    `NIG_URL: ${url} is not https; set NIG_ALLOW_HTTP=true if nobody can read or change what is on the way`,
];
