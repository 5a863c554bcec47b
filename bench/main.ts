import { parseArgs } from 'node:util';
import { read } from './read.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});

switch (positionals[0]) {
  case 'read':
    await read(Number(values.scale));
    break;
  default:
    process.stderr.write('npm run bench -- read [--scale 1]\n');
    process.exitCode = 2;
}
