import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  type Action,
  accessTable,
  actions,
  cpeUpdateAnswerSchema,
  type Role,
  repairSchema,
  roles,
} from '@cpe-desk/contract';
import { z } from 'zod';
import { one, run, statement } from '../../../src/platform/database/database.ts';
import { uploadAndCheck } from '../../bulk/bulks.ts';
import { assertProblem } from '../../support/assert-problem.ts';
import { useDesk } from '../../support/desk.ts';
import { addTestLine } from '../../support/test-line.ts';
import { postUpdate, updateBody } from '../../support/updates.ts';

/*
 * Requests every route of /openapi.json with every role, without a sign-in and with people of
 * another segment group, and compares the answers with the contract's table. A new route is
 * included; a route with a body needs an example here.
 */

const operationSchema = z.looseObject({
  'x-action': z.enum([...actions, 'signed-in', 'public']),
  requestBody: z.unknown().optional(),
});
const openApiSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});
type Route = {
  method: string;
  path: string;
  action: Action | 'signed-in' | 'public';
  hasBody: boolean;
};

/** The queries of routes that need one. */
const queries: Readonly<Record<string, string>> = {
  '/ticket/ctt/cpe/history/{id}/compare': '?first=2026-01-01T00:00:00Z&second=2027-01-01T00:00:00Z',
};

/** Only who uploaded a bulk starts it. */
const OF_ITS_CREATOR = '/ticket/ctt/cpe/bulk/{bulkId}/start';

/** This route answers without an end. */
const ENDLESS = '/ticket/ctt/events';

const insertSession = statement<
  never,
  [hash: string, subject: string, role: Role, segmentGroups: string[]]
>(
  'test-insert-session',
  `insert into portal_session (token_hash, subject, name, roles, segment_groups, expires_at)
   values ($1, $2, $2, array[$3], $4, now() + interval '1 hour')`,
);

const removeRoles = statement<never>('test-remove-roles', `update portal_session set roles = '{}'`);

const desk = await useDesk();
const { paths } = openApiSchema.parse(await (await fetch(`${desk.origin}/openapi.json`)).json());
const routes: Route[] = Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    action: operation['x-action'],
    hasBody: operation.requestBody !== undefined,
  })),
);
const customer = 'A customer whom only ENTERPRISE sees';
const { id, lineId } = await addTestLine(desk.db, { segmentGroup: 'ENTERPRISE', customer });
const { operator, supervisor } = desk;
const update = await updateBody(operator, id, { ipAddress: '10.77.0.1' });
const { updateId } = cpeUpdateAnswerSchema.parse((await postUpdate(operator, id, update)).body);
const repair = { lines: [lineId], take: 'desk', reason: 'a test' };
const repaired = await supervisor.post('/ticket/ctt/cpe/drift/repair', repair);
const { repairId } = repairSchema.parse(repaired.body);
const insertToken = statement<{ id: string }, [name: string]>(
  'test-insert-token',
  `insert into api_token (name, token_hash, prefix, roles, segment_groups, created_by_id,
                          created_by_name, expires_at)
   values ($1, $1, 'cpd_', '{reviewer}', '{SME}', 'a', 'a', now() + interval '1 day') returning id`,
);
const tokenId = (await one(desk.db, insertToken, ['a token'])).id;
const { bulkId } = await uploadAndCheck(supervisor, `ticket\n${id}\n`);
const place = { id, lineId, updateId, repairId, bulkId, customer };
const bodies: Record<string, unknown> = {
  '/catalog/models': { manufacturer: 'Nobody', model: 'added by each role' },
  '/catalog/model-requests': { manufacturer: 'Nobody', model: 'requested by each role' },
  '/access/tokens': {
    name: 'a',
    roles: ['admin'],
    segmentGroups: [],
    expiresAt: '2020-01-01T00:00:00Z',
  },
  '/auth/backchannel-logout': {},
  '/policy/hold': { held: false, reason: 'a test' },
  '/inbox/read': { upTo: '1' },
  '/ticket/ctt/views': { name: 'a view', query: {} },
  '/admin/log-level': { level: 'warn' },
  '/ticket/ctt/cpe/update/{id}': { current: update.new, new: update.new },
  '/ticket/ctt/cpe/preview/{id}': { current: update.new, new: update.new },
  '/ticket/ctt/cpe/read/{id}': { text: 'SN: HWTC1A2B3C4D' },
  '/ticket/ctt/cpe/drift/repair': { lines: ['no such line'], take: 'desk', reason: 'a test' },
  '/ticket/ctt/cpe/incident/open': { lines: ['no such line'], reason: 'a test' },
  '/ticket/ctt/cpe/bulk/{bulkId}/mapping': {},
  '/ticket/ctt/cpe/bulk/{bulkId}/start': { checkHash: 'none' },
  '/ticket/ctt/cpe/bulk/{bulkId}/pause': {},
  '/ticket/ctt/cpe/bulk/{bulkId}/resume': {},
  '/ticket/ctt/cpe/bulk/{bulkId}/cancel': { reason: 'a test' },
  '/ticket/ctt/cpe/bulk/{bulkId}/retry': { states: ['left-out'] },
  '/ticket/ctt/cpe/bulk/{bulkId}/revert': { reason: 'a test' },
  '/ticket/ctt/cpe/updates/{updateId}/settle': { outcome: 'rejected', reason: 'a test' },
  '/ticket/ctt/cpe/updates/{updateId}/revert': { reason: 'a test' },
};

