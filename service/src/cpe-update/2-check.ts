import {
  type Cpe,
  type CpeFacts,
  type CpeField,
  type CpeUpdateKind,
  type CpeUpdateRequest,
  canonicalCpe,
  changedFields,
  completeCpe,
  cpeErrors,
  cpeWarnings,
  type DeviceModel,
  dualStackFields,
  type Failure,
  type Finding,
  judgeUpdate,
  kindOfUpdate,
  missingElements,
  normaliseCpe,
  parseSerialNumber,
  type RepairNote,
  reasonErrors,
  type UpdateVerdict,
  type VersionedCpe,
  withoutHidden,
  withoutVersion,
} from '@cpe-desk/contract';
import { type Claim, claimsOf } from '../line/claims.ts';
import { done, failed, type Result } from '../platform/result.ts';
import { type LoadedTicket, ticketNotFound } from '../tickets/load-ticket.ts';
import { ruleFactsOf } from '../tickets/rule-facts.ts';
import type { UpdateContext } from './1-load.ts';
import type { CpeUpdateDeps } from './deps.ts';

/** An update that passed every check, with its facts, its new values and its kind. */
export type Proposal = {
  ticket: LoadedTicket;
  /** The claims of the line with the new values. */
  claims: Claim[];
  /** The current CPE snapshot: the baseline. */
  snapshot: VersionedCpe;
  before: Cpe;
  after: Cpe;
  changed: CpeField[];
  kind: CpeUpdateKind;
  warnings: Finding[];
  reason: string | null;
  /** Only where a repair makes the update. */
  repair?: RepairNote;
};

const factsOf = (
  ticket: LoadedTicket,
  model: DeviceModel | null,
  { policy }: Pick<CpeUpdateDeps, 'policy'>,
): CpeFacts => ({ ...ruleFactsOf(ticket, policy), model, recorded: ticket.cpe });

const invalidCpe = (errors: Finding[]): Failure => ({
  code: 'invalid-cpe',
  detail: 'Some new values break a rule; errors states the valid form of each',
  errors,
});

/** Whether the caller leaves a field as it is recorded, so that its rules do not count. */
const isUnsaid = (said: Cpe, pointer: string): boolean =>
  dualStackFields.some((field) => pointer === `/${field}` && said[field] === undefined);

const invalid = (
  ticket: LoadedTicket,
  request: CpeUpdateRequest,
  model: DeviceModel | null,
  deps: Pick<CpeUpdateDeps, 'policy'>,
): Failure | undefined => {
  const wanted = ticket.cpe ? completeCpe(request.new, ticket.cpe) : request.new;
  const errors: Finding[] = [
    ...cpeErrors(wanted, factsOf(ticket, model, deps))
      .filter(
        ({ pointer, code }) => code === 'second-ipv6-address' || !isUnsaid(request.new, pointer),
      )
      .map((error) => ({ ...error, pointer: `/new${error.pointer}` })),
    ...reasonErrors(request.reason),
  ];
  return errors.length > 0 ? invalidCpe(errors) : undefined;
};

/** An older instance that settles the update would release the claim of such a serial number. */
const hasNewMakerSerial = (before: Cpe, after: Cpe): boolean =>
  after.serialNumber !== null &&
  after.serialNumber !== before.serialNumber &&
  !parseSerialNumber(after.serialNumber).ok;

/**
 * The failure of dual-stack values and of a maker's serial number while an instance may run that
 * does not know them.
 */
const notKnown = (
  before: Cpe,
  after: Cpe,
  { knowsDualStack }: Pick<UpdateContext, 'knowsDualStack'>,
): Failure | undefined =>
  knowsDualStack ||
  (dualStackFields.every((field) => after[field] === undefined) &&
    !hasNewMakerSerial(before, after))
    ? undefined
    : {
        code: 'unavailable',
        detail:
          'Nothing was recorded or sent: an instance of an older version may still run. ' +
          'ipv6Address, ipv6Prefix and serial numbers of devices without PON can be recorded ' +
          'when all are upgraded (npm run instances)',
      };

/** The failure of a verdict, by the precedence of failures; the route has checked the role. */
const obstacle = ({ missing, reasons }: Pick<UpdateVerdict, 'missing' | 'reasons'>) => {
  if (missing.length > 0)
    return { code: 'no-network-context', detail: missingElements(missing), missing } as const;
  if (reasons.length === 0) return undefined;
  const detail = `The CPE cannot be edited from this ticket: ${reasons.join(', ')}`;
  return { code: 'not-eligible', detail, reasons } as const;
};

/** Whether the line of a ticket can be updated at all; `canUpdate` of the ticket says the same. */
const verdictOf = (
  { status, line, networkElements: elements }: LoadedTicket,
  { policy }: Pick<CpeUpdateDeps, 'policy'>,
): UpdateVerdict => judgeUpdate({ ...line, status, elements }, policy.editableSegmentGroups);

