import * as z from 'zod';
import { segmentGroupSchema } from './service-line.ts';

export const roles = ['operator', 'reviewer', 'supervisor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const actions = [
  'ticket:read',
  'ticket:export',
  'history:read',
  'history:verify',
  'history:export',
  'catalogue:read',
  'catalogue:request',
  'catalogue:write',
  'cpe-update:preview',
  'cpe-update:request',
  'cpe-update:read',
  'cpe-update:settle',
  'cpe-update:revert',
  'cpe-update:repair',
  'cpe-bulk:run',
  'cpe-bulk:read',
  'drift:read',
  'overview:read',
  'access-log:read',
  'policy:hold',
  'session:manage',
  'token:manage',
  'log-level:set',
] as const;
export type Action = (typeof actions)[number];

type Access = {
  roles: readonly Role[];
  /**
   * `segment-groups`: only records of the caller's segment groups. All others answer 404 or are
   * absent from the list.
   */
  scope: 'segment-groups' | 'everything';
  description: string;
};

/**
 * Who may do each action, and on which records. Routes, `/auth/me`, the portal,
 * docs/explain/security.md and the tests derive from this table.
 */
export const accessTable: Readonly<Record<Action, Access>> = {
  'ticket:read': {
    roles,
    scope: 'segment-groups',
    description: 'see tickets, their lines and events',
  },
  'ticket:export': {
    roles: ['operator', 'reviewer', 'supervisor'],
    scope: 'segment-groups',
    description: 'export a list of tickets',
  },
  'history:read': { roles, scope: 'segment-groups', description: 'see the CPE history of a line' },
  'history:verify': {
    roles: ['reviewer'],
    scope: 'segment-groups',
    description: 'verify a history',
  },
  'history:export': {
    roles: ['reviewer'],
    scope: 'segment-groups',
    description: 'export a history as evidence',
  },
  'catalogue:read': { roles, scope: 'everything', description: 'look up device models' },
  'catalogue:request': {
    roles: ['operator', 'supervisor'],
    scope: 'everything',
    description: 'request a device model',
  },
  'catalogue:write': {
    roles: ['supervisor', 'admin'],
    scope: 'everything',
    description: 'add a device model, see and decline requests',
  },
  'cpe-update:preview': {
    roles: ['operator', 'supervisor'],
    scope: 'segment-groups',
    description: 'see what an update would do',
  },
  'cpe-update:request': {
    roles: ['operator', 'supervisor'],
    scope: 'segment-groups',
    description: 'correct, refresh or swap the CPE of a line',
  },
  'cpe-update:read': { roles, scope: 'segment-groups', description: 'see an update and its state' },
  'cpe-update:settle': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    description: 'settle an update that needs attention',
  },
  'cpe-update:revert': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    description: 'take an applied update back',
  },
  'cpe-update:repair': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    description: 'repair lines on which NIG differs, and open lines while an incident is open',
  },
  'cpe-bulk:run': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    description: 'upload, check, run, stop and take back a bulk of updates',
  },
  'cpe-bulk:read': {
    roles: ['reviewer', 'supervisor'],
    scope: 'segment-groups',
    description: 'see bulks whose segment groups are all theirs, and their results',
  },
  'drift:read': {
    roles: ['reviewer', 'supervisor'],
    scope: 'segment-groups',
    description: 'see where NIG or the corp-data record differs',
  },
  'overview:read': {
    roles: ['reviewer', 'supervisor'],
    scope: 'segment-groups',
    description: 'see statistics of updates and NIG',
  },
  'access-log:read': {
    roles: ['admin'],
    scope: 'everything',
    description: 'see sign-ins and refusals',
  },
  'policy:hold': {
    roles: ['supervisor', 'admin'],
    scope: 'everything',
    description: 'hold and release all updates',
  },
  'session:manage': {
    roles: ['admin'],
    scope: 'everything',
    description: 'see and end sessions of the portal',
  },
  'token:manage': {
    roles: ['admin'],
    scope: 'everything',
    description: 'create, see and revoke API tokens',
  },
  'log-level:set': {
    roles: ['admin'],
    scope: 'everything',
    description: 'see and set the log level',
  },
};

/** The actions that these roles allow. */
export const actionsOf = (held: readonly Role[]): Action[] =>
  actions.filter((action) => accessTable[action].roles.some((role) => held.includes(role)));

/** The answer of `POST /auth/logout` where the issuer can end its own session. */
export const signedOutSchema = z.object({ endSessionUrl: z.url() }).meta({ id: 'SignedOut' });

/** `GET /auth/me`: who is signed in and what they may do. */
export const callerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    roles: z.array(z.enum(roles)),
    segmentGroups: z.array(segmentGroupSchema),
    actions: z.array(z.enum(actions)),
  })
  .meta({ id: 'Caller' });
export type Caller = z.infer<typeof callerSchema>;
