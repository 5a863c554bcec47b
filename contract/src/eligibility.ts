import * as z from 'zod';
import type { SegmentGroup, Technology } from './service-line.ts';
import type { TicketStatus } from './ticket-status.ts';

export const ineligibilityReasons = [
  'ticket-closed',
  'not-ftth',
  'not-managed-services',
  'segment-not-editable',
] as const;
export type IneligibilityReason = (typeof ineligibilityReasons)[number];

/**
 * The version of these rules. Each update keeps it, so that a reviewer knows which rules applied.
 * Raise it with every change below.
 */
export const ELIGIBILITY_RULES = 'eligibility-1';

/** A ticket in these states is over: the line's CPE cannot be edited from it. */
export const closedStatuses: readonly TicketStatus[] = ['closed', 'cancelled', 'rejected'];

export type EligibilityFacts = {
  status: TicketStatus;
  technology: Technology;
  managedServices: boolean;
  segmentGroup: SegmentGroup;
};

export const eligibilitySchema = z
  .object({ editable: z.boolean(), reasons: z.array(z.enum(ineligibilityReasons)) })
  .meta({
    id: 'Eligibility',
    description: 'Whether the CPE may be edited from this ticket, and every reason why not',
  });
export type Eligibility = z.infer<typeof eligibilitySchema>;

/**
 * Whether a line's CPE may be edited from a ticket, with every reason against it. The portal shows
 * it; the service decides by it.
 */
export const judgeEligibility = (
  { status, technology, managedServices, segmentGroup }: EligibilityFacts,
  editableSegmentGroups: readonly SegmentGroup[],
): Eligibility => {
  const reasons: IneligibilityReason[] = [];
  if (closedStatuses.includes(status)) reasons.push('ticket-closed');
  if (technology !== 'FTTH') reasons.push('not-ftth');
  if (!managedServices) reasons.push('not-managed-services');
  if (!editableSegmentGroups.includes(segmentGroup)) reasons.push('segment-not-editable');
  return { editable: reasons.length === 0, reasons };
};
