import type { Failure } from '@cpe-desk/contract';

/** The result of a step: its value, or the failure for the caller. */
export type Result<Value> = { ok: true; value: Value } | { ok: false; failure: Failure };

export const done = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });
export const failed = (failure: Failure): { ok: false; failure: Failure } => ({
  ok: false,
  failure,
});
