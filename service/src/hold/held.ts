import type { Failure } from '@cpe-desk/contract';
import { z } from 'zod';

const heldJson = z.object({ reason: z.string(), actor_name: z.string() });

/** Who holds all updates, and why. */
export type Held = z.infer<typeof heldJson>;

/** A row of `policy_hold` as JSON; undefined where updates are not held. */
export const heldOf = (json: unknown): Held | undefined =>
  heldJson.nullable().parse(json) ?? undefined;

/** The failure of an update while all updates are held: it was neither recorded nor sent. */
export const heldFailure = ({ reason, actor_name }: Held): Failure => ({
  code: 'unavailable',
  detail: `${actor_name} holds all updates: ${reason}`,
  cause: 'held',
});
