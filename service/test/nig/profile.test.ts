import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile } from '../../src/nig/mapped-http/evaluate.ts';
import {
  bundledProfiles,
  faultLine,
  loadProfile,
  profilePath,
  readProfile,
} from '../../src/nig/mapped-http/load-profile.ts';
import { matchRule } from '../../src/nig/mapped-http/match-rule.ts';
import { unmappedFields } from '../../src/nig/mapped-http/unmapped-fields.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { untilEnd } from '../support/until-end.ts';

const folder = untilEnd(await tempFolder());
const netbox = await readFile(profilePath('netbox'), 'utf8');
const COMMAND = fileURLToPath(new URL('../../src/commands/nig-profile.ts', import.meta.url));

let files = 0;
/** A file with the profile `netbox` after a change of its text. */
const changed = async (change: (text: string) => string): Promise<string> => {
  const path = join(folder.path, `${++files}.json`);
  const text = change(netbox);
  assert.notEqual(text, netbox);
  await writeFile(path, text);
  return path;
};

const withMember = (change: (profile: Record<string, Record<string, unknown>>) => void) =>
  changed((text) => {
    const profile = JSON.parse(text);
    change(profile);
    return JSON.stringify(profile, null, 2);
  });

const faultsOf = async (path: string): Promise<string> =>
  (await readProfile(path)).faults.map(faultLine).join('\n');

test('the example of the documents passes its samples', async () => {
  const example = new URL('../../../docs/integrate/example-profile.json', import.meta.url);
  const { profile } = await loadProfile(fileURLToPath(example));
  assert.equal(profile.profile, 'lab-inventory');
});

test('the bundled profiles pass their samples and map each field of the CPE', async () => {
  for (const name of bundledProfiles)
    assert.deepEqual(await unmappedFields(await loadProfile(name)), [], name);
});

const FAULTS: [what: string, path: Promise<string>, fault: RegExp][] = [
  [
    'two changing requests',
    withMember((profile) => void Object.assign(profile, { send: [profile.send, profile.send] })),
    /^send: must be one request: an update has exactly one changing call/,
  ],
  [
    'a search that changes',
    withMember(({ find }) => void Object.assign(find ?? {}, { method: 'POST' })),
    /^find\.method: must be GET: only "send" may change NIG/,
  ],
  [
    'an acceptance that names no update',
    changed((text) => text.replace('"custom_fields.desk_update_id = $updateId"', '"true"')),
    /^send\.answers\.0\.when: must compare the answer with \$updateId/,
  ],
  [
    'an expression that does not compile',
    changed((text) => text.replace("'/api/dcim/devices/' & $id & '/'", "'/api' & & 1")),
    /^send\.path: .*\(at character \d+\): '\/api' & & 1/,
  ],
  [
    '$eval',
    changed((text) => text.replace('"$string($)"', '"$eval(detail)"')),
    /must not use \$eval/,
  ],
  [
    'a sample that gives something else',
    changed((text) => text.replace('"code": "no-such-line"', '"code": "other"')),
    /^samples\.1: gives .*"no-such-line".*, not .*"other"/,
  ],
  [
    'no sample',
    withMember((profile) => void Object.assign(profile, { samples: [] })),
    /^samples: at least one sample/,
  ],
  [
    'a member that is not known',
    withMember((profile) => void Object.assign(profile, { sent: {} })),
    /Unrecognized key: "sent"/,
  ],
  [
    'a look-up that is promised and missing',
    withMember((profile) => void delete profile.lookUp),
    /^capabilities\.lookUp: is true where "lookUp" is given/,
  ],
  ['no JSON', changed((text) => text.slice(0, -5)), /^is not JSON: .*position/],
];

for (const [what, path, fault] of FAULTS)
  test(`a profile with ${what} is refused`, async () => {
    assert.match(await faultsOf(await path), fault);
    await assert.rejects(loadProfile(await path), /^StartError: NIG_PROFILE: .*has faults/);
  });

test('an asynchronous profile cannot claim that NIG never got an update', async () => {
  const tmf640 = JSON.parse(await readFile(profilePath('tmf640'), 'utf8'));
  tmf640.lookUp.answers.push({ status: [404], when: 'true', outcome: 'never-got-it' });
  const path = join(folder.path, 'asynchronous.json');
  await writeFile(path, JSON.stringify(tmf640));
  assert.match(await faultsOf(path), /^lookUp\.answers\.1\.outcome: a NIG that answers before/);
});

test('a rule fits only where its condition gives exactly true', async () => {
  const { profile, expressions } = await loadProfile('netbox');
  const [rule] = profile.send.answers;
  assert.ok(rule);
  for (const [when, outcome] of [
    ['custom_fields.desk_update_id = $updateId', 'accepted'],
    ['url', 'unknown'],
    ['nothing', 'unknown'],
    ['1', 'unknown'],
  ] as const) {
    const of = (text: string) => (text === when ? compile(text) : expressions.of(text));
    const body = Buffer.from(JSON.stringify({ url: '/7', custom_fields: { desk_update_id: 'u' } }));
    const answer = { status: 200, contentType: 'application/json', body };
    const matched = await matchRule(answer, [{ ...rule, when }], { of }, { updateId: 'u' });
    assert.equal(matched.answer.outcome, outcome, when);
  }
});

test('expressions that loop are stopped, by time or by depth', async () => {
  const loop = compile('($f := function($x) { $f($x + 1) }; $f(1))');
  await assert.rejects(loop.run({}, {}), /timeout after 50 milliseconds/);
  const deep = compile('($f := function($x) { 1 + $f($x + 1) }; $f(1))');
  await assert.rejects(deep.run({}, {}), /Stack overflow/);
});

test('nig:profile check names file, line and expression of each fault', async () => {
  const path = await changed((text) =>
    text.replace('"$type($) = \'object\'"', '"$type($ = 1"').replace('"detail"', '"detail["'),
  );
  const run = await runProgram(COMMAND, ['check', path]);
  assert.equal(run.code, 1);
  const lines = (await readFile(path, 'utf8')).split('\n');
  const faults = run.out.trim().split('\n');
  assert.equal(faults.length, 2);
  for (const [index, expression] of ['$type($ = 1', 'detail['].entries()) {
    const line = lines.findIndex((text) => text.includes(expression)) + 1;
    assert.ok(faults[index]?.startsWith(`${path}:${line}: send.answers.`), faults[index]);
    assert.ok(faults[index]?.endsWith(`: ${expression}`), faults[index]);
  }
});

test('nig:profile check prints the requests and the fields that nothing maps', async () => {
  const path = await changed((text) =>
    text.replace("'cpe_mac_address': new.macAddress", "'cpe_mac_address': 'none'"),
  );
  const run = await runProgram(COMMAND, ['check', path]);
  assert.equal(run.code, 0, run.out + run.err);
  assert.match(run.out, /^ {2}PATCH \/api\/dcim\/devices\/7\/$/m);
  assert.match(run.out, /:\d+: send\.body does not map "macAddress"$/m);
  assert.equal((await runProgram(COMMAND, ['check', '/missing.json'])).code, 2);
});
