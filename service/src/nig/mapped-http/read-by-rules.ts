import type { CallEnd } from '../call-nig.ts';
import type { CallOptions } from '../nig.ts';
import type { NigConnections } from '../nig-connections.ts';
import { observedAs } from '../observe-answer.ts';
import type { ReadyProfile } from './mapped-calls.ts';
import { matchRule, type RuleAnswer } from './match-rule.ts';
import type { Rule } from './profile.ts';

/**
 * What the calls of a profile need. `origin`: where NIG is; a monitor elsewhere is not asked, and
 * gets no credentials.
 */
export type Mapped = ReadyProfile & { connections: NigConnections; origin: string };

/** As long as the column cpe_update.nig_handle allows. */
const LONGEST_HANDLE = 500;

/** The address of a monitor at NIG; undefined where it is elsewhere. */
export const monitorPath = (
  { origin, base }: Pick<Mapped, 'origin' | 'base'>,
  handle: string,
): string | undefined => {
  const url = URL.parse(handle, `${origin}${base}/`);
  return url?.origin === origin ? `${url.pathname}${url.search}` : undefined;
};

/** An answer without a handle that cannot be asked. */
const withUsableHandle = (mapped: Mapped, answer: RuleAnswer): RuleAnswer => {
  if (answer.outcome !== 'unknown' || answer.handle === undefined) return answer;
  const { outcome, handle } = answer;
  if (handle.length <= LONGEST_HANDLE && monitorPath(mapped, handle) !== undefined) return answer;
  return { outcome, why: 'NIG named a monitor that is not at its own address' };
};

/** Reads an answer by the rules of a profile, and reports which one matched. */
export const readByRules = async (
  mapped: Mapped,
  call: CallOptions,
  end: Extract<CallEnd, { end: 'answered' }>,
  rules: readonly Rule[],
  bindings: Record<string, unknown>,
): Promise<RuleAnswer> => {
  const { rule, answer } = await matchRule(end, rules, mapped.expressions, bindings);
  call.observe?.(observedAs(end, rule));
  return withUsableHandle(mapped, answer);
};

export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
