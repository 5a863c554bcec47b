import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Line } from '../faults/storm-operators.ts';
import { sendUpdate } from '../support/updates.ts';
import { type Ground, runCommand } from './ground.ts';
import type { JudgedInstance } from './judged-instance.ts';

const DUAL = { ipv6Address: '2a02:908::7', ipv6Prefix: '2a02:908:1::/48' };
const INSTANCES = fileURLToPath(new URL('../../src/commands/instances.ts', import.meta.url));

/** The answer of an instance of this release to dual-stack values, as `503 unavailable`. */
const answerTo = async ({ instance }: JudgedInstance, { id }: Line): Promise<string> => {
  const { status, body } = await sendUpdate(instance.operator, id, DUAL);
  return `${status} ${(body as { code?: string }).code ?? 'applied'}`;
};

/** While the previous release may run, dual-stack values are refused. */
export const dualStackFaultsBefore = async (
  instance: JudgedInstance,
  line: Line,
): Promise<string[]> => {
  const answer = await answerTo(instance, line);
  return answer === '503 unavailable' ? [] : [`dual-stack values during the upgrade: ${answer}`];
};

/** When the operator has confirmed that it does not run any more, they are recorded. */
export const dualStackFaultsAfter = async (
  { url, folder, nig }: Ground,
  instance: JudgedInstance,
  line: Line,
): Promise<string[]> => {
  const env = { DATABASE_URL: url, DATA_DIR: join(folder, 'new-1') };
  const { code, out } = await runCommand(INSTANCES, ['confirm-upgraded'], env);
  if (code !== 0) return [`the upgrade cannot be confirmed: ${out}`];
  await nig.setFaults({ mode: 'none' });
  const answer = await answerTo(instance, line);
  return answer === '200 applied' ? [] : [`dual-stack values after the upgrade: ${answer}`];
};
