import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { systemErrorCode } from '../../../service/src/platform/process/start-error.ts';

export const DEMO_ALGORITHM = 'ES256';

const keysSchema = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.literal(DEMO_ALGORITHM) }))
    .min(1),
});

/**
 * The demo identity provider's signing keys, stored in `dataDir` so that tokens stay valid after a
 * restart.
 */
export const loadDemoKeys = async (dataDir: string): Promise<{ keys: JWK[] }> => {
  const file = join(dataDir, 'demo-idp-keys.json');
  const kept = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) return parseKeys(kept, file);
  const made = { keys: [await makeKey()] };
  await keep(file, dataDir, JSON.stringify(made));
  return made;
};

const parseKeys = (text: string, file: string): { keys: JWK[] } => {
  try {
    return keysSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${file} does not contain the demo identity provider's keys; remove it and start again`,
      {
        cause,
      },
    );
  }
};

const makeKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(DEMO_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: DEMO_ALGORITHM, use: 'sig' };
};

/** Renames a finished file: a start that is killed leaves no half-written file. */
const keep = async (file: string, dataDir: string, text: string): Promise<void> => {
  await mkdir(dataDir, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, file);
};
