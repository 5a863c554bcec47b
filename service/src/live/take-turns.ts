/** So many parts has a period. */
const PARTS = 30;

export type Turns<Member> = {
  add(member: Member): void;
  delete(member: Member): void;
  stop(): void;
};

/**
 * Calls `take` for each member once a period, by one timer for all. They are spread over the period in the order in which they
 * came: those that came at once, as all browsers do after a restart, do not all ask the database at once ever after.
 */
export const takeTurns = <Member>(periodMs: number, take: (member: Member) => void): Turns<Member> => {
  const parts = new Map<Member, number>();
  const partMs = periodMs / PARTS;
  const began = performance.now();
  let [next, turn] = [0, 0];
  const timer = setInterval(() => {
    // By the clock: a timer is late now and then, and what it lost would add up. After a sleep of the machine, one period.
    const due = Math.floor((performance.now() - began) / partMs);
    for (turn = Math.max(turn, due - PARTS); turn < due; turn++)
      for (const [member, part] of parts) if (part === turn % PARTS) take(member);
  }, partMs).unref();
  return {
    add: (member) => void parts.set(member, next++ % PARTS),
    delete: (member) => void parts.delete(member),
    stop: () => clearInterval(timer),
  };
};
