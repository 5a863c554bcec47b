import type { IneligibilityReason, TicketStatus } from '@cpe-desk/contract';
import type { ServiceLineRecord, TicketRecord } from '../../../service/src/import/record.ts';
import { macAddress, serialNumber } from './devices.ts';
import { cpeId, DEMO_DAY, lineId, oltId, splitterId, ticketId, ticketNo } from './ids.ts';

type DemoCpe = NonNullable<ServiceLineRecord['cpe']>;

/** How a scenario differs from a usual ticket on a usual line of its own. */
type Special = {
  how: string;
  /** Its eligibility with the default policy. */
  reasons?: readonly IneligibilityReason[];
  status?: TicketStatus;
  line?: Partial<Omit<ServiceLineRecord, 'cpe'>> & { cpe?: Partial<DemoCpe> | null };
  /** The ticket is on the line of the scenario before. */
  sameLine?: true;
};

const usualLine = (number: number): ServiceLineRecord & { cpe: DemoCpe } => ({
  type: 'serviceLine',
  id: lineId(number),
  ...{ technology: 'FTTH', accessType: 'GPON', managedServices: true, segmentGroup: 'SME' },
  customer: `Kedai Kopi Gemilang, branch ${number}`,
  plan: { downKbps: 300_000, upKbps: 100_000 },
  path: [oltId(1), splitterId(1, 1)],
  cpe: {
    id: cpeId(number),
    name: `CPE of ${lineId(number)}`,
    ...{ manufacturer: 'Huawei', model: 'HG8245Hv5' },
    ipAddress: `10.20.0.${number}`,
    bandwidth: { downKbps: 300_000, upKbps: 100_000 },
    port: `0/1/3:${number}`,
    serialNumber: serialNumber('Huawei', number),
    macAddress: macAddress('Huawei', number),
  },
});

/** A line without a ticket, whose values other scenarios ask for: `value-in-use`. */
const neighbour = {
  ...usualLine(90),
  cpe: { ...usualLine(90).cpe, ipv6Prefix: 'fd5e:c0dd:fff0::/48' },
};

/** What a ticket shows, and how. */
const specials: Readonly<Record<string, Special>> = {
  'eligible, GPON': {
    how: 'Correct any field and confirm, or confirm without a change: a refresh. Either is applied and in the history.',
  },
  'eligible, XGS-PON': {
    how: 'As above; bandwidth may go up to 9,953,280 kbit/s. 9953281 is refused: `above-line-rate`.',
    line: {
      accessType: 'XGS-PON',
      plan: { downKbps: 2_000_000, upKbps: 1_000_000 },
      cpe: {
        manufacturer: 'Adtran',
        model: 'SDX 622v',
        bandwidth: { downKbps: 2_000_000, upKbps: 1_000_000 },
        serialNumber: serialNumber('Adtran', 2),
      },
    },
  },
  'a swap': {
    how: 'Change the serial number to `HWTC5EC0DE03`: another device, so the kind is `swap`.',
  },
  'a refresh that mends the corp data': {
    how: 'The corp-data record still has half the bandwidth. Confirm without a change: it follows the CPE.',
  },
  'a closed ticket': {
    how: 'Editing is closed; an update is refused: `not-eligible` with `ticket-closed`.',
    status: 'closed',
    reasons: ['ticket-closed'],
  },
  'a cancelled ticket': {
    how: 'As above: cancelled tickets are over, too.',
    status: 'cancelled',
    reasons: ['ticket-closed'],
  },
  'not FTTH': {
    how: 'A line in a building with fibre to the basement (FTTB): `not-eligible` with `not-ftth`.',
    reasons: ['not-ftth'],
    line: { technology: 'FTTB' },
  },
  'no Managed Services': {
    how: '`not-eligible` with `not-managed-services`.',
    reasons: ['not-managed-services'],
    line: { managedServices: false },
  },
  'a consumer line': {
    how: '`not-eligible` with `segment-not-editable`, unless `EDITABLE_SEGMENT_GROUPS` has `CONSUMER`.',
    reasons: ['segment-not-editable'],
    line: { segmentGroup: 'CONSUMER', customer: 'Aminah K., Taman Melur Permai' },
  },
  'several reasons at once': {
    how: 'All four reasons are listed, not only the first.',
    status: 'closed',
    reasons: ['ticket-closed', 'not-ftth', 'not-managed-services', 'segment-not-editable'],
    line: {
      technology: 'FTTB',
      managedServices: false,
      segmentGroup: 'CONSUMER',
      customer: 'Boon Keat T., Desa Kenanga Damai',
    },
  },
  'two tickets on one line (1 of 2)': {
    how: 'Open it beside the next one in two windows. Correct both: the second gets `stale-cpe` with three values a field.',
  },
  'two tickets on one line (2 of 2)': {
    how: 'The same line and CPE as the ticket before. While NIG hangs on one, the other gets `update-in-progress`.',
    sameLine: true,
  },
  'no OLT on the path': {
    how: 'Any update is refused: `no-network-context`, missing `OLT`.',
    line: { path: [] },
  },
  'no CPE on the line': {
    how: 'There is nothing to correct: `no-network-context`, missing `CPE`.',
    line: { cpe: null },
  },
  'an address in use': {
    how: `Set the IP address to \`${neighbour.cpe.ipAddress}\`, which line ${neighbour.id} has: \`value-in-use\`.`,
  },
  'a port in use': {
    how: `Set the port to \`${neighbour.cpe.port}\`, which line ${neighbour.id} has on the same OLT: \`value-in-use\`.`,
  },
  'a serial number and a MAC in use': {
    how: `Set the serial number to \`${neighbour.cpe.serialNumber}\` and the MAC to \`${neighbour.cpe.macAddress}\`, line ${neighbour.id}'s: \`value-in-use\`, both named.`,
  },
  'a recorded value that breaks a rule': {
    how: 'Its address, `192.0.2.7`, is a documentation address. A refresh is refused: `invalid-cpe` with `not-a-host-address`. Correct it to `10.20.0.118`.',
    line: { cpe: { ipAddress: '192.0.2.7' } },
  },
  'a withdrawn model on record': {
    how: 'A refresh is refused: `invalid-cpe` with `withdrawn-model`. Choose `HG8245Hv5`.',
    line: { cpe: { model: 'HG8310M' } },
  },
  'a warning: above the plan': {
    how: 'Set the bandwidth to 500000 down: applied, with the warning `above-plan` (the plan has 300,000 kbit/s).',
  },
  'a warning: another vendor’s serial number': {
    how: 'Confirm without a change: applied, with the warning `vendor-mismatch` (`HWTC` is Huawei, the record says Zyxel).',
    line: { cpe: { manufacturer: 'Zyxel', model: 'PMG1005-T20B' } },
  },
  'an SME ticket': {
    how: 'Sign in as `demo-operator-sme`: this ticket is there.',
  },
  'an ENTERPRISE ticket': {
    how: 'As `demo-operator-sme` it does not exist: `ctt-not-found`. Everyone else sees it.',
    line: { segmentGroup: 'ENTERPRISE', customer: 'Samudera Logistik Berhad' },
  },
  'a dual-stack line': {
    how: 'Correct the IPv6 address or the delegated prefix, or empty a field: the CPE has none then.',
    line: {
      cpe: { ipv6Address: 'fd5e:c0de::24', ipv6Prefix: 'fd5e:c0dd:ff24::/48' },
    },
  },
  'a prefix in use': {
    how: `Line ${neighbour.id} has \`${neighbour.cpe.ipv6Prefix}\`. Set the delegated IPv6 prefix to \`fd5e:c0dd:fff0:1200::/56\`, or the IPv6 address to \`fd5e:c0dd:fff0::7\`: \`value-in-use\`.`,
  },
};

