/**
 * `npm run lines`: the lines of product code by workspace. `npm run lines -- COMMIT` counts an
 * earlier commit. Tests, their tools, generated files, samples and data do not count, nor does the
 * demo, which a production install leaves out.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WORKSPACES = ['contract', 'service', 'portal', 'nig-simulator'];
const CODE = /\.(?:ts|sql|css|html)$/;
const NOT_PRODUCT =
  /\.test\.ts$|\/(?:testing|faults|fuzz|upgrade|generated)\/|\/testing\.ts$|\.sql\.ts$/;

const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 256 << 20 });

const isProduct = (file: string): boolean => CODE.test(file) && !NOT_PRODUCT.test(file);

const [commit = 'HEAD'] = process.argv.slice(2);
let total = 0;
for (const workspace of WORKSPACES) {
  const listed = git('ls-tree', '-r', '--name-only', commit, `${workspace}/src`);
  const files = listed.split('\n').filter(isProduct);
  const counted = files.map((file) => ({
    file,
    lines: git('show', `${commit}:${file}`).split('\n').length - 1,
  }));
  const lines = counted.reduce((sum, each) => sum + each.lines, 0);
  const longest = counted.toSorted((a, b) => b.lines - a.lines)[0];
  total += lines;
  const most = longest ? `, longest ${longest.file} (${longest.lines})` : '';
  console.log(`${workspace}/src: ${lines} lines in ${files.length} files${most}`);
}
console.log(`${commit}: ${total} lines`);
