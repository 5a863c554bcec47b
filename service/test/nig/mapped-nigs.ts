import { openNig } from '../../src/nig/adapters/open-nig.ts';
import type { Nig } from '../../src/nig/nig.ts';
import { settingsOf } from './nig-settings-of.ts';

/** The bundled profiles, with where the simulator speaks each of them. */
export const simulatedProfiles = {
  netbox: '',
  tmf639: '/tmf-api/resourceInventoryManagement/v4',
  tmf640: '/tmf-api/ServiceActivationAndConfiguration/v4',
  tmf702: '/tmf-api/ResourceActivationAndConfiguration/v4',
} as const;
export type SimulatedProfile = keyof typeof simulatedProfiles;
export const profileNames = Object.keys(simulatedProfiles) as SimulatedProfile[];

/** The adapter of a profile at an origin, as a start opens it. */
export const openMappedNig = async (
  profile: string,
  url: string,
  environment: Record<string, string> = {},
): Promise<Nig & AsyncDisposable> => {
  const settings = settingsOf({
    ...{ NIG_ADAPTER: 'mapped-http', NIG_PROFILE: profile, NIG_URL: url, NIG_TIMEOUT_MS: '1500' },
    ...environment,
  });
  const nig = await openNig(settings, url, { warn() {}, error() {} });
  return { ...nig, [Symbol.asyncDispose]: () => nig.close() };
};
