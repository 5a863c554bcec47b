import { setTimeout as sleep } from 'node:timers/promises';
import type { Cpe } from '@cpe-desk/contract';
import * as z from 'zod';
import type { Client } from '../support/client.ts';
import { updateBody } from '../support/updates.ts';
import type { ServiceProcess } from './service-process.ts';

/** The answer to an operator; `cut off`: none. */
export type Answer = {
  lineId: string;
  status: number;
  code: string;
  updateId: string | undefined;
};

export type Line = { id: string; lineId: string };

const BUSY_MS = 150;

const bodySchema = z.looseObject({ code: z.string().optional(), updateId: z.string().optional() });

/**
 * Signs in once at each instance, since each has its own demo identity provider, and again after
 * `signOut`.
 */
export const signIns = (pick: () => ServiceProcess, person = 'demo-operator') => {
  const signedIn = new WeakMap<ServiceProcess, Client>();
  return (): { client: Client; signOut(): void } => {
    const instance = pick();
    const client = signedIn.get(instance) ?? instance.as(person);
    signedIn.set(instance, client);
    return { client, signOut: () => void signedIn.delete(instance) };
  };
};

/** The n-th change of an operator, with values that nobody else sends. */
export type ChangesOf = (operator: number, n: number) => Partial<Cpe>;

export const newAddressOf: ChangesOf = (operator, n) => ({
  ipAddress: `10.${100 + operator}.${n >> 8}.${n & 255}`,
});

/** Also gives a line dual-stack values, changes them, and takes them away. */
export const newDualStackOf: ChangesOf = (operator, n) => {
  const own = `${(1 + operator).toString(16)}:${n.toString(16)}`;
  return {
    ...newAddressOf(operator, n),
    ipv6Address: n % 3 === 0 ? null : `2a02:908:${own}::7`,
    ipv6Prefix: n % 4 === 0 ? null : `2a02:909:${own}::/64`,
  };
};

/** Updates the lines until the time is over. */
export const operate = async (
  number: number,
  lines: readonly Line[],
  signIn: ReturnType<typeof signIns>,
  isOver: () => boolean,
  answers: Answer[],
  changesOf: ChangesOf = newAddressOf,
): Promise<void> => {
  for (let n = 1; !isOver(); n++) {
    const line = lines[(number + n) % lines.length];
    if (!line) throw new Error('There are no lines');
    let signOut = () => {};
    try {
      const session = signIn();
      signOut = session.signOut;
      const body = await updateBody(session.client, line.id, changesOf(number, n));
      const headers = { 'idempotency-key': `${number}-${n}` };
      const answer = await session.client.post(`/ticket/ctt/cpe/update/${line.id}`, body, headers);
      const { code, updateId } = bodySchema.parse(answer.body);
      answers.push({
        lineId: line.lineId,
        status: answer.status,
        code: code ?? 'applied',
        updateId,
      });
      if (answer.status === 401) signOut();
      // Nothing was sent to NIG: wait, as a person does.
      if (answer.status === 502 || answer.status === 503) await sleep(BUSY_MS);
    } catch {
      // Expected: the instance was killed, its database is away, or a clock jumped and ended the
      // session. The outcome of the update is checked at the end.
      answers.push({ lineId: line.lineId, status: 0, code: 'cut off', updateId: undefined });
      signOut();
      await sleep(50);
    }
  }
};
