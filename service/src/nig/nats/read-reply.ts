import type { Cpe } from '@cpe-desk/contract';
import { z } from 'zod';
import type { LookUpAnswer, NigAnswer } from '../nig.ts';
import { jsonOf, readHeld, readLookUp, readSend } from '../read-answer.ts';

/*
 * A reply is the JSON of the wire contract, and names its update or line. What HTTP says by the
 * status, the member `status` says here.
 */

const answerOf = (body: Uint8Array, status: number) => ({
  ...{ status, contentType: 'application/json', body },
});

const statusSchema = z.looseObject({ status: z.string().optional(), updateId: z.string() });

const withoutId: NigAnswer = {
  ...{ outcome: 'unknown', why: 'NIG replied with what names no update' },
};

const outsideContract: NigAnswer = {
  ...{ outcome: 'unknown', why: 'NIG replied outside its contract' },
};

const read = <Answer extends LookUpAnswer>(
  body: Uint8Array,
  statuses: Readonly<Record<string, number>>,
  readAs: (answer: ReturnType<typeof answerOf>) => Answer,
): Answer | NigAnswer => {
  const { data: reply } = statusSchema.safeParse(jsonOf(answerOf(body, 200)));
  if (!reply) return withoutId;
  const status = statuses[reply.status ?? ''];
  return status === undefined ? outsideContract : readAs(answerOf(body, status));
};

export const readSendReply = (body: Uint8Array, updateId: string): NigAnswer =>
  read(body, { accepted: 200, rejected: 422 }, (answer) => readSend(answer, updateId));

export const readLookUpReply = (body: Uint8Array, updateId: string): LookUpAnswer =>
  read(body, { accepted: 200, rejected: 200, 'unknown-update': 404 }, (answer) =>
    readLookUp(answer, updateId, 'unknown'),
  );

const unknownLineSchema = z.object({ status: z.literal('unknown-line') });

/** As `Nig.cpeOf`. */
export const readHeldReply = (body: Uint8Array, serviceLineId: string): Cpe | null | undefined => {
  const isUnknown = unknownLineSchema.safeParse(jsonOf(answerOf(body, 200))).success;
  return readHeld(answerOf(body, isUnknown ? 404 : 200), serviceLineId, 'unknown');
};
