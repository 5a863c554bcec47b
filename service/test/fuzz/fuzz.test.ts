import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { anyProblemSchema } from '@cpe-desk/contract';
import * as fc from 'fast-check';
import { useDesk } from '../support/desk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { addTestLine } from '../support/test-line.ts';
import { untilEnd } from '../support/until-end.ts';
import { newAddress, updateBody, updateCpe } from '../support/updates.ts';
import { badBody, badText, headerText, oddPath } from './bad-input.ts';
import { type DescribedRoute, describedRoutes } from './routes.ts';
import { type Got, type Sent, send } from './send.ts';

/*
 * Every route of /openapi.json gets unplanned input: none causes a 5xx, a hang or internal details,
 * and every refusal is a problem. FUZZ_RUNS is the number of requests per route (`npm test` has the
 * short form, `npm run fuzz` the long one); FUZZ_SEED repeats a run.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 60);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

const PEOPLE = [
  'demo-operator',
  'demo-operator-sme',
  'demo-reviewer',
  'demo-supervisor',
  'demo-admin',
];
/** Stack traces, code positions, SQL, and words of the database and the libraries. */
const INSIDE =
  /\bat \S+ \(|\.ts:\d|node_modules|\bselect\b.+\bfrom\b|syntax error|SQLSTATE|postgres|ECONN|ZodError|FST_ERR|undefined/i;

const seen = new Map<number, number>();

/** The portal's files are served beside the routes. */
const buildPortal = async (): Promise<string> => {
  const { path } = untilEnd(await tempFolder());
  await writeFile(join(path, 'index.html'), '<!doctype html><title>desk</title>');
  return path;
};

const desk = await useDesk({ portal: await buildPortal() });
const routes = await describedRoutes(desk.origin);
const { id } = await addTestLine(desk.db);
const { updateId } = await updateCpe(desk.operator, id, { ipAddress: newAddress() });
const good = await updateBody(desk.operator, id);
const ids = { ticket: id, update: updateId };
const tokens = await Promise.all(PEOPLE.map((person) => desk.as(person).authorization()));

const encoded = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80'; // a lone surrogate, as no encoder writes it
  }
};

/** Mostly encoded; sometimes raw, as far as Node sends it. */
const inAddress = fc
  .tuple(badText, fc.integer({ min: 0, max: 9 }))
  .map(([text, n]) =>
    n === 0 ? text.replace(/[^\x21-\x7e]|[?#]/g, '~').slice(0, 300) : encoded(text),
  );

/** Mostly existing ids, to reach the code behind them. */
const pathOf = ({ path }: DescribedRoute): fc.Arbitrary<string> => {
  const pieces = path.split(/(\{\w+\})/).map((piece) => {
    if (!piece.startsWith('{')) return fc.constant(piece);
    const known = piece === '{updateId}' ? ids.update : ids.ticket;
    return fc.oneof({ weight: 4, arbitrary: fc.constant(known) }, inAddress);
  });
  return fc.tuple(...pieces).map((parts) => parts.join(''));
};

const queryOf = ({ query }: DescribedRoute): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        query.length > 0 ? fc.oneof(fc.constantFrom(...query), inAddress) : inAddress,
        inAddress,
      ),
      {
        maxLength: 4,
      },
    )
    .map((pairs) =>
      pairs.length > 0 ? `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}` : '',
    );

const headersOf = (): fc.Arbitrary<Record<string, string>> =>
  fc
    .record(
      {
        authorization: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...tokens) }, headerText),
        cookie: headerText.map((text) => `cpe_desk_session=${text}`),
        accept: headerText,
        origin: headerText,
        'idempotency-key': headerText,
        'x-request-id': headerText,
        'x-forwarded-for': headerText,
        'content-type': fc.oneof(
          { weight: 8, arbitrary: fc.constant('application/json') },
          fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data'),
          headerText,
        ),
        'accept-language': headerText,
      },
      { requiredKeys: [] },
    )
    .map((headers) => ({
      authorization: tokens[0] ?? '',
      'content-type': 'application/json',
      ...headers,
    }));

const requestTo = (route: DescribedRoute): fc.Arbitrary<Sent> =>
  fc
    .record({
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(route.method) },
        fc.constantFrom('PUT', 'DELETE', 'OPTIONS'),
      ),
      path: pathOf(route),
      query: queryOf(route),
      headers: headersOf(),
      body: route.hasBody
        ? fc.option(badBody(good), { nil: undefined, freq: 20 })
        : fc.constant(undefined),
    })
    .map(({ path, query, ...rest }) => ({ ...rest, path: path + query }));

const requestToOddPath: fc.Arbitrary<Sent> = fc
  .record({ path: oddPath, method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS') })
  .map((sent) => ({ ...sent, headers: {}, body: undefined }));

const check = ({ method }: Sent, { status, headers, text }: Got): void => {
  seen.set(status, (seen.get(status) ?? 0) + 1);
  assert.ok(status < 500, `${status}: ${text}`);
  assert.ok(headers['x-request-id'], 'x-request-id');
  if (status < 400) return;
  if (text === '' && (status === 400 || method === 'HEAD')) return;
  assert.match(
    headers['content-type'] ?? '',
    /^application\/problem\+json/,
    `${status}: ${text.slice(0, 200)}`,
  );
  const problem = anyProblemSchema.parse(JSON.parse(text));
  assert.equal(problem.status, status);
  // The answer may quote the input, but no internal detail.
  assert.doesNotMatch(`${problem.title} ${problem.code}`, INSIDE);
  if (status !== 404) assert.doesNotMatch(problem.detail, INSIDE);
};

test('unplanned input to any route causes no 5xx, no hang and no internal details', async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`);
  assert.ok(routes.length > 20, `${routes.length} routes`);
  for (const route of routes)
    await fc.assert(
      fc.asyncProperty(requestTo(route), async (sent) =>
        check(sent, await send(desk.origin, sent)),
      ),
      { numRuns: RUNS, seed: SEED, endOnFailure: false },
    );
  assert.equal((await fetch(`${desk.origin}/readyz`)).status, 200);
  const counts = [...seen]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`);
  t.diagnostic(`${routes.length} routes, answers by status: ${counts.join(', ')}`);
  // Input reached each check and the code behind the checks.
  for (const status of [200, 400, 404]) assert.ok(seen.has(status), `none answered ${status}`);
});

test('no path causes an error of the desk', async (t) => {
  t.diagnostic(`FUZZ_SEED=${SEED} FUZZ_RUNS=${RUNS}`);
  await fc.assert(
    fc.asyncProperty(requestToOddPath, async (sent) => check(sent, await send(desk.origin, sent))),
    { numRuns: 10 * RUNS, seed: SEED, endOnFailure: false },
  );
});
