import { test } from 'node:test';
import type { CpeUpdateRequest, ProblemCode } from '@cpe-desk/contract';
import { run, statement } from '../../src/platform/database/database.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { useDesk } from '../support/desk.ts';
import { addTestLine, type TestLine } from '../support/test-line.ts';
import { updateBody } from '../support/updates.ts';

/*
 * A request with two faults gets the problem of the earlier step. Each fault below is independent
 * of the others, so that every pair can be combined. malformed-request has no pairs, since the CPE
 * of a body that cannot be read is unknown. Nothing can be stale on a line without a CPE, so the
 * network context that is missing here is the OLT.
 */

const desk = await useDesk();
const { operator } = desk;
const { current: taken } = await updateBody(operator, (await addTestLine(desk.db)).id);

type Fault = {
  line?: TestLine;
  /** The ticket of the request, instead of the line's. */
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
  [
    'stale-cpe',
    { body: (body) => ({ ...body, current: { ...body.current, ipAddress: '10.9.9.9' } }) },
  ],
  ['update-in-progress', { after: (lineId) => run(desk.db, insertUnsettled, [lineId]) }],
  [
    'value-in-use',
    { body: (body) => ({ ...body, new: { ...body.new, ipAddress: taken.ipAddress } }) },
  ],
];

const answersTo = async (pair: Fault[]) => {
  const { id, lineId } = await addTestLine(
    desk.db,
    Object.assign({}, ...pair.map(({ line }) => line)),
  );
  let body = await updateBody(operator, id);
  for (const fault of pair) body = fault.body?.(body) ?? body;
  for (const fault of pair) await fault.after?.(lineId);
  const target = pair.find(({ ticketId }) => ticketId)?.ticketId ?? id;
  return Promise.all(
    ['update', 'preview'].map((path) => operator.post(`/ticket/ctt/cpe/${path}/${target}`, body)),
  );
};

for (const [first, [code, fault]] of faults.entries()) {
  test(`${code} alone, and before every fault of a later step`, async () => {
    for (const answer of await answersTo([fault])) assertProblem(answer, code);
    for (const [, other] of faults.slice(first + 1))
      for (const answer of await answersTo([fault, other])) assertProblem(answer, code);
  });
}

test('malformed-request comes before every other fault', async () => {
  for (const answer of await answersTo([
    { ticketId: 'none', body: (body) => Object.assign({}, body, { x: 1 }) },
  ]))
    assertProblem(answer, 'malformed-request');
});

test('a caller who may not update is refused before the request is read', async () => {
  for (const path of ['update', 'preview']) {
    const url = `/ticket/ctt/cpe/${path}/none`;
    const { reviewer } = desk;
    for (const type of ['application/json', 'text/plain'])
      assertProblem(await reviewer.post(url, '{', { 'content-type': type }), 'forbidden');
    const nobody = await operator.post(url, '{', { authorization: 'Bearer nobody' });
    assertProblem(nobody, 'unauthenticated');
  }
});

test('of all faults together the first step answers, then the next one', async () => {
  for (let from = 0; from < faults.length; from++)
    for (const answer of await answersTo(faults.slice(from).map(([, fault]) => fault)))
      assertProblem(answer, faults[from]?.[0] ?? 'internal-error');
});
