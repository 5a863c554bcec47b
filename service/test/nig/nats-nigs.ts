import { openNig } from '../../src/nig/adapters/open-nig.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { settingsOf } from './nig-settings-of.ts';

/** The adapter `nats` at an address, as a start opens it. `errors` are what it logs as errors. */
export const openNatsNig = async (
  url: string,
  environment: Record<string, string> = {},
  errors: string[] = [],
): Promise<Nig & AsyncDisposable> => {
  const settings = settingsOf({
    ...{ NIG_ADAPTER: 'nats', NIG_URL: url, NIG_TIMEOUT_MS: '1500' },
    ...environment,
  });
  const log = { warn() {}, error: (_: object, message: string) => void errors.push(message) };
  const nig = await openNig(settings, url, log);
  return { ...nig, [Symbol.asyncDispose]: () => nig.close() };
};
