import type { NigSettings } from '../config/nig.ts';
import { StartError } from '../platform/process/start-error.ts';
import { watchFile } from '../platform/process/watched-file.ts';
import type { CallEnd, Connections } from './call-nig.ts';

/** The value of the header `authorization`, or why there is none. */
export type Credentials = { ok: true; value: string } | { ok: false; why: string };

/** How the desk signs in at NIG. */
export type Authorization = {
  /** Ends within `withinMs`. Never throws. */
  credentials(withinMs: number): Promise<Credentials>;
  /** NIG refused this value: it is not used again. */
  drop(value: string): void;
};

/** A reader of a secret in a setting, or in a file that is read again when it changes. */
export const openSecret = (text: string | undefined, path: string | undefined, name: string) => {
  if (path === undefined) return () => text ?? '';
  const file = watchFile(path);
  try {
    file.read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unusable';
    throw new StartError('nig', `${name}: ${path} cannot be read: ${reason}`);
  }
  return () => file.read().trim();
};

const failed = (why: string): Credentials => ({ ok: false, why });

/** A token of settings or of a file, after its scheme word. */
export const tokenAuthorization = (settings: NigSettings): Authorization => {
  const { NIG_AUTH: auth, NIG_TOKEN: token, NIG_TOKEN_FILE: path } = settings;
  const read = openSecret(token, path, 'NIG_TOKEN_FILE');
  return {
    async credentials() {
      try {
        const secret = read();
        if (auth === 'basic')
          return { ok: true, value: `Basic ${Buffer.from(secret).toString('base64')}` };
        // Other characters would end the header.
        if (!/^[\x21-\x7e]+$/.test(secret))
          return failed('The token for NIG is empty or has characters that a header cannot have');
        return { ok: true, value: `${auth === 'bearer' ? 'Bearer' : auth} ${secret}` };
      } catch {
        return failed('The file with the token for NIG cannot be read');
      }
    },
    // The file may have changed meanwhile; it is read before each call anyway.
    drop() {},
  };
};

/**
 * Calls with a sign-in, under the same deadline. Where there are no credentials nothing is sent.
 * After a 401 a repeatable call is made once more, if there are new credentials.
 */
export const withAuthorization = (
  connections: Connections,
  authorization: Authorization | undefined,
): Connections => {
  if (authorization === undefined) return connections;
  return {
    ...connections,
    async call(call) {
      const beganAt = performance.now();
      const { timeoutMs = connections.timeoutMs, beginWithinMs = timeoutMs } = call;
      const send = async (value: string): Promise<CallEnd> => {
        const passedMs = performance.now() - beganAt;
        return connections.call({
          ...call,
          timeoutMs: Math.max(1, timeoutMs - passedMs),
          beginWithinMs: beginWithinMs - passedMs,
          headers: { ...call.headers, authorization: value },
        });
      };
      const first = await authorization.credentials(Math.min(timeoutMs, beginWithinMs));
      if (!first.ok) return { end: 'nothing-sent', why: first.why };
      const end = await send(first.value);
      if (end.end !== 'answered' || end.status !== 401) return end;
      authorization.drop(first.value);
      if (!call.isRepeatable) return end;
      const next = await authorization.credentials(timeoutMs - (performance.now() - beganAt));
      if (!next.ok || next.value === first.value) return end;
      const again = await send(next.value);
      // The first request did leave.
      return again.end === 'nothing-sent' ? end : again;
    },
  };
};
