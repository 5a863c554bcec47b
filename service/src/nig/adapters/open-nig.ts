import type { NigSettings } from '../../config/nig.ts';
import { openTlsFiles, type TlsFiles } from '../../platform/process/tls-files.ts';
import { type Authorization, tokenAuthorization } from '../authorization.ts';
import { httpNig } from '../http-nig.ts';
import type { Nig } from '../nig.ts';
import { BUDGETS, type NigConnectionOptions, openNigConnections } from '../nig-connections.ts';
import { NIG_TLS } from '../tls-connector.ts';

type Log = Record<'warn' | 'error', (details: object, message: string) => void>;

/** Signs in as the settings say; undefined: without sign-in. */
const openAuthorization = async (
  settings: NigSettings,
  tls: TlsFiles | undefined,
): Promise<Authorization | undefined> => {
  if (settings.NIG_AUTH === 'none') return undefined;
  if (settings.NIG_AUTH !== 'oauth2') return tokenAuthorization(settings);
  const { oauthAuthorization } = await import('../oauth-authorization.ts');
  return oauthAuthorization(settings, tls);
};

/** The connections that the settings describe, to the NIG at `url`. */
export const connectionOptions = async (
  settings: NigSettings,
  url: string,
  log: Log,
): Promise<NigConnectionOptions> => {
  const paths = {
    ...(settings.NIG_TLS_CA_FILE && { ca: settings.NIG_TLS_CA_FILE }),
    ...(settings.NIG_TLS_CERT_FILE && { cert: settings.NIG_TLS_CERT_FILE }),
    ...(settings.NIG_TLS_KEY_FILE && { key: settings.NIG_TLS_KEY_FILE }),
  };
  const tls = openTlsFiles(paths, NIG_TLS, (fault) =>
    log.warn({ fault }, 'a file for TLS to NIG cannot be used; the last one stays in use'),
  );
  const authorization = await openAuthorization(settings, tls);
  return {
    url,
    timeoutMs: settings.NIG_TIMEOUT_MS,
    budgets: {
      send: settings.NIG_CONCURRENCY,
      lookUp: settings.NIG_LOOK_UP_CONCURRENCY,
      reconcile: settings.NIG_RECONCILE_CONCURRENCY,
    },
    maxAnswerBytes: settings.NIG_MAX_ANSWER_BYTES,
    ...(tls && { tls }),
    ...(authorization && { authorization }),
  };
};

const openMapped = async (settings: NigSettings, url: string, log: Log): Promise<Nig> => {
  // Loaded here only: JSONata takes time and memory that the other adapters do not need.
  const [{ loadProfile }, { mappedNig }] = await Promise.all([
    import('../mapped-http/load-profile.ts'),
    import('../mapped-http/mapped-nig.ts'),
  ]);
  const { profile, expressions, sha256 } = await loadProfile(settings.NIG_PROFILE ?? '');
  const connections = openNigConnections(await connectionOptions(settings, url, log));
  const { origin } = new URL(url);
  const canLookUp = settings.NIG_LOOK_UP;
  return mappedNig({ profile, expressions, sha256, connections, origin, canLookUp });
};

const openNats = async (settings: NigSettings, url: string, log: Log): Promise<Nig> => {
  const { natsNig } = await import('../nats/nats-nig.ts');
  const { tls, timeoutMs, budgets = BUDGETS } = await connectionOptions(settings, url, log);
  const { NIG_NATS_CREDS_FILE: credsFile } = settings;
  return natsNig({
    ...{ url, timeoutMs, budgets, log, subject: settings.NIG_NATS_SUBJECT },
    ...{ maxAnswerBytes: settings.NIG_MAX_ANSWER_BYTES, canLookUp: settings.NIG_LOOK_UP },
    ...(tls && { tls }),
    ...(credsFile !== undefined && { credsFile }),
  });
};

/** The adapter that the settings name. What cannot be used stops the start with its name. */
export const openNig = async (settings: NigSettings, url: string, log: Log): Promise<Nig> => {
  if (settings.NIG_ADAPTER === 'mapped-http') return openMapped(settings, url, log);
  if (settings.NIG_ADAPTER === 'nats') return openNats(settings, url, log);
  return httpNig({
    ...(await connectionOptions(settings, url, log)),
    canLookUp: settings.NIG_LOOK_UP,
    bare404: settings.NIG_BARE_404,
  });
};
