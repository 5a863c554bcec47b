import { after, before, test } from 'node:test';
import type { CpeUpdateRequest, ProblemCode } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { type Client, startTestDesk, type TestDesk, updateBody } from '../support/test-desk.ts';
import { addTestLine, type TestLine } from '../support/test-line.ts';

/*
 * Two things wrong at once are answered with the one whose step comes first. Each fault below is brought about on its
 * own terms, so that every pair of them can be put together. With malformed-request no pairs are made: what a body that
 * can not be read would have said of the CPE is unknown. Of a line without a CPE nothing can be stale, so the network
 * context that is missing here is the OLT.
 */

let desk: TestDesk;
let operator: Client;
let taken: CpeUpdateRequest['current'];

before(async () => {
  desk = await startTestDesk();
  operator = await desk.as('demo-operator');
  taken = (await updateBody(operator, (await addTestLine(desk.db)).id, {})).current;
});
after(() => desk[Symbol.asyncDispose]());

type Fault = {
  line?: TestLine;
  /** Where the request goes, instead of to the line's ticket. */
  ticketId?: string;
  body?: (body: CpeUpdateRequest) => CpeUpdateRequest;
  after?: (lineId: string) => Promise<unknown>;
};

const insertUnsettled = statement<never, [string]>(
  'test-insert-unsettled',
  `insert into cpe_update (id, service_line_id, ctt_id, ticket_no, kind, state, before, after, changed, warnings,
     actor_id, actor_name, rules, requested_at, ask_at, ask_until)
   select gen_random_uuid(), $1, id, ticket_no, 'refresh', 'needs-attention', '{}', '{}', '{}', '[]',
          'somebody', 'Somebody', 'test', now(), now(), now() from ctt where service_line_id = $1`,
);

/** In the order of the flow's steps. */
const faults: [ProblemCode, Fault][] = [
  ['ctt-not-found', { ticketId: 'none' }],
  ['invalid-cpe', { body: (body) => ({ ...body, new: { ...body.new, macAddress: 'nonsense' } }) }],
  ['no-network-context', { line: { hasNoOlt: true } }],
  ['not-eligible', { line: { status: 'closed' } }],
  ['stale-cpe', { body: (body) => ({ ...body, current: { ...body.current, ipAddress: '10.9.9.9' } }) }],
  ['update-in-progress', { after: (lineId) => run(desk.db, insertUnsettled, [lineId]) }],
  ['value-in-use', { body: (body) => ({ ...body, new: { ...body.new, ipAddress: taken.ipAddress } }) }],
];

const answersTo = async (pair: Fault[]) => {
  const { id, lineId } = await addTestLine(desk.db, Object.assign({}, ...pair.map(({ line }) => line)));
  let body = await updateBody(operator, id, {});
  for (const fault of pair) body = fault.body?.(body) ?? body;
  for (const fault of pair) await fault.after?.(lineId);
  const target = pair.find(({ ticketId }) => ticketId)?.ticketId ?? id;
  return Promise.all(
    ['update', 'preview'].map((path) => operator.post(`/ticket/ctt/cpe/${path}/${target}`, body)),
  );
};

for (const [first, [code, fault]] of faults.entries()) {
  test(`${code} by itself, and before everything that comes later`, async () => {
    for (const answer of await answersTo([fault])) assertProblem(answer, code);
    for (const [, other] of faults.slice(first + 1))
      for (const answer of await answersTo([fault, other])) assertProblem(answer, code);
  });
}

test('malformed-request comes before all: what can not be read is not judged', async () => {
  for (const answer of await answersTo([
    { ticketId: 'none', body: (body) => Object.assign({}, body, { x: 1 }) },
  ]))
    assertProblem(answer, 'malformed-request');
});

test('who may not update is told so before anything of the request is looked at', async () => {
  for (const path of ['update', 'preview']) {
    const url = `/ticket/ctt/cpe/${path}/none`;
    const reviewer = await desk.as('demo-reviewer');
    for (const type of ['application/json', 'text/plain'])
      assertProblem(await reviewer.post(url, '{', { 'content-type': type }), 'forbidden');
    const nobody = await operator.post(url, '{', { authorization: 'Bearer nobody' });
    assertProblem(nobody, 'unauthenticated');
  }
});

test('all at once: the first step answers, and mending one after the other walks through the steps', async () => {
  for (let from = 0; from < faults.length; from++)
    for (const answer of await answersTo(faults.slice(from).map(([, fault]) => fault)))
      assertProblem(answer, faults[from]?.[0] ?? 'internal-error');
});
