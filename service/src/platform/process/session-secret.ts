import { hash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from './start-error.ts';

const BYTES = 32;

/**
 * 32 bytes that seal sign-in cookies: from `SESSION_SECRET`, else random ones that the DATA_DIR
 * keeps over restarts.
 */
export async function sessionSecret(
  given: string | undefined,
  dataDir: string,
): Promise<Uint8Array> {
  if (given !== undefined) return hash('sha256', given, 'buffer');
  const file = join(dataDir, 'session-secret');
  try {
    const kept = await readFile(file);
    if (kept.length === BYTES) return kept;
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
  const made = randomBytes(BYTES);
  await writeFile(file, made, { mode: 0o600 });
  return made;
}
