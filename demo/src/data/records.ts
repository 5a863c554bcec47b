import type { ImportRecord } from '../../../service/src/import/parse-line.ts';
import { lineId } from './ids.ts';
import { demoLine, FIRST_LINE, hasStaleCorpData, isBroken, LAST_LINE } from './lines.ts';
import { demoNetwork } from './network.ts';
import { seededRandom } from './random.ts';
import { BROKEN_SCENARIO_LINES, STALE_CORP_DATA_LINE, scenarioRecords } from './scenarios.ts';
import { demoTicket, FIRST_TICKET, LAST_TICKET } from './tickets.ts';

const SEED = 2026;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const lineNumbers = range(FIRST_LINE, LAST_LINE);
const idsWhere = (holds: (number: number) => boolean): string[] => lineNumbers.filter(holds).map(lineId);

/** Everything in the demo, as an import file would say it, the same at each call. */
export const demoRecords = (): ImportRecord[] => {
  const random = seededRandom(SEED);
  const [lines, tickets] = scenarioRecords();
  return [
    ...demoNetwork(),
    ...lines,
    ...lineNumbers.flatMap((number) => demoLine(number, random)),
    ...tickets,
    ...range(FIRST_TICKET, LAST_TICKET).map((number) => demoTicket(number, random)),
  ];
};

/** The lines whose recorded CPE breaks a rule for new values; every other CPE of the demo breaks none. */
export const brokenLines = (): string[] => [...BROKEN_SCENARIO_LINES, ...idsWhere(isBroken)];

/** The lines whose corp-data temp record differs from their CPE, where they have one. */
export const staleCorpDataLines = (): string[] => [STALE_CORP_DATA_LINE, ...idsWhere(hasStaleCorpData)];