/** The failure of every update from this ticket; undefined where one is possible. */
export const obstacleOf = (
  ticket: LoadedTicket,
  deps: Pick<CpeUpdateDeps, 'policy'>,
): Failure | undefined => obstacle(verdictOf(ticket, deps));

/** The failure of an update whose `current` differs from the recorded CPE. */
export const staleFailure = (opened: Cpe, snapshot: VersionedCpe, wanted: Cpe): Failure => {
  const fields = changedFields(completeCpe(opened, snapshot), snapshot);
  return {
    code: 'stale-cpe',
    detail:
      'Another update changed the CPE after it was opened; check the present values and decide again',
    conflicts: fields.map((field) => ({
      field,
      opened: opened[field] ?? null,
      now: snapshot[field] ?? null,
      wanted: completeCpe(wanted, snapshot)[field] ?? null,
    })),
    cpe: snapshot,
  };
};

type Ground = {
  ticket: LoadedTicket;
  snapshot: VersionedCpe;
  olt: { id: string };
  model: DeviceModel | null;
};

/** An update to these values, in the form that is recorded and sent. */
const proposalOf = (
  { vendorIds }: Pick<CpeUpdateDeps, 'vendorIds'>,
  { ticket, snapshot, olt, model }: Ground,
  after: Cpe,
  reason: string | null,
): Proposal => {
  const before = withoutVersion(snapshot);
  const changed = changedFields(before, after);
  const { line, neighbours } = ticket;
  return {
    ticket,
    claims: claimsOf(after, olt.id),
    snapshot,
    before,
    after,
    changed,
    kind: kindOfUpdate(before, changed, after),
    warnings: cpeWarnings(after, line.plan, vendorIds, {
      model,
      recorded: normaliseCpe(before),
      neighbours,
    }).map((warning) => ({
      ...warning,
      pointer: `/new${warning.pointer}`,
    })),
    reason: reason === null ? null : withoutHidden(reason),
  };
};

/**
 * Steps 3 to 7 of the flow. Their order is the precedence of failures. Changes nothing; the preview
 * ends here.
 */
export const checkUpdate = (
  deps: Pick<CpeUpdateDeps, 'policy' | 'vendorIds'>,
  cttId: string,
  request: CpeUpdateRequest,
  context: Pick<UpdateContext, 'ticket' | 'model' | 'knowsDualStack'>,
): Result<Proposal> => {
  const { ticket, model } = context;
  if (!ticket) return failed(ticketNotFound(cttId));
  const failure = invalid(ticket, request, model, deps) ?? obstacleOf(ticket, deps);
  if (failure) return failed(failure);
  const { cpe: snapshot, olt } = ticket;
  if (!snapshot || !olt) throw new Error('A complete network context has a CPE and an OLT');
  if (changedFields(completeCpe(request.current, snapshot), snapshot).length > 0)
    return failed(staleFailure(request.current, snapshot, request.new));
  const after = canonicalCpe(completeCpe(request.new, snapshot), model, olt);
  const unknown = notKnown(snapshot, after, context);
  if (unknown) return failed(unknown);
  return done(proposalOf(deps, { ticket, snapshot, olt, model }, after, request.reason));
};

/**
 * The update that repairs a line, with NIG's values or the recorded ones, from the newest ticket,
 * open or closed. Recorded values may break rules, so only changed fields are checked.
 */
export const proposeRepair = (
  deps: Pick<CpeUpdateDeps, 'policy' | 'vendorIds'>,
  context: Pick<UpdateContext, 'ticket' | 'model' | 'knowsDualStack'>,
  values: Cpe,
  { reason, repair }: { reason: string; repair: RepairNote },
): Result<Proposal> => {
  const { ticket, model } = context;
  if (!ticket) throw new Error('A repair has a ticket');
  const incomplete = obstacle({ ...verdictOf(ticket, deps), reasons: [] });
  if (incomplete) return failed(incomplete);
  const { cpe: snapshot, olt } = ticket;
  if (!snapshot || !olt) throw new Error('A complete network context has a CPE and an OLT');
  const changes: readonly string[] = changedFields(snapshot, values);
  const errors = cpeErrors(values, factsOf(ticket, model, deps)).filter(({ pointer }) =>
    changes.includes(pointer.split('/')[1] ?? ''),
  );
  if (errors.length > 0) return failed(invalidCpe(errors));
  const after = changes.length > 0 ? canonicalCpe(values, model, olt) : withoutVersion(snapshot);
  const unknown = notKnown(snapshot, after, context);
  if (unknown) return failed(unknown);
  return done({ ...proposalOf(deps, { ticket, snapshot, olt, model }, after, reason), repair });
};
