import { parseArgs } from 'node:util';
import { importFile } from './import.ts';
import { read } from './read.ts';
import { start } from './start.ts';
import { update } from './update.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    updates: { type: 'string', default: '20000' },
    lines: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '5' },
  },
});

switch (positionals[0]) {
  case 'read':
    await read(Number(values.scale));
    break;
  case 'update':
    await update(Number(values.updates));
    break;
  case 'import':
    await importFile(Number(values.lines));
    break;
  case 'start':
    await start(Number(values.times));
    break;
  default:
    process.stderr.write(
      [
        'npm run bench -- read [--scale 1]',
        'npm run bench -- update [--updates 20000]',
        'npm run bench -- import [--lines 1000000]',
        'npm run bench -- start [--times 5]',
        '',
      ].join('\n'),
    );
    process.exitCode = 2;
}
