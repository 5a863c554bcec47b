import { readFile, writeFile } from 'node:fs/promises';
import { demoTicketsPage } from './demo-tickets-page.ts';

const file = new URL('../../../docs/demo-tickets.md', import.meta.url);

if (!process.argv.includes('--check')) {
  await writeFile(file, demoTicketsPage());
} else if ((await readFile(file, 'utf8')) !== demoTicketsPage()) {
  process.stderr.write('docs/demo-tickets.md differs; run: node service/src/demo/write-demo-tickets.ts\n');
  process.exitCode = 1;
}
