import {
  requiredElementKinds,
  type Ticket,
  type TicketListItem,
  type UpdateObstacle,
} from '@cpe-desk/contract';
import { words } from '../words/words.ts';

/** Obstacles that pass: the page waits for their end. */
const passing: readonly UpdateObstacle[] = ['update-in-progress', 'nig-unavailable'];

/** What an update needs and the line lacks, in words. */
const missingWords = ({ networkElements }: Ticket): string[] =>
  requiredElementKinds
    .filter((kind) => !networkElements.some((element) => element.kind === kind))
    .map((kind) => words().obstacles.missing(words().element[kind]));

/** `missing`: what the line lacks, where it is known; `by`: whose update is in the way. */
const wordsOf = (code: UpdateObstacle, missing: readonly string[] = [], by = ''): string[] => {
  const { obstacles, ineligible } = words();
  switch (code) {
    case 'forbidden':
      return [obstacles.forbidden];
    case 'no-network-context':
      return missing.length > 0 ? [...missing] : [obstacles.noNetwork];
    case 'update-in-progress':
      return [obstacles.inProgress(by)];
    case 'nig-unavailable':
      return [obstacles.nigUnavailable];
    default:
      return [ineligible[code]];
  }
};

const wordsOfTicket = (ticket: Ticket, code: UpdateObstacle): string[] =>
  wordsOf(code, missingWords(ticket), ticket.unsettledUpdate?.by);

/** Every reason why the CPE cannot be updated from this ticket now, in words. */
export const obstacleWords = (ticket: Ticket): string[] =>
  ticket.canUpdate.why.flatMap(({ code }) => wordsOfTicket(ticket, code));

/** The same of an item of a list, which does not know what its line lacks. */
export const itemObstacleWords = ({ canUpdate }: Pick<TicketListItem, 'canUpdate'>): string[] =>
  canUpdate.why.flatMap(({ code }) => wordsOf(code));

/** The reasons that do not pass. */
export const lastingWords = (ticket: Ticket): string[] =>
  ticket.canUpdate.why
    .filter(({ code }) => !passing.includes(code))
    .flatMap(({ code }) => wordsOfTicket(ticket, code));

/** Whether an obstacle is in the way. */
export const hasObstacle = ({ canUpdate }: Ticket, code: UpdateObstacle): boolean =>
  canUpdate.why.some((each) => each.code === code);
