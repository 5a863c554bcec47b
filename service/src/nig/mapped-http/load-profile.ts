import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StartError } from '../../platform/process/start-error.ts';
import { checkSamples } from './check-samples.ts';
import { compileProfile, type ProfileFault } from './compile-profile.ts';
import type { ReadyProfile } from './mapped-calls.ts';
import { profileSchema } from './profile.ts';

/** The profiles that the desk brings. */
export const bundledProfiles = ['netbox', 'tmf639', 'tmf640', 'tmf702'] as const;

export type LoadedProfile = Omit<ReadyProfile, 'base'> & { sha256: string; text: string };

/** The path of a profile: a bundled one by its name, any other as given. */
export const profilePath = (name: string): string =>
  bundledProfiles.some((each) => each === name)
    ? new URL(`../profiles/${name}.json`, import.meta.url).pathname
    : name;

type Read = { faults: ProfileFault[]; profile?: LoadedProfile; text: string };

/** Reads and checks a profile: form, expressions, samples. Without faults there is a profile. */
export const readProfile = async (name: string): Promise<Read> => {
  const text = await readFile(profilePath(name), 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { text, faults: [{ path: [], message: `is not JSON: ${message}` }] };
  }
  const { data: profile, error } = profileSchema.safeParse(json);
  if (!profile)
    return { text, faults: error.issues.map(({ path, message }) => ({ path, message })) };
  const { expressions, faults } = compileProfile(profile);
  if (faults.length > 0) return { text, faults };
  const loaded = { profile, expressions, sha256: hash('sha256', text), text };
  return { text, profile: loaded, faults: await checkSamples(loaded) };
};

/** A fault as one line: `send.answers.0.when: what is wrong: the expression`. */
export const faultLine = ({ path, message, expression }: ProfileFault): string =>
  `${path.length > 0 ? `${path.map(String).join('.')}: ` : ''}${message}${expression ? `: ${expression}` : ''}`;

/** The profile of NIG_PROFILE. One with faults stops the start. */
export const loadProfile = async (name: string): Promise<LoadedProfile> => {
  const advice = 'npm run nig:profile -- check FILE shows the lines';
  const read = await readProfile(name).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError('nig', `NIG_PROFILE: ${name} cannot be read: ${reason}`);
  });
  if (read.faults.length > 0 || !read.profile)
    throw new StartError(
      'nig',
      `NIG_PROFILE: ${name} has faults (${advice}):\n${read.faults.map(faultLine).join('\n')}`,
    );
  return read.profile;
};