/** The session cookie of a person with this role and these segment groups. */
const sessionOf = async (role: Role, segmentGroups: string[]): Promise<string> => {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('base64url');
  await run(desk.db, insertSession, [
    hash,
    `${role} of ${segmentGroups.join(' and ')}`,
    role,
    segmentGroups,
  ]);
  return `cpe_desk_session=${token}`;
};

/** The id of a session that a test may end. */
const endableSession = async (): Promise<string> => {
  const hash = randomBytes(32).toString('base64url');
  await run(desk.db, insertSession, [hash, 'somebody', 'operator', []]);
  return hash;
};

const requestRoute = async ({ method, path, hasBody }: Route, cookie: string | null) => {
  if (hasBody)
    assert.ok(path in bodies, `${method} ${path} needs an example of its body in this test`);
  const address =
    path
      .replace('{id}', place.id)
      .replace('{updateId}', place.updateId)
      .replace('{repairId}', place.repairId)
      .replace('{bulkId}', place.bulkId)
      .replace('{row}', '1')
      .replace('{requestId}', place.updateId)
      .replace('{viewId}', place.updateId)
      .replace('{tokenId}', tokenId)
      .replace('{sessionId}', await endableSession()) + (queries[path] ?? '');
  assert.doesNotMatch(address, /[{}]/, `${path} has a parameter that this test does not know`);
  const stop = new AbortController();
  const answer = await fetch(desk.origin + address, {
    method,
    redirect: 'manual',
    signal: stop.signal,
    headers: {
      origin: desk.origin,
      ...(cookie !== null && { cookie }),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: JSON.stringify(bodies[path]) }),
  });
  const isEndless = path === ENDLESS && answer.status === 200;
  const body = isEndless ? '' : await answer.text();
  stop.abort();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    headers: answer.headers,
    text: body,
    body: isJson ? JSON.parse(body) : body,
  };
};

test('every described route has an action of the table, and every action a route', () => {
  assert.ok(routes.length > 20);
  const used = new Set(routes.map(({ action }) => action));
  for (const action of actions) assert.ok(used.has(action), `no route needs ${action}`);
});

test('without a sign-in every route but the public ones answers 401', async () => {
  for (const route of routes) {
    const answer = await requestRoute(route, null);
    if (route.action === 'public') assert.notEqual(answer.status, 401, route.path);
    else assertProblem(answer, 'unauthenticated');
  }
});

for (const role of roles)
  test(`${role} may do what the table says, and nothing else`, async () => {
    const cookie = await sessionOf(role, ['ENTERPRISE']);
    for (const route of routes) {
      const { action } = route;
      if (action === 'public') continue;
      const answer = await requestRoute(route, cookie);
      const name = `${role} ${route.method} ${route.path}`;
      const isAllowed = action === 'signed-in' || accessTable[action].roles.includes(role);
      if (!isAllowed || route.path === OF_ITS_CREATOR) assertProblem(answer, 'forbidden');
      else if (route.method === 'GET') assert.equal(answer.status, 200, name);
      else
        assert.ok(
          ![401, 403, 404].includes(answer.status) && answer.status < 500,
          `${name}: ${answer.status}`,
        );
      assert.equal(answer.headers.get('cache-control'), 'no-store', name);
    }
  });

for (const role of roles)
  test(`${role} of another segment group finds the line in no route`, async () => {
    const cookie = await sessionOf(role, ['SME']);
    const theirOwn = await sessionOf(role, ['ENTERPRISE']);
    const shown = new Set<string>();
    for (const route of routes) {
      const { action, path } = route;
      if (action === 'public' || action === 'signed-in') continue;
      const { scope, roles: allowed } = accessTable[action];
      if (scope === 'everything' || !allowed.includes(role)) continue;
      const answer = await requestRoute(route, cookie);
      if (path.includes('{')) assert.equal(answer.status, 404, path);
      for (const theirs of [place.lineId, place.customer, '10.77.0.1'])
        assert.ok(!answer.text.includes(theirs), `${path} shows ${role} ${theirs}`);
      if (
        route.method === 'GET' &&
        (await requestRoute(route, theirOwn)).text.includes(place.lineId)
      )
        shown.add(path);
    }
    // With their own segment group these routes show the line.
    for (const path of ['/ticket/ctt/{id}', '/ticket/ctt/cpe/updates/{updateId}'])
      assert.ok(shown.has(path), path);
  });

test('a person without a role may only sign out', async () => {
  const token = await sessionOf('operator', ['ENTERPRISE']);
  await run(desk.db, removeRoles, []);
  for (const route of routes.filter(({ action }) => action !== 'public' && action !== 'signed-in'))
    assertProblem(await requestRoute(route, token), 'forbidden');
});
