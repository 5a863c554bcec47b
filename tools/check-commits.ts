import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { subjectFaults } from './commit-rules.ts';

/*
 * Part of `npm run check`: the subjects of the commits since SINCE. A shallow clone that does not
 * reach back to it is checked as far as it goes; without a history nothing is checked.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The newest commit that is older than the rule. */
const SINCE = '84285605460bf91f64554eba212a3600d0e3a2ee';

const git = (...args: string[]): string =>
  execFileSync('git', args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

const knows = (commit: string): boolean => {
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
    return true;
  } catch {
    return false;
  }
};

/** Which commits to check; undefined, with the reason said, where there are none. */
const range = (): string | undefined => {
  if (!existsSync(new URL('../.git', import.meta.url))) {
    console.log('No git history here: commit subjects are not checked');
    return undefined;
  }
  if (knows(SINCE)) return `${SINCE}..HEAD`;
  if (git('rev-parse', '--is-shallow-repository') === 'true') return 'HEAD';
  console.log(`Another git history, without ${SINCE.slice(0, 7)}: commit subjects are not checked`);
  return undefined;
};

const commits = range();
if (commits !== undefined) {
  const log = git('log', '--no-merges', '--format=%h %s', commits);
  const lines = log === '' ? [] : log.split('\n');
  const faults = lines.flatMap((line) => {
    const [hash = '', subject = ''] = [
      line.slice(0, line.indexOf(' ')),
      line.slice(line.indexOf(' ') + 1),
    ];
    return subjectFaults(subject).map((fault) => `${hash} "${subject}": ${fault}`);
  });
  for (const fault of faults) console.error(fault);
  console.log(`${lines.length} commit subjects: ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
