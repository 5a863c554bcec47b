import type { ServiceProcess } from '../faults/service-process.ts';
import type { Client } from '../support/client.ts';

/** What an instance answered to its callers. */
export type Judgement = {
  /** Updates by the status of their answer. */
  updates: Map<number, number>;
  /** Answers 500 of any route. */
  failures: string[];
};

export type JudgedInstance = { instance: ServiceProcess; judgement: Judgement };

type Asked = Awaited<ReturnType<Client['get']>>;

const judgedClient = (client: Client, { updates, failures }: Judgement): Client => {
  const judge = (path: string, answer: Asked): Asked => {
    if (answer.status === 500) failures.push(`${path}: ${JSON.stringify(answer.body)}`);
    return answer;
  };
  return {
    ...client,
    get: async (path, headers) => judge(path, await client.get(path, headers)),
    async post(path, body, headers) {
      const answer = judge(path, await client.post(path, body, headers));
      updates.set(answer.status, (updates.get(answer.status) ?? 0) + 1);
      return answer;
    },
  };
};

/** An instance whose answers are counted. */
export const judgeInstance = (instance: ServiceProcess): JudgedInstance => {
  const judgement: Judgement = { updates: new Map(), failures: [] };
  const as = (person: string) => judgedClient(instance.as(person), judgement);
  const operator = as('demo-operator');
  return { instance: { ...instance, operator, as }, judgement };
};

export const appliedBy = (instances: readonly JudgedInstance[]): number =>
  instances.reduce((sum, { judgement }) => sum + (judgement.updates.get(200) ?? 0), 0);

/** A text with the number of updates of each status. */
export const statusesOf = (instances: readonly JudgedInstance[]): string => {
  const sum = new Map<number, number>();
  for (const { judgement } of instances)
    for (const [status, count] of judgement.updates)
      sum.set(status, (sum.get(status) ?? 0) + count);
  const parts = [...sum].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`);
  return parts.join(', ');
};
