import { demoScenarios } from './scenarios.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const rows = [
  ['ticket', 'line', 'shows', 'how'],
  ['---', '---', '---', '---'],
  ...demoScenarios.map((scenario) => [
    `${scenario.ticketNo} (\`${scenario.ticketId}\`)`,
    scenario.serviceLineId,
    scenario.shows,
    scenario.how,
  ]),
];

/** The demo tickets and what each shows, as a table in Markdown. */
export const demoTicketsTable = (): string => rows.map(row).join('\n');
