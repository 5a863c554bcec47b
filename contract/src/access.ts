import * as z from 'zod';
import { segmentGroupSchema } from './ticket.ts';

export const roles = ['operator', 'reviewer', 'supervisor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const actions = [
  'ticket:read',
  'ticket:export',
  'history:read',
  'history:verify',
  'history:export',
  'catalogue:read',
  'cpe-update:preview',
  'cpe-update:request',
  'cpe-update:read',
  'cpe-update:settle',
  'cpe-update:revert',
  'cpe-update:repair',
  'drift:read',
  'overview:read',
  'access-log:read',
  'policy:hold',
] as const;
export type Action = (typeof actions)[number];

type Access = {
  roles: readonly Role[];
  /** `segment-groups`: only what belongs to the caller's; what does not is not there for them (404, or not in the list). */
  scope: 'segment-groups' | 'everything';
  says: string;
};

/** Every action: who may, on what. Routes, `/auth/me`, the portal, docs/security.md and the tests derive from this table. */
export const accessTable: Readonly<Record<Action, Access>> = {
  'ticket:read': { roles, scope: 'segment-groups', says: 'see tickets, their lines and events' },
  'ticket:export': {
    roles: ['operator', 'reviewer', 'supervisor'],
    scope: 'segment-groups',
    says: 'export a list of tickets',
  },
  'history:read': { roles, scope: 'segment-groups', says: 'see the CPE history of a line' },
  'history:verify': { roles: ['reviewer'], scope: 'segment-groups', says: 'verify a history' },
  'history:export': { roles: ['reviewer'], scope: 'segment-groups', says: 'export a history as evidence' },
  'catalogue:read': { roles, scope: 'everything', says: 'look up device models' },
  'cpe-update:preview': {
    roles: ['operator', 'supervisor'],
    scope: 'segment-groups',
    says: 'see what an update would do',
  },
  'cpe-update:request': {
    roles: ['operator', 'supervisor'],
    scope: 'segment-groups',
    says: 'correct, refresh or swap the CPE of a line',
  },
  'cpe-update:read': { roles, scope: 'segment-groups', says: 'see an update and its state' },
  'cpe-update:settle': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    says: 'settle an update that needs attention',
  },
  'cpe-update:revert': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    says: 'take an applied update back',
  },
  'cpe-update:repair': {
    roles: ['supervisor'],
    scope: 'segment-groups',
    says: 'repair lines on which NIG differs, and open lines while an incident is open',
  },
  'drift:read': {
    roles: ['reviewer', 'supervisor'],
    scope: 'segment-groups',
    says: 'see where NIG or the corp-data record differs',
  },
  'overview:read': {
    roles: ['reviewer', 'supervisor'],
    scope: 'segment-groups',
    says: 'see how updates and NIG have been doing',
  },
  'access-log:read': { roles: ['admin'], scope: 'everything', says: 'see who came in and was refused' },
  'policy:hold': {
    roles: ['supervisor', 'admin'],
    scope: 'everything',
    says: 'hold all updates and let them go on',
  },
};

/** All that someone with these roles may do. */
export const actionsOf = (held: readonly Role[]): Action[] =>
  actions.filter((action) => accessTable[action].roles.some((role) => held.includes(role)));

/** `POST /auth/logout` where the issuer offers to end its own session. */
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
