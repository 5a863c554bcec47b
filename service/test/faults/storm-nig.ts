import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../demo/src/data/random.ts';
import type { TcpLine } from '../support/tcp-line.ts';
import type { TestNig } from '../support/test-nig.ts';

const EVERY_MS = 250;

/** The faults of NIG for a PUT or a look-up; see nig-simulator/README.md. */
const MISANSWERS = ['html-404', 'trickle', 'redirect', 'other-update', 'broken-connection'];

/** `none` is frequent, so that updates are applied between two faults. */
const MODES = [
  ...['none', 'none', 'none', 'none', 'none'],
  ...['reject', 'error', 'hang', 'drop-before-apply', 'drop-after-apply', 'malformed'],
  ...MISANSWERS,
];
/**
 * The rates of a fault. Five sends in a row without an answer open the circuit for seconds, so a
 * fault seldom hits all sends.
 */
const rateOf = (random: Random): number => (random.below(100) < 3 ? 1 : random.below(25) / 100);

const LOOK_UPS = [true, true, true, true, false, ...MISANSWERS];

type Target = {
  random: Random;
  nig: TestNig;
  relay: TcpLine;
  isOver(): boolean;
  add(what: string, much?: number): void;
};

const breakRelay = async ({ random, relay, add }: Target): Promise<void> => {
  await relay.accept();
  if (random.below(100) < 15) add('connections to NIG cut', relay.cut());
  if (random.below(100) < 2) {
    relay.refuse();
    add('NIG out of reach');
  }
};

/** Counts the faults that NIG had since the last count. */
const countHits = async ({ nig, add }: Target): Promise<void> => {
  const seen = await nig.log();
  await nig.forgetLog();
  for (const { method, fault } of seen)
    if (fault !== 'none') add(`NIG: ${fault}${method === 'GET' ? ' to a look-up' : ''}`);
};

/** Breaks NIG, its answers and its connections until the time is over, then repairs them. */
export const breakNig = async (target: Target): Promise<void> => {
  const { random, nig, relay, isOver, add } = target;
  while (!isOver()) {
    await sleep(EVERY_MS);
    const [rate, lookupRate] = [rateOf(random), random.below(101) / 100];
    await nig.setFaults({
      mode: random.pick(MODES),
      rate,
      lookup: random.pick(LOOK_UPS),
      lookupRate,
    });
    add('faults of NIG switched');
    await countHits(target);
    await breakRelay(target);
  }
  await relay.accept();
  await nig.setFaults({ mode: 'none' });
  await countHits(target);
};
