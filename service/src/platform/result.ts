import type { Failure } from '@cpe-desk/contract';

/** What a step says: its value, or the failure that the caller gets. */
export type Result<Value> = { ok: true; value: Value } | { ok: false; failure: Failure };

export const done = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });
export const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure });
