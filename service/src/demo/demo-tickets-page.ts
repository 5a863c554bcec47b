import { demoScenarios } from './demo-scenarios.ts';

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

/** The table of demo tickets, in Markdown. */
export const demoTicketsTable = (): string => rows.map(row).join('\n');

/** `docs/demo-tickets.md`. */
export const demoTicketsPage = (): string => `# Demo tickets

<!-- Written by \`node service/src/demo/write-demo-tickets.ts\`: change service/src/demo/demo-scenarios.ts instead. -->

With the embedded database and no tickets yet, the first start loads 300 OLTs, over 2,000 service lines and over 5,000
tickets: invented customers and places, real device models, the same rows on every machine. The tickets below begin the
list and lead to one outcome each. Delete the \`DATA_DIR\` (\`.data\`) to have them all back as they were.

${demoTicketsTable()}

## What NIG does

Outcomes that are NIG's are switched on in the bundled simulator (see \`nig-simulator/README.md\`); then update ticket
\`${demoScenarios[0]?.ticketId}\`:

| outcome | switch |
| --- | --- |
| \`nig-rejected\` | \`curl -X PUT localhost:3001/faults -d '{"mode":"reject"}'\` |
| \`nig-outcome-unknown\`, settled as abandoned | \`curl -X PUT localhost:3001/faults -d '{"mode":"drop-before-apply"}'\` |
| \`nig-outcome-unknown\`, settled as applied | \`curl -X PUT localhost:3001/faults -d '{"mode":"drop-after-apply"}'\` |
| \`nig-outcome-unknown\` after \`NIG_TIMEOUT_MS\` | \`curl -X PUT localhost:3001/faults -d '{"mode":"hang"}'\` |
| NIG accepts again | \`curl -X PUT localhost:3001/faults -d '{}'\` |
`;