/** A ticket that leads to one outcome by hand. The ids stay as they are. */
export const demoScenarios = Object.entries(specials).map(([shows, special], index) => ({
  ...special,
  shows,
  number: index + 1,
  ticketId: ticketId(index + 1),
  ticketNo: ticketNo(index + 1),
  serviceLineId: lineId(special.sameLine ? index : index + 1),
  reasons: special.reasons ?? [],
}));
type DemoScenario = (typeof demoScenarios)[number];

const lineOf = ({ number, line: { cpe, ...changes } = {} }: DemoScenario): ServiceLineRecord => {
  const usual = usualLine(number);
  return { ...usual, ...changes, cpe: cpe === null ? null : { ...usual.cpe, ...cpe } };
};

/**
 * The scenarios' tickets are the newest, the first scenario's the very newest: they begin the list.
 */
const ticketOf = ({ status = 'inProgress', ...scenario }: DemoScenario): TicketRecord => ({
  type: 'ticket',
  id: scenario.ticketId,
  ticketNo: scenario.ticketNo,
  status,
  title: `Demo: ${scenario.shows}`,
  openedAt: new Date(DEMO_DAY.getTime() + (8 * 60 + 1 - scenario.number) * 60_000).toISOString(),
  serviceLineId: scenario.serviceLineId,
});

/** The lines and tickets of the scenarios. */
export const scenarioRecords = () => ({
  lines: [...demoScenarios.filter(({ sameLine }) => !sameLine).map(lineOf), neighbour],
  tickets: demoScenarios.map(ticketOf),
});

/** Of scenario "a refresh that mends the corp data". */
export const STALE_CORP_DATA_LINE = lineId(4);
/** Of the scenarios whose recorded CPE breaks a rule. */
export const BROKEN_SCENARIO_LINES = [lineId(18), lineId(19)];

/** The demo tickets and what each shows, as a table in Markdown. */
export const demoTicketsTable = (): string =>
  [
    ['ticket', 'line', 'shows', 'how'],
    ['---', '---', '---', '---'],
    ...demoScenarios.map((each) => [
      `${each.ticketNo} (\`${each.ticketId}\`)`,
      ...[each.serviceLineId, each.shows, each.how],
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
