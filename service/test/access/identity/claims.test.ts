import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityOf } from '../../../src/access/identity/caller.ts';
import { claimIn, isClaim, valuesOf } from '../../../src/access/identity/claims.ts';
import { contractClaims } from '../../support/test-sign-in-config.ts';

test('a claim is a name, or a JSON Pointer where it begins with a slash', () => {
  const claims = {
    'https://telco/roles': ['a'],
    'urn:zitadel:iam:org:project:roles': { operator: {} },
    resource_access: { 'cpe/desk': { roles: ['b'] }, 'x~y': 'c' },
    list: [{ role: 'd' }],
    '': 'e',
  };
  const expected: Record<string, unknown> = {
    'https://telco/roles': ['a'],
    'urn:zitadel:iam:org:project:roles': { operator: {} },
    '/resource_access/cpe~1desk/roles': ['b'],
    '/resource_access/x~0y': 'c',
    '/list/0/role': 'd',
    '/': 'e',
    'resource_access.cpe': undefined,
    '/resource_access/none/roles': undefined,
    '/list/00/role': undefined,
    '/list/length': undefined,
    constructor: undefined,
    '/resource_access/constructor': undefined,
    '/__proto__/x': undefined,
  };
  for (const [claim, value] of Object.entries(expected))
    assert.deepEqual(claimIn(claims, claim), value, claim);
  assert.deepEqual(['/a~2', '/a~', '/a~1', 'a~b'].map(isClaim), [false, false, true, true]);
});

test('the values of a claim are in an array, a text or the names of an object', () => {
  assert.deepEqual(valuesOf(['a b', 7, null, 'c']), ['a b', 'c']);
  assert.deepEqual(valuesOf('SME,ENTERPRISE  CONSUMER, '), ['SME', 'ENTERPRISE', 'CONSUMER']);
  assert.deepEqual(valuesOf({ operator: { org: 'x' }, admin: 1 }), ['operator', 'admin']);
  for (const nothing of [undefined, null, 7, true, '', [], {}])
    assert.deepEqual(valuesOf(nothing), []);
});

const identify = (claims: object, more: Partial<typeof contractClaims> = {}) => {
  const identity = identityOf({ token: { ...claims } }, { ...contractClaims, ...more }, 'bearer');
  assert.ok(identity.ok);
  return identity;
};

test('default segment groups are for whoever has a role and no claim with segment groups', () => {
  const groupsOf = (claims: object) =>
    identify({ sub: 's', ...claims }, { defaultSegmentGroups: ['SME'] }).caller.segmentGroups;
  assert.deepEqual(groupsOf({ roles: 'operator' }), ['SME']);
  for (const given of [[], null, 7, 'MOON'])
    assert.deepEqual(groupsOf({ roles: 'operator', segment_groups: given }), [], String(given));
  assert.deepEqual(groupsOf({ roles: 'emperor' }), []);
});

test('with maps only mapped values count, several add up, and the rest is ignored', () => {
  const maps = {
    roleMap: new Map([
      ['CPE-Operators', ['operator']],
      ['CPE-Leads', ['supervisor']],
    ] as const),
    segmentGroupMap: new Map([
      ['seg-sme', ['SME']],
      ['seg-big', ['ENTERPRISE', 'SME']],
    ] as const),
  };
  const { caller, ignored } = identify(
    {
      sub: 's',
      roles: ['CPE-Leads', 'CPE-Operators', 'operator', 'constructor'],
      segment_groups: ['seg-big', 'seg-sme', 'CONSUMER'],
    },
    maps,
  );
  assert.deepEqual(caller.roles, ['operator', 'supervisor']);
  assert.deepEqual(caller.segmentGroups, ['ENTERPRISE', 'SME']);
  assert.deepEqual(ignored, ['operator', 'constructor', 'CONSUMER']);
});

test('a name is the first that is there, and a program is shown as one', () => {
  const nameOf = (claims: object) => identify({ sub: 's', ...claims }).caller.name;
  const all = { name: 'N', preferred_username: 'p', email: 'e@x', client_id: 'c', azp: 'z' };
  assert.equal(nameOf(all), 'N');
  assert.equal(nameOf({ ...all, name: undefined }), 'p');
  assert.equal(nameOf({ email: 'e@x', azp: 'z' }), 'e@x');
  assert.equal(nameOf({ client_id: 'c', azp: 'z' }), 'c (program)');
  assert.equal(nameOf({ azp: 'z', appid: 'a' }), 'z (program)');
  assert.equal(nameOf({ appid: 'a' }), 'a (program)');
  assert.equal(nameOf({}), 's');
  assert.equal(nameOf({ name: 'Sync', idtyp: 'app' }), 'Sync (program)');
  assert.equal(nameOf({ cid: 's' }), 's (program)', 'Okta: a program is its own subject');
  assert.equal(nameOf({ cid: 'another' }), 's', "Okta: people's tokens have a cid, too");
});
