/** The number of parts of a period. */
const PARTS = 30;

export type EvenSchedule<Member> = {
  add(member: Member): void;
  delete(member: Member): void;
  stop(): void;
};

/**
 * Calls `call` for each member once a period, with one timer for all. Members are spread evenly
 * over the period. Without that, browsers that reconnect together after a restart would query the
 * database together in every period.
 */
export const scheduleEvenly = <Member>(
  periodMs: number,
  call: (member: Member) => void,
): EvenSchedule<Member> => {
  const parts = new Map<Member, number>();
  const partMs = periodMs / PARTS;
  const began = performance.now();
  let [next, step] = [0, 0];
  const timer = setInterval(() => {
    // Computed from the clock: late timers would add up. After a sleep of the machine, at most one
    // period is made up.
    const due = Math.floor((performance.now() - began) / partMs);
    for (step = Math.max(step, due - PARTS); step < due; step++)
      for (const [member, part] of parts) if (part === step % PARTS) call(member);
  }, partMs).unref();
  return {
    add: (member) => void parts.set(member, next++ % PARTS),
    delete: (member) => void parts.delete(member),
    stop: () => clearInterval(timer),
  };
};
