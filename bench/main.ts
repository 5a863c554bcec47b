import { parseArgs } from 'node:util';
import { instances } from './instances.ts';
import { live } from './live.ts';
import { read } from './read.ts';
import { update } from './update.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    updates: { type: 'string', default: '20000' },
    streams: { type: 'string', default: '2000' },
  },
});

switch (positionals[0]) {
  case 'read':
    await read(Number(values.scale));
    break;
  case 'update':
    await update(Number(values.updates));
    break;
  case 'instances':
    await instances(Number(values.updates));
    break;
  case 'live':
    await live(Number(values.streams));
    break;
  default:
    process.stderr.write('npm run bench -- read [--scale 1]\nnpm run bench -- update [--updates 20000]\n');
    process.stderr.write(
      'npm run bench -- instances [--updates 20000]\nnpm run bench -- live [--streams 2000]\n',
    );
    process.exitCode = 2;
}
