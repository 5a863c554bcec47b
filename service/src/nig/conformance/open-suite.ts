import { randomUUID } from 'node:crypto';
import type { NigSettings } from '../../config/nig.ts';
import { openNig } from '../adapters/open-nig.ts';
import type { Nig } from '../nig.ts';
import { withDurations } from './run-suite.ts';
import type { Suite } from './suite.ts';

export const SILENT = { warn() {}, error() {} };

/** The settings with credentials that NIG must refuse; undefined where there are none. */
const asStranger = (settings: NigSettings): NigSettings | undefined => {
  const { NIG_AUTH: auth, NIG_TLS_CERT_FILE: _, NIG_TLS_KEY_FILE: __, ...rest } = settings;
  const wrong = `wrong-${randomUUID()}`;
  const { NIG_TOKEN_FILE: ___, ...withoutFile } = settings;
  if (auth === 'basic') return { ...withoutFile, NIG_TOKEN: `${wrong}:${wrong}` };
  if (auth === 'oauth2') return { ...withoutFile, NIG_AUTH: 'bearer', NIG_TOKEN: wrong };
  if (auth !== 'none') return { ...withoutFile, NIG_TOKEN: wrong };
  return settings.NIG_TLS_CERT_FILE === undefined ? undefined : { ...rest, NIG_AUTH: 'none' };
};

/** The promises that the profile excuses. */
export const excusesOf = async ({
  NIG_PROFILE: name,
}: NigSettings): Promise<Map<number, string>> => {
  if (name === undefined) return new Map();
  const { loadProfile } = await import('../mapped-http/load-profile.ts');
  const { profile } = await loadProfile(name);
  return new Map(profile.cannot.map(({ promise, why }) => [promise, why]));
};

/** What the promises are judged with, for the NIG of the settings. */
export const openSuite = (
  settings: NigSettings,
  url: string,
  nig: Nig,
  of: Pick<Suite, 'lineId' | 'canWrite'>,
): Suite => {
  const durations: number[] = [];
  return {
    ...{ ...of, durations, timeoutMs: settings.NIG_TIMEOUT_MS },
    nig: withDurations(nig, durations),
    openHasty: (timeoutMs) => openNig({ ...settings, NIG_TIMEOUT_MS: timeoutMs }, url, SILENT),
    openIntruder() {
      const stranger = asStranger(settings);
      return stranger && openNig(stranger, url, SILENT);
    },
  };
};
