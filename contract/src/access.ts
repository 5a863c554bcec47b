import * as z from 'zod';
import { segmentGroupSchema } from './ticket.ts';

export const roles = ['operator', 'reviewer', 'supervisor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const actions = [
  'ticket:read',
  'history:read',
  'history:verify',
  'history:export',
  'catalogue:read',
  'cpe-update:preview',
  'cpe-update:request',
  'cpe-update:read',
  'cpe-update:settle',
  'cpe-update:revert',
  'drift:read',
] as const;
export type Action = (typeof actions)[number];

const look: readonly Action[] = ['ticket:read', 'history:read', 'catalogue:read', 'cpe-update:read'];
const change: readonly Action[] = ['cpe-update:preview', 'cpe-update:request'];

/** Who may do what, within the caller's segment groups. Routes, `/auth/me`, the portal and the tests derive from this table. */
export const permissions: Readonly<Record<Role, readonly Action[]>> = {
  operator: [...look, ...change],
  reviewer: [...look, 'history:verify', 'history:export', 'drift:read'],
  supervisor: [...look, ...change, 'cpe-update:settle', 'cpe-update:revert', 'drift:read'],
  admin: look,
};

/** All that someone with these roles may do. */
export const actionsOf = (held: readonly Role[]): Action[] =>
  actions.filter((action) => held.some((role) => permissions[role].includes(action)));

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
