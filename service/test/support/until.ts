import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_AGAIN_MS = 20;

/** Calls `look` until it finds something; throws after the limit. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | undefined | false>,
  limitMs = 30_000,
): Promise<Found> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await sleep(LOOK_AGAIN_MS);
  }
}
