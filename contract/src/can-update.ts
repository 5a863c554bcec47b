import * as z from 'zod';
import type { Action } from './access.ts';
import {
  type EligibilityFacts,
  type IneligibilityReason,
  ineligibilityReasons,
  judgeEligibility,
} from './eligibility.ts';
import {
  type NetworkElementKind,
  requiredElementKinds,
  type SegmentGroup,
} from './service-line.ts';

/** Why an update of a ticket's CPE would be refused, in the precedence of the update's failures. */
export const updateObstacles = [
  'forbidden',
  'no-network-context',
  ...ineligibilityReasons,
  'update-in-progress',
  'nig-unavailable',
] as const;
export type UpdateObstacle = (typeof updateObstacles)[number];

export const canUpdateSchema = z
  .object({
    allowed: z.boolean(),
    why: z.array(z.object({ code: z.enum(updateObstacles), detail: z.string() })),
  })
  // An instance of the release before does not answer it: there the update itself decides.
  .default({ allowed: true, why: [] })
  .meta({
    id: 'CanUpdate',
    description:
      'Whether the caller may update the CPE from this ticket now, and every reason why not. ' +
      'A list item lacks `update-in-progress` and `nig-unavailable`, which pass',
  });
export type CanUpdate = z.infer<typeof canUpdateSchema>;

/** The facts that decide whether an update is possible, whatever its values. */
export type UpdateFacts = EligibilityFacts & {
  /** The elements on the line's path, with the CPE. */
  elements: readonly { kind: NetworkElementKind }[];
  /** What the caller may do. Absent: the route checks it. */
  actions?: readonly Action[];
  /** A list leaves these two out. */
  isUnsettled?: boolean;
  isNigAvailable?: boolean;
};

/** Every obstacle of an update, as the update's failures need it. */
export type UpdateVerdict = {
  isForbidden: boolean;
  missing: NetworkElementKind[];
  reasons: IneligibilityReason[];
  isUnsettled: boolean;
  isNigAway: boolean;
};

/**
 * The one function that decides whether a CPE can be updated from a ticket. The update's own checks
 * and `canUpdate` use it, so they cannot differ.
 */
export const judgeUpdate = (
  { elements, actions, isUnsettled = false, isNigAvailable = true, ...facts }: UpdateFacts,
  editableSegmentGroups: readonly SegmentGroup[],
): UpdateVerdict => ({
  isForbidden: actions !== undefined && !actions.includes('cpe-update:request'),
  missing: requiredElementKinds.filter((kind) => !elements.some((each) => each.kind === kind)),
  reasons: judgeEligibility(facts, editableSegmentGroups).reasons,
  isUnsettled,
  isNigAway: !isNigAvailable,
});

/** What is missing, in a sentence. */
export const missingElements = (missing: readonly NetworkElementKind[]): string =>
  `The line has no ${missing.join(' and no ')} on record`;

const ineligible: Readonly<Record<IneligibilityReason, string>> = {
  'ticket-closed': 'The ticket is closed',
  'not-ftth': 'The service line is not FTTH',
  'not-managed-services': 'The service line has no Managed Services',
  'segment-not-editable': 'The segment group is not edited in this desk',
};

/** The verdict as the API answers it. */
export const canUpdateOf = (verdict: UpdateVerdict): CanUpdate => {
  const { isForbidden, missing, reasons, isUnsettled, isNigAway } = verdict;
  const why: CanUpdate['why'] = [];
  if (isForbidden) why.push({ code: 'forbidden', detail: 'Your role cannot update a CPE' });
  if (missing.length > 0)
    why.push({ code: 'no-network-context', detail: missingElements(missing) });
  for (const code of reasons) why.push({ code, detail: ineligible[code] });
  if (isUnsettled)
    why.push({ code: 'update-in-progress', detail: 'Another update of the line is unsettled' });
  if (isNigAway) why.push({ code: 'nig-unavailable', detail: 'NIG does not answer' });
  return { allowed: why.length === 0, why };
};
