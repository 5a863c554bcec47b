import assert from 'node:assert/strict';
import {
  type CanUpdate,
  type Cpe,
  type IneligibilityReason,
  ineligibilityReasons,
  type TicketListItem,
  updateObstacles,
} from '@cpe-desk/contract';
import { z } from 'zod';
import type { Client } from './client.ts';
import { readTicket } from './updates.ts';

/** Values that break no rule, for a line that has no CPE. */
const SOME_CPE: Cpe = {
  manufacturer: 'Huawei',
  model: 'HG8245Hv5',
  ipAddress: '10.90.0.1',
  bandwidth: { downKbps: 100_000, upKbps: 50_000 },
  port: '0/1/0:1',
  serialNumber: null,
  macAddress: null,
};

const refusal = z.object({ code: z.string(), reasons: z.array(z.string()).default([]) });

/** Obstacles that only the ticket itself has: they pass while a list is read. */
const PASSING: readonly string[] = ['update-in-progress', 'nig-unavailable'];

const isReason = (code: string): code is IneligibilityReason =>
  ineligibilityReasons.some((reason) => reason === code);

/** The refusal that these obstacles lead to, by the precedence of failures. */
const expectedOf = ({ why }: CanUpdate) => {
  const first = why[0]?.code;
  if (first === undefined || !isReason(first)) return { code: first, reasons: [] };
  return { code: 'not-eligible', reasons: why.map(({ code }) => code).filter(isReason) };
};

/**
 * Asserts that the verdicts of a list item and of its ticket are what the preview answers to the
 * same caller. Answers the codes of the ticket's obstacles.
 */
export async function compareVerdict(client: Client, item: TicketListItem): Promise<string[]> {
  const ticket = await readTicket(client, item.id);
  const { version: _, ...cpe } = { version: 0, ...(ticket.cpe ?? SOME_CPE) };
  const body = { current: cpe, new: cpe, reason: null };
  const answer = await client.post(`/ticket/ctt/cpe/preview/${item.id}`, body);
  const refused =
    answer.status === 200 ? { code: undefined, reasons: [] } : refusal.parse(answer.body);
  // What is wrong with values is no obstacle of the line: other values may pass.
  const isAboutValues = refused.code === 'invalid-cpe';
  const { canUpdate } = ticket;
  if (!isAboutValues)
    assert.deepEqual(
      { code: refused.code, reasons: refused.reasons },
      expectedOf({ ...canUpdate, why: canUpdate.why.filter((w) => w.code !== 'nig-unavailable') }),
      item.id,
    );
  const codes = canUpdate.why.map(({ code }) => code);
  assert.equal(canUpdate.allowed, codes.length === 0);
  assert.deepEqual(
    codes,
    updateObstacles.filter((code) => codes.includes(code)),
    'in order',
  );
  assert.deepEqual(
    item.canUpdate.why,
    canUpdate.why.filter(({ code }) => !PASSING.includes(code)),
    `${item.id} in the list`,
  );
  return codes;
}
