import type { CpeUpdateRequest, Failure } from '@cpe-desk/contract';
import type { Queryable } from '../platform/database/database.ts';
import { failed, type Result } from '../platform/result.ts';
import { traced } from '../platform/tracing/tracing.ts';
import type { UpdateContext } from './1-load.ts';
import { checkUpdate, type Proposal } from './2-check.ts';
import { unsettledFailure } from './3-record.ts';
import { compareFirst } from './compare-first.ts';
import type { SelectForeignClaimsRow } from './cpe-update.sql.ts';
import type { CpeUpdateDeps } from './deps.ts';
import { takenValues, valuesHeldElsewhere } from './taken-values.ts';

/** An update to judge, with the facts that were loaded for it. */
export type UpdateToJudge = { cttId: string; request: CpeUpdateRequest; context: UpdateContext };

/** What a preview of the update answers. */
export type Judged = Result<Proposal> & {
  /** Of `value-in-use`: the claims of other lines that are in the way. */
  holders?: readonly SelectForeignClaimsRow[];
};

export type JudgeDeps = Pick<CpeUpdateDeps, 'policy' | 'vendorIds' | 'nig' | 'nigTimeoutMs'> & {
  db: Queryable;
};

/** A proposal with what else decides whether it may be recorded. */
export type Candidate = {
  proposal: Proposal;
  nigSeen?: CpeUpdateRequest['nigSeen'];
  context: Pick<UpdateContext, 'incidentId' | 'isCompared'>;
};

type Refusal = { failure: Failure; holders?: readonly SelectForeignClaimsRow[] };

/** Lines that are compared with NIG at a time. */
const COMPARED_AT_ONCE = 8;

/** During an incident: the failures of candidates whose lines were not compared since it began. */
const compareLines = async (
  deps: JudgeDeps,
  candidates: readonly Candidate[],
): Promise<(Failure | undefined)[]> => {
  const failures: (Failure | undefined)[] = [];
  const compare = async ({ proposal, nigSeen, context }: Candidate) => {
    const { incidentId, isCompared } = context;
    if (incidentId === null || isCompared) return undefined;
    return traced('update compare', () => compareFirst(deps, incidentId, proposal, nigSeen));
  };
  for (let at = 0; at < candidates.length; at += COMPARED_AT_ONCE)
    failures.push(...(await Promise.all(candidates.slice(at, at + COMPARED_AT_ONCE).map(compare))));
  return failures;
};

/** Keeps the earlier refusal, and asks `next` only about the candidates without one. */
const thenAsk = async (
  candidates: readonly Candidate[],
  refusals: readonly (Refusal | undefined)[],
  next: (left: readonly Candidate[]) => Promise<(Refusal | undefined)[]>,
): Promise<(Refusal | undefined)[]> => {
  const left = candidates.filter((_, index) => refusals[index] === undefined);
  const answers = left.length > 0 ? await next(left) : [];
  const byCandidate = new Map(left.map((candidate, index) => [candidate, answers[index]]));
  return candidates.map((candidate, index) => refusals[index] ?? byCandidate.get(candidate));
};

const asRefusal = (failure: Failure | undefined): Refusal | undefined => failure && { failure };

/**
 * Why proposals of different lines cannot be recorded now: an unsettled update, a value of another
 * line, and during an incident what NIG holds. Records nothing.
 */
export const refusalsOf = async (
  deps: JudgeDeps,
  candidates: readonly Candidate[],
): Promise<(Refusal | undefined)[]> => {
  const proposals = (some: readonly Candidate[]) => some.map(({ proposal }) => proposal);
  const unsettled = candidates.map(({ proposal: { ticket } }) =>
    asRefusal(ticket.unsettledUpdate ? unsettledFailure(ticket.unsettledUpdate) : undefined),
  );
  const free = await thenAsk(candidates, unsettled, (left) =>
    takenValues(deps.db, proposals(left)),
  );
  if (candidates.every(({ context }) => context.incidentId === null)) return free;
  const unheld = await thenAsk(candidates, free, async (left) =>
    (await valuesHeldElsewhere(deps.db, proposals(left))).map(asRefusal),
  );
  return thenAsk(candidates, unheld, async (left) =>
    (await compareLines(deps, left)).map(asRefusal),
  );
};

/**
 * What a preview of each update answers: this decides it for one request and for each row of a
 * bulk. The updates are of different lines. Changes nothing.
 */
export const judgeUpdates = async (
  deps: JudgeDeps,
  updates: readonly UpdateToJudge[],
): Promise<Judged[]> => {
  const checked = updates.map(({ cttId, request, context }) =>
    checkUpdate(deps, cttId, request, context),
  );
  const candidates = updates.flatMap(({ request: { nigSeen }, context }, index): Candidate[] => {
    const result = checked[index];
    return result?.ok ? [{ proposal: result.value, nigSeen, context }] : [];
  });
  const refusals = await refusalsOf(deps, candidates);
  const byProposal = new Map(candidates.map(({ proposal }, index) => [proposal, refusals[index]]));
  return checked.map((result) => {
    const refusal = result.ok ? byProposal.get(result.value) : undefined;
    return refusal ? { ...failed(refusal.failure), holders: refusal.holders ?? [] } : result;
  });
};
