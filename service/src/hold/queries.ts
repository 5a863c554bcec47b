import { statement } from '../platform/database/database.ts';

export type HoldRow = {
  held: boolean;
  reason: string | null;
  actor_id: string | null;
  actor_name: string | null;
  at: Date;
};

export const selectHold = statement<HoldRow>(
  'select-hold',
  'select held, reason, actor_id, actor_name, at from policy_hold',
);

export const saveHold = statement<
  HoldRow,
  [held: boolean, reason: string | null, actorId: string, actorName: string]
>(
  'save-hold',
  `update policy_hold set (held, reason, actor_id, actor_name, at) = ($1, $2, $3, $4, now())
   returning held, reason, actor_id, actor_name, at`,
);
