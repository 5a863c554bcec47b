import type { LineFacts } from '@cpe-desk/contract';
import type { Policy } from '../access/policy.ts';
import type { LoadedTicket } from './load-ticket.ts';

/** The facts of a ticket's line that the rules of a CPE need. The model has facts of its own. */
export const ruleFactsOf = (
  { line, olt }: Pick<LoadedTicket, 'line' | 'olt'>,
  policy: Pick<Policy, 'allowedPrefixes' | 'unknownModel'>,
): Pick<
  LineFacts,
  'accessType' | 'oltManufacturer' | 'oltPorts' | 'allowedPrefixes' | 'unknownModel'
> => ({
  accessType: line.accessType,
  oltManufacturer: olt?.manufacturer ?? null,
  oltPorts: olt?.ports ?? null,
  allowedPrefixes: policy.allowedPrefixes,
  unknownModel: policy.unknownModel,
});
