import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { type Client, updateBody } from '../support/test-desk.ts';
import type { ServiceProcess } from './service-process.ts';

/** What an operator was answered; `cut off`: nothing. */
export type Answer = {
  lineId: string;
  status: number;
  code: string;
  updateId: string | undefined;
};

export type Line = { id: string; lineId: string };

const BUSY_MS = 150;

const bodySchema = z.looseObject({ code: z.string().optional(), updateId: z.string().optional() });

/** Signs in once at each instance, as each has its own demo identity provider, and again when that is refused. */
export const signIns = (pick: () => ServiceProcess, person = 'demo-operator') => {
  const signedIn = new WeakMap<ServiceProcess, Promise<Client>>();
  return async (): Promise<{ client: Client; signOut(): void }> => {
    const instance = pick();
    const client = signedIn.get(instance) ?? instance.as(person);
    signedIn.set(instance, client);
    const signOut = () => void signedIn.delete(instance);
    client.catch(signOut);
    return { client: await client, signOut };
  };
};

/** Sends updates of the lines, each wanting an address that nobody else wants, until the time is over. */
export const operate = async (
  number: number,
  lines: readonly Line[],
  signIn: ReturnType<typeof signIns>,
  isOver: () => boolean,
  answers: Answer[],
): Promise<void> => {
  for (let n = 1; !isOver(); n++) {
    const line = lines[(number + n) % lines.length];
    if (!line) throw new Error('There are no lines');
    const ipAddress = `10.${100 + number}.${n >> 8}.${n & 255}`;
    let signOut = () => {};
    try {
      const session = await signIn();
      signOut = session.signOut;
      const body = await updateBody(session.client, line.id, { ipAddress });
      const headers = { 'idempotency-key': `${number}-${n}` };
      const answer = await session.client.post(`/ticket/ctt/cpe/update/${line.id}`, body, headers);
      const { code, updateId } = bodySchema.parse(answer.body);
      answers.push({ lineId: line.lineId, status: answer.status, code: code ?? 'applied', updateId });
      if (answer.status === 401) signOut();
      // Nothing was sent to NIG: a person waits a moment, too.
      if (answer.status === 502 || answer.status === 503) await sleep(BUSY_MS);
    } catch {
      // Expected: its instance was killed, its database is away, or a clock that jumped ended the session. What became of
      // the update is checked at the end.
      answers.push({ lineId: line.lineId, status: 0, code: 'cut off', updateId: undefined });
      signOut();
      await sleep(50);
    }
  }
};
